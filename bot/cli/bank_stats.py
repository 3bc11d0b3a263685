"""`python -m bot bank stats`: what a pack holds, and what people's answers say of its choice items."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import terminal
from bot.cli.packs import bots_pack
from bot.core.console import say
from bot.settings import SettingsError, load_settings
from questions import Difficulty, Pack, PackError, load_pack

if TYPE_CHECKING:
    from bot.features.bank.statistics.service import Measured

_COUNTS = ("category", "kind", *Difficulty, "all")
_ITEMS = ("slug", "answers", "right %", "chosen", "point-biserial")
_DOUBTS = ("slug", "answers", "looks wrong because")


class _NoDatabaseError(Exception):
    """There is no file to read answers from; the text is a sentence."""


def stats(
    database: Annotated[
        str | None,
        typer.Option(help="A database file or its sqlite:/// address.", show_default="DATABASE_URL"),
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The pack's directory.", show_default="the bot's own"),
    ] = None,
) -> None:
    """Count a pack's questions, and measure its choice items by the answers in the bot's database.

    Each person's first answer to an item counts. The point-biserial says whether those who are good at the
    other items get it right: 0.3 is good, below 0 something is wrong with the item.
    """
    try:
        content = load_pack(pack or bots_pack())
    except PackError as error:
        say(str(error), err=True)
        raise typer.Exit(1) from error
    _show("count", f"{content.manifest.title}: questions", _COUNTS, _counts(content), numbers=_COUNTS[2:])
    try:
        path = _path(database)
        measured = _measured(path, content.manifest.pack)
    except _NoDatabaseError as error:
        say(str(error), err=True)
        # Without one by default there are no answers yet; one that was named should be there.
        raise typer.Exit(0 if database is None else 1) from error
    _show_measured(measured)


def _counts(pack: Pack) -> list[tuple[str, ...]]:
    """Return a row for each category and kind that there is, in the manifest's order."""
    found = Counter(
        (entry.category, entry.question.kind, entry.question.difficulty) for entry in pack.questions
    )
    rows: list[tuple[str, ...]] = []
    for category in pack.manifest.categories:
        for kind in ("open", "choice"):
            counts = [found[category.key, kind, difficulty] for difficulty in Difficulty]
            if any(counts):
                rows.append((category.key, kind, *map(str, counts), str(sum(counts))))
    return rows


def _path(database: str | None) -> Path:
    from bot.db.address import path_of  # noqa: PLC0415 as below

    if database is None:
        try:
            return path_of(load_settings().database_url)
        except SettingsError as error:
            raise _NoDatabaseError(f"The settings are wrong: {error}") from None
    if "://" not in database:
        return Path(database)
    try:
        return path_of(database)
    except ValueError as error:
        raise _NoDatabaseError(f"--database: {error}") from None


def _measured(path: Path, pack: str) -> Measured:
    # SQLAlchemy takes a fifth of a second to import; the other commands do without.
    from bot.features.bank.statistics.service import Unreadable, measure  # noqa: PLC0415 as said above

    result = measure(path, pack)
    if isinstance(result, Unreadable):
        raise _NoDatabaseError(result.sentence)
    return result


def _show_measured(measured: Measured) -> None:
    from bot.features.bank.statistics import report  # noqa: PLC0415 as above
    from bot.features.bank.statistics.rules import LEAST_PEOPLE, doubtful  # noqa: PLC0415 as above

    if not measured.items:
        say("Nobody has answered a choice item of this pack yet.", err=True)
        return
    slugs = {item.figures.item: item.slug for item in measured.items}
    figures = [item.figures for item in measured.items]
    rows = [
        (
            slugs[one.item],
            str(one.answers),
            report.right_percent(one),
            report.chosen(one),
            report.discrimination(one),
        )
        for one in figures
    ]
    _show("item", "Answers", _ITEMS, rows, numbers=_ITEMS[1:])
    wrong = doubtful(figures)
    lines = [(slugs[one.item], str(one.answers), report.reasons(one, why)) for one, why in wrong]
    if lines:
        _show("wrong", "Items that look wrong", _DOUBTS, lines, numbers=("answers",))
    judged = sum(one.answers >= LEAST_PEOPLE for one in figures)
    say(
        f"Answered by {measured.people:,}. An item is judged from {LEAST_PEOPLE} answers on. "
        f"Judged: {judged:,} of {len(figures):,}; looking wrong: {len(wrong):,}.",
        err=True,
    )


def _show(
    record: str,
    title: str,
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
    *,
    numbers: tuple[str, ...],
) -> None:
    """Draw a table, or write lines that begin with what they are: `item`, a tab, and the cells."""
    if terminal.is_person_reading():
        terminal.draw_table(title, columns, rows, numbers=numbers)
    else:
        terminal.write_tabs((record, *row) for row in rows)

"""`python -m bot bank`: check and list question packs from the command line. Starts no bot."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import terminal
from bot.cli.bank_stats import stats
from bot.cli.packs import bots_pack
from bot.core.console import say
from questions import (
    ChoiceQuestion,
    Examination,
    OpenQuestion,
    Pack,
    PackError,
    examine_pack,
    load_pack,
)
from questions.choice_balance import ENOUGH_ITEMS, weigh

app = typer.Typer(help="Check, list and measure question packs.", no_args_is_help=True)
app.command()(stats)

_COLUMNS = ("slug", "category", "difficulty", "minutes", "title")
_ITEM_COLUMNS = ("slug", "category", "difficulty", "subject", "stem")


@app.command()
def check(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]...", help="Directories of packs; the bot's own if none is named."),
    ] = None,
) -> None:
    """Print every mistake in the packs, one a line. The exit code is 1 if there is any."""
    clean = True
    for directory in directories or [bots_pack()]:
        examination = examine_pack(directory)
        for mistake in examination.mistakes:
            say(str(mistake))
        if line := _balance(examination):
            say(line)
        say(_summary(examination))
        clean = clean and not examination.mistakes
    if not clean:
        raise typer.Exit(1)


@app.command("list")
def list_questions(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The pack's directory.", show_default="the bot's own"),
    ] = None,
    choice: Annotated[bool, typer.Option("--choice", help="List the choice questions instead.")] = False,  # noqa: FBT002 typer's way of an option
) -> None:
    """List the open questions: a table in a terminal, else one line each, its columns separated by tabs."""
    try:
        pack = load_pack(directory or bots_pack())
    except PackError as error:
        say(str(error), err=True)
        raise typer.Exit(1) from error
    rows = _items(pack) if choice else _rows(pack)
    columns = _ITEM_COLUMNS if choice else _COLUMNS
    if terminal.is_person_reading():
        terminal.draw_table(pack.manifest.title, columns, rows, numbers={"minutes"} & set(columns))
    else:
        terminal.write_tabs(rows)


def _summary(examination: Examination) -> str:
    """Return `ai-engineer: 44 open questions in 9 categories, no mistakes`; no counts if it is unusable."""
    parts: list[str] = []
    if examination.pack is not None:
        questions = examination.pack.questions
        opens = sum(isinstance(entry.question, OpenQuestion) for entry in questions)
        choices = sum(isinstance(entry.question, ChoiceQuestion) for entry in questions)
        categories = len({entry.category for entry in questions})
        kinds = [_count(opens, "open question")] if opens else []
        kinds += [_count(choices, "choice question")] if choices else []
        where = f"{categories} {'category' if categories == 1 else 'categories'}"
        parts.append(f"{' and '.join(kinds)} in {where}")
    found = len(examination.mistakes)
    parts.append(_count(found, "mistake") if found else "no mistakes")
    return f"{examination.name}: {', '.join(parts)}"


def _balance(examination: Examination) -> str | None:
    """Return what the choice items give away together, or None where there are too few to say."""
    entries = examination.pack.questions if examination.pack else ()
    items = [entry.question for entry in entries if isinstance(entry.question, ChoiceQuestion)]
    if len(items) < ENOUGH_ITEMS:
        return None
    return f"{examination.name}: {weigh(items).line()}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _rows(pack: Pack) -> list[tuple[str, ...]]:
    return [
        (q.slug, entry.category, q.difficulty, str(q.minutes), q.title)
        for entry in pack.questions
        if isinstance(q := entry.question, OpenQuestion)
    ]


def _items(pack: Pack) -> list[tuple[str, ...]]:
    return [
        (q.slug, entry.category, q.difficulty, q.subject, " ".join(q.stem.split()))
        for entry in pack.questions
        if isinstance(q := entry.question, ChoiceQuestion)
    ]

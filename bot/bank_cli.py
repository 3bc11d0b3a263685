"""`python -m bot bank`: check and list question packs from the command line. Starts no bot."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from questions import (
    BUNDLED,
    ChoiceQuestion,
    Examination,
    OpenQuestion,
    Pack,
    PackError,
    examine_pack,
    load_pack,
)

app = typer.Typer(help="Check and list question packs.", no_args_is_help=True)

_COLUMNS = ("slug", "category", "difficulty", "minutes", "title")


@app.command()
def check(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]...", help="Directories of packs; the bundled one if none is named."),
    ] = None,
) -> None:
    """Print every mistake in the packs, one a line. The exit code is 1 if there is any."""
    clean = True
    for directory in directories or [BUNDLED]:
        examination = examine_pack(directory)
        for mistake in examination.mistakes:
            typer.echo(str(mistake))
        typer.echo(_summary(examination))
        clean = clean and not examination.mistakes
    if not clean:
        raise typer.Exit(1)


@app.command("list")
def list_questions(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The pack's directory.", show_default="the bundled pack")
    ] = BUNDLED,
) -> None:
    """List the open questions: a table in a terminal, else one line each, its columns separated by tabs."""
    try:
        pack = load_pack(directory)
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    rows = _rows(pack)
    if sys.stdout.isatty():
        _print_table(pack.manifest.title, rows)
    else:
        for row in rows:
            typer.echo("\t".join(row))


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


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _rows(pack: Pack) -> list[tuple[str, ...]]:
    return [
        (q.slug, entry.category, q.difficulty, str(q.minutes), q.title)
        for entry in pack.questions
        if isinstance(q := entry.question, OpenQuestion)
    ]


def _print_table(title: str, rows: list[tuple[str, ...]]) -> None:
    # rich takes 20 ms to import; only a person at a terminal needs it.
    from rich.console import Console  # noqa: PLC0415 as said above
    from rich.table import Table  # noqa: PLC0415 as said above
    from rich.text import Text  # noqa: PLC0415 as said above

    table = Table(title=title)
    for column in _COLUMNS:
        # Folded instead of cut, so that a slug can be copied whole.
        table.add_column(column, justify="right" if column == "minutes" else "left", overflow="fold")
    for row in rows:
        # As Text, a title with [brackets] is not taken for markup.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)

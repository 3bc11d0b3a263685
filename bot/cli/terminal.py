"""Rows for whoever reads them: a table for a person at a terminal, tabs for another program."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Sequence

from bot.core.console import say


def is_person_reading() -> bool:
    """Return True if the output goes to a terminal."""
    return sys.stdout.isatty()


def is_person_waiting() -> bool:
    """Return True if the process was started by a person at a terminal, and ends with it.

    A container may have a terminal too; its first process is started by what starts it again.
    """
    return os.getpid() != 1 and any(stream.isatty() for stream in (sys.stdin, sys.stderr) if stream)


def write_tabs(rows: Iterable[Sequence[str]]) -> None:
    """Write one line a row, its cells separated by tabs."""
    for row in rows:
        say("\t".join(row))


def draw_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = ()
) -> None:
    """Draw a table; the columns in `numbers` are aligned to the right."""
    # rich takes 20 ms to import; only a person at a terminal needs it.
    from rich.console import Console  # noqa: PLC0415 as said above
    from rich.table import Table  # noqa: PLC0415 as said above
    from rich.text import Text  # noqa: PLC0415 as said above

    table = Table(title=Text(title))
    for column in columns:
        # Folded instead of cut, so that a slug can be copied whole.
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        # As Text, a title with [brackets] is not taken for markup.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)

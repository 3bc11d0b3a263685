"""Databases with something in them, and what to ask of them afterwards."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.db.files import template

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
ENTRY = (
    "INSERT INTO ledger (guild_id, user_id, act, subject_id, points, reason, created_at) "
    "VALUES (1, ?, 'answer', ?, ?, 'x', 0)"
)
TOTAL = "INSERT INTO totals VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET points = points + excluded.points"


def filled(path: Path, people: int = 3) -> Path:
    """A database of this version in which everybody has points."""
    shutil.copy(template(), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for user in range(people):
            pay(connection, user)
    return path


def pay(connection: sqlite3.Connection, user: int, points: int = 10) -> None:
    connection.execute(ENTRY, (user, 1, points))
    connection.execute(TOTAL, (user, points))


def sql(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def people(path: Path) -> int:
    """How many have points; the file must be whole, and no row may refer to nothing."""
    assert sql(path, "PRAGMA integrity_check") == [("ok",)]
    assert sql(path, "PRAGMA foreign_key_check") == []
    (paid,) = sql(path, "SELECT coalesce(sum(points), 0) FROM ledger")
    assert sql(path, "SELECT coalesce(sum(points), 0) FROM totals") == [paid]
    return int(sql(path, "SELECT count(*) FROM totals")[0][0])


def names(folder: Path) -> list[str]:
    """What lies in a folder, without the files that are locked."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def damage(path: Path) -> None:
    """Write rubbish over the pages behind the first two."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * (size - 2 * 4096))

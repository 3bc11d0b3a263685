"""What SQLite itself does for backups: reading one state, copying it, looking whether a file is whole.

Plain sqlite3 and no engine: these run in a thread of their own or in a process without a bot, and must
neither create nor migrate anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from bot.db.address import real
from bot.ops.backups.rules import Contents, Difference

BUSY_SECONDS = 5.0
# 4 MB a step: between two of them others get the disk, and a stop is heard.
PAGES = 1_000
# SQLite's virtual machine asks after so many instructions whether to go on: some milliseconds.
INSTRUCTIONS = 1_000_000
# How many lines of damage are worth reading.
LINES = 10
# Numbers that posts of the lost time may have had are not given again: Discord takes a message with the
# number of another for the same one.
NEW_POSTS = 10_000
OUT_OF_ROOM = frozenset({sqlite3.SQLITE_FULL})
# What says nothing about the file itself.
CIRCUMSTANCES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_NOMEM,
    }
)
Failure = sqlite3.Error


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's result code without its extension; 0 where the error came from Python's module."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_out_of_room(error: sqlite3.Error) -> bool:
    """Return True if the disk is full."""
    return primary_code(error) in OUT_OF_ROOM


def is_damage(error: sqlite3.Error) -> bool:
    """Return True if an error speaks of the file's contents rather than of the circumstances."""
    return primary_code(error) not in CIRCUMSTANCES


def has_bytes(path: Path) -> bool:
    """Return True if a file is there and not empty."""
    return path.exists() and path.stat().st_size > 0


@contextmanager
def one_state(path: Path, *, alone: bool = False) -> Generator[sqlite3.Connection]:
    """Give one consistent state of a file, which stays the same until the block ends.

    Writers are not held up (WAL). `alone` says that no process uses the file: without a log beside it
    nothing is then made there, which else the bot's user might not be able to open.
    """
    path = real(path)  # beside which its log stands
    quiet = alone and not any(has_bytes(path.with_name(path.name + end)) for end in ("-wal", "-journal"))
    address = f"file:{quote(str(path))}?mode=ro{'&immutable=1' if quiet else ''}"
    with closing(
        sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    ) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


@contextmanager
def stoppable(connection: sqlite3.Connection, stopped: Callable[[], bool]) -> Generator[None]:
    """Have long statements of the block end with an error when `stopped()`."""
    connection.set_progress_handler(stopped, INSTRUCTIONS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def count_rows(connection: sqlite3.Connection) -> Contents:
    """Return version and rows of each table; whether the file is whole is not looked at."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    tables = [row[0] for row in connection.execute(query)]
    version = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        version = row[0] if row else None
    rows: dict[str, int] = {}
    for name in tables:
        quoted = name.replace('"', '""')
        rows[name] = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608 a table's own name
    return Contents(version=version, rows=rows)


def examine(connection: sqlite3.Connection) -> Contents:
    """Look at everything: pages, indexes, references, rows, and whether the totals are the ledger's."""
    damages = [" ".join(row[0].split()) for row in connection.execute(f"PRAGMA integrity_check({LINES})")]
    if damages != ["ok"]:
        return Contents(damages=tuple(damages))
    counted = count_rows(connection)
    broken = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    differing = list_differing(connection) if {"ledger", "totals"} <= set(counted.rows) else ()
    return Contents((), broken, counted.version, counted.rows, differing)


def list_differing(connection: sqlite3.Connection) -> tuple[Difference, ...]:
    """Return everybody whose total is not the sum of their ledger."""
    query = """
    SELECT guild_id, user_id, total, ledger FROM (
      SELECT guild_id, user_id, sum(total) AS total, sum(points) AS ledger FROM (
        SELECT guild_id, user_id, points AS total, 0 AS points FROM totals
        UNION ALL
        SELECT guild_id, user_id, 0, points FROM ledger
      ) GROUP BY guild_id, user_id
    ) WHERE total <> ledger ORDER BY guild_id, user_id
    """
    return tuple(Difference(*row) for row in connection.execute(query))


def copy(connection: sqlite3.Connection, target: Path, after_step: Callable[[], None]) -> None:
    """Copy the state that `connection` sees into a file of its own, without a log beside it."""

    def progress(status: int, remaining: int, total: int) -> None:
        del status, remaining, total
        after_step()

    with closing(sqlite3.connect(target, isolation_level=None)) as made:
        connection.backup(made, pages=PAGES, progress=progress)
        made.execute("PRAGMA journal_mode = DELETE")


def skip_post_ids(path: Path) -> None:
    """Leave out the numbers that posts may have had since the copy was made."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        query = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'posts'"
        connection.execute(query, (NEW_POSTS,))


def fold_log(path: Path) -> None:
    """Bring what stands in the log beside a database into it, so that it is one file again."""
    address = f"file:{quote(str(path))}?mode=rw"
    with closing(
        sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    ) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")

"""Bringing a database file to this version's schema, before the event loop starts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL

from bot.db.address import path_of, url_of

HEAD = "0005"
KNOWN = ("0001", "0002", "0003", "0004", "0005")
DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseError(Exception):
    """The database cannot be used; the text is one line for the operator and says what to do."""


def prepare(url: str | URL) -> None:
    """Create or migrate the SQLite file of `url`; raise DatabaseError with the step that mends it.

    Alembic is imported only where there is something to migrate: it costs a third of a second.
    """
    path = path_of(url)
    try:
        version = _version(path)
        if version == HEAD:
            _check_writable(path)
            return
    except (sqlite3.Error, OSError) as error:
        raise unusable(path, error) from None
    if version is not None and version not in KNOWN:
        raise DatabaseError(
            f"The database {path} was made by a newer StudyLoop (schema {version}, this one knows {HEAD}): "
            "install that version again, or restore an older backup."
        )
    try:
        upgrade(path)
    except Exception as error:
        cause = getattr(error, "orig", error)
        if isinstance(cause, sqlite3.Error):
            raise unusable(path, cause) from None
        raise


def unusable(path: Path, error: sqlite3.Error | OSError) -> DatabaseError:
    """Say what to look at where a database file cannot be opened or written."""
    if (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in DAMAGED:
        return DatabaseError(
            f"The database {path} cannot be used ({error}): it is damaged or no database, so put the newest "
            "backup back by `python -m bot restore FILE`, or correct DATABASE_URL."
        )
    return DatabaseError(
        f"The database {path} cannot be used ({error}): check that its folder exists, that this user may "
        "write there, and that the disk has room."
    )


def _version(path: Path) -> str | None:
    if not path.exists():
        # Opening would create the file; a folder that is missing or closed should be said as such.
        connection = sqlite3.connect(path)
        connection.close()
        return None
    connection = sqlite3.connect(path)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return row[0] if row else None
        # A first start that was cut off has left none: these are somebody else's.
        if tables - {"sqlite_sequence"}:
            raise DatabaseError(f"{path} is no database of StudyLoop: correct DATABASE_URL.")
        return None
    finally:
        connection.close()


def _check_writable(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE write_check (id INTEGER)")
        connection.rollback()
    finally:
        connection.close()


def upgrade(path: Path, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    from alembic import command  # noqa: PLC0415 only where there is something to migrate
    from alembic.config import Config  # noqa: PLC0415 as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url_of(path, "sqlite")
    command.upgrade(config, revision)

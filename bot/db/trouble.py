"""Telling a disk or a file that cannot be written from a mistake of ours."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError


class Trouble(StrEnum):
    """Why nothing can be stored now, in words for the log."""

    FULL = "the disk is full"
    LOCKED = "another program holds the database"
    READ_ONLY = "the database may only be read"
    UNREADABLE = "the disk cannot be read or written"


_CODES = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: Trouble.UNREADABLE,
}
# SQLite's extended codes say more in the bits above.
_PRIMARY = 0xFF


def trouble_of(error: BaseException) -> Trouble | None:
    """Return why nothing could be stored; None where `error` says nothing of the kind."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    while cause is not None:
        if isinstance(cause, sqlite3.Error):
            code: int = getattr(cause, "sqlite_errorcode", 0)
            return _CODES.get(code & _PRIMARY)
        cause = cause.__cause__
    return None

"""Telling a disk or a file that cannot be written from a mistake of ours."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from bot.db.upgrades import DAMAGED


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
_WORDS = {
    Trouble.FULL: "full",
    Trouble.LOCKED: "locked",
    Trouble.READ_ONLY: "read_only",
    Trouble.UNREADABLE: "io",
}
_OTHER = "other"
WORDS = (*_WORDS.values(), _OTHER)
# SQLite's extended codes say more in the bits above.
_PRIMARY = 0xFF


def trouble_of(error: BaseException) -> Trouble | None:
    """Return why nothing could be stored; None where `error` says nothing of the kind."""
    return _CODES.get(_code_of(error))


def word_of(error: BaseException) -> str:
    """Return why it failed in one of `WORDS`, for the figures; what is damaged counts as unreadable.

    To trouble_of damage is none: it may concern one row only, so that everything else goes on.
    """
    found = Trouble.UNREADABLE if _code_of(error) in DAMAGED else trouble_of(error)
    return _OTHER if found is None else _WORDS[found]


def _code_of(error: BaseException) -> int:
    """Return SQLite's primary code; 0 where it is not SQLite's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    while cause is not None:
        if isinstance(cause, sqlite3.Error):
            code: int = getattr(cause, "sqlite_errorcode", 0)
            return code & _PRIMARY
        cause = cause.__cause__
    return 0

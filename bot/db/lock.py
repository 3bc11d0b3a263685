"""One process a database: a lock on a file beside it, which the kernel lets go of when its holder dies.

The outbox claims what it sends, so two processes would do no lasting harm; but what one of them keeps in
memory (grouped clicks, open panels, which quiz was interrupted) the other does not know.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.db.address import real
from bot.db.upgrades import DatabaseError, unusable


def _module(name: str) -> Any:
    """Return a module of the standard library that only some systems have; None elsewhere."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# One of the two is there: the other is for Windows.
fcntl, msvcrt = _module("fcntl"), _module("msvcrt")

log = logging.getLogger("studyloop.db")
SUFFIX = ".lock"
UNCHECKED = (
    "this system has no locks on files: whether another StudyLoop uses the same database cannot be checked, "
    "see to it that only one runs"
)
# Windows has no shared locks here: who only asks holds the lock for a moment, and whoever finds it so asks
# again some times.
TIMES, PAUSE_SECONDS = 5, 0.02


class Busy(DatabaseError):  # noqa: N818 it is an answer to "may I?", and other parts know it by this name
    """Another process uses the database; the text is one line for the operator."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Another StudyLoop is using the database {path}: end that one first, or give this one a "
            "database of its own in DATABASE_URL."
        )


def lock_file(path: Path) -> Path:
    """Return the file that is locked for a database, the same for each way to write its path."""
    found = real(path)
    return found.with_name(found.name + SUFFIX)


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Hold the database until the block ends; Busy where another process does.

    DatabaseError where nobody could: its folder is missing or closed.

    The file stays: whoever removed it could remove the one that a third process has just locked.
    """
    if fcntl is None and msvcrt is None:
        log.warning("%s", UNCHECKED)
        yield
        return
    # For reading only: the file may have been made by another user, and a lock needs no more.
    try:
        number = os.open(lock_file(path), os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise unusable(path, error) from None
    try:
        if not _take(number, shared=False):
            raise Busy(path)
        yield
    finally:
        os.close(number)


def held_by_other(path: Path) -> bool:
    """Return True if a process holds the database now; False where this system cannot tell.

    OSError where this user may not ask.
    """
    if fcntl is None and msvcrt is None:
        return False
    with contextlib.suppress(FileNotFoundError):
        number = os.open(lock_file(path), os.O_RDONLY)
        try:
            return not _take(number, shared=True)
        finally:
            os.close(number)
    return False


def _take(number: int, *, shared: bool) -> bool:
    """Lock an open file until it is closed; False if another holds it.

    `shared` is for those who only ask, so that two of them do not take each other for a holder.
    """
    if fcntl is None:
        return _take_first_byte(number)
    try:
        fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_first_byte(number: int) -> bool:
    """Do it as Windows does: a byte is locked, whether the file has it or not."""
    for turn in range(TIMES):
        if turn:
            time.sleep(PAUSE_SECONDS)
        # It says PermissionError or, after tries of its own, "resource deadlock": both mean that it is held.
        with contextlib.suppress(OSError):
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
            return True
    return False

"""A backup: one state of the database copied beside its last name, looked through, and only then named so.

SQLite's backup API on a connection that holds one state, rather than VACUUM INTO: the copy goes in steps,
so that the bot's own writes get the disk in between and a stop is heard; the state that was copied can be
counted and compared with the copy; and what is copied are pages as they are, not a rebuilt file.
"""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.db import lock
from bot.db.address import real
from bot.db.upgrades import HEAD, KNOWN
from bot.ops.backups import files, rules, store

# The pause after each step of a backup that is made beside a working bot.
BREATH_SECONDS = 0.01
# What is left for the bot's own writes and its log.
SPARE = 20_000_000
NEXT = "free some space, or name a file on another disk"


class BackupError(Exception):
    """It was not done, and nothing was changed; the text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was looked through. `differing` counts whose total is not the sum of their ledger."""

    path: Path
    size: int
    tables: int
    rows: int
    differing: int
    seconds: float


@contextmanager
def told(doing: str, folder: Path, todo: str = NEXT) -> Generator[None]:
    """Turn what the disk and SQLite refuse into sentences."""
    try:
        yield
    except store.Failure as error:
        if store.is_out_of_room(error):
            raise BackupError(_full(folder, todo)) from error
        raise BackupError(f"{doing} failed ({error}). Nothing was changed.") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BackupError(_full(folder, todo)) from error
        name: object = error.filename
        where = files.in_full(Path(name).parent if isinstance(name, str) else folder)
        in_use = ", and that no other program has the file open" if hasattr(error, "winerror") else ""
        raise BackupError(
            f"{doing} failed ({error.strerror or error}): check that {where} exists, that this user may "
            f"write there{in_use}. Nothing was changed."
        ) from error


def _full(folder: Path, todo: str) -> str:
    return f"The disk of {files.in_full(folder)} is full: {todo}. Nothing was changed."


def make(
    source: Path, target: Path, *, force: bool = False, stop: threading.Event | None = None, breath: float = 0
) -> Made:
    """Copy the database to `target`, which the bot may use meanwhile; BackupError where it cannot be."""
    started = time.monotonic()
    stopping = stop or threading.Event()
    with told(f"The backup to {target}", target.parent):
        _check(source, target, force=force)
    _check_room(source, target.parent)
    with told(f"The backup to {target}", target.parent), files.part_of(target) as part:
        copied = _copy(source, part, stopping, breath)
        files.put(part, target)
        size = target.stat().st_size
    return Made(
        target,
        size,
        len(copied.rows),
        copied.total_rows,
        len(copied.differing),
        time.monotonic() - started,
    )


def _check(source: Path, target: Path, *, force: bool) -> None:
    if not source.exists():
        raise BackupError(f"There is no database at {source} yet: start the bot once, or set DATABASE_URL.")
    if target.is_dir():
        raise BackupError(f"{target} is a folder: name a file in it, such as {target / 'studyloop.db'}.")
    if not target.parent.is_dir():
        raise BackupError(f"The folder {files.in_full(target.parent)} does not exist: make it first.")
    if target.exists() and target.samefile(source):
        raise BackupError(f"{target} is the database itself: name another file.")
    if target.exists() and not force:
        raise BackupError(f"{target} exists already: name another file, or overwrite it with --force.")
    # SQLite would apply the log of another database to the copy.
    for log in (files.beside(target, ending) for ending in files.LOGS):
        if store.has_bytes(log):
            why = f"some program is using {target}" if target.exists() else "its database is gone"
            raise BackupError(f"There is a log, {log}, as {why}: name another file.")


def _check_room(source: Path, folder: Path) -> None:
    """Refuse a copy that would take the last of a disk: the bot itself may be writing there."""
    log = files.beside(real(source), "-wal")
    with told("Looking for room", folder):
        size = source.stat().st_size + (log.stat().st_size if log.exists() else 0)
        free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise BackupError(
            f"The disk of {files.in_full(folder)} has {rules.size_text(free)} left, and a copy needs "
            f"{rules.size_text(size)} with {rules.size_text(SPARE)} to spare: {NEXT}. Nothing was changed."
        )


def _copy(source: Path, part: Path, stopping: threading.Event, breath: float) -> rules.Contents:
    def after_step() -> None:
        if stopping.wait(breath):
            raise BackupError("The backup was stopped, as the bot ends.")

    try:
        with store.one_state(source, alone=is_alone(source)) as connection:
            with store.stoppable(connection, stopping.is_set):
                original = store.count_rows(connection)
            store.copy(connection, part, after_step)
    except store.Failure as error:
        if store.is_damage(error):
            raise BackupError(_damaged(source, str(error))) from error
        raise
    return check_copy(source, part, original, stopping)


def check_copy(
    source: Path, part: Path, original: rules.Contents, stopping: threading.Event
) -> rules.Contents:
    """Look through a copy; BackupError where it is not what was copied, or no database that can be used."""
    contents = look(part, stopping)
    if (wrong := rules.flaw(contents, KNOWN, HEAD)) is not None:
        raise BackupError(_damaged(source, wrong))
    if (wrong := rules.unlike(contents, original)) is not None:
        raise BackupError(f"The copy of {source} is not the same ({wrong}), so it was not kept: try again.")
    return contents


def is_alone(path: Path) -> bool:
    """Return True if no process uses a database; False where this user may not know."""
    try:
        return not lock.held_by_other(path)
    except OSError:
        return False


def look(path: Path, stopping: threading.Event) -> rules.Contents:
    """Look through a file that nobody else uses; damage is part of the answer."""
    try:
        with (
            store.one_state(path, alone=True) as connection,
            store.stoppable(connection, stopping.is_set),
        ):
            return store.examine(connection)
    except store.Failure as error:
        if not store.is_damage(error):
            raise
        return rules.Contents(damages=(str(error),))


def _damaged(source: Path, why: str) -> str:
    return (
        f"{source} cannot be backed up: {why}. No copy was kept; see `python -m bot doctor`, and if it is "
        "damaged, put the newest good backup back by `python -m bot restore FILE`."
    )

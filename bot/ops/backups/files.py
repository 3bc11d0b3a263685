"""Files that appear whole or not at all, whatever ends the process or the machine."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
# Beside a database stand its log, the log's index, and the journal of the other mode.
COMPANIONS = ("-wal", "-shm", "-journal")
# What SQLite applies to whatever file it finds beside them.
LOGS = ("-wal", "-journal")


def in_full(path: Path) -> Path:
    """Return a path as a person finds it: from the root on, and without "..".

    Where it cannot be followed it is as it was given.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself, or a folder that is closed
        return path.absolute()


def beside(path: Path, ending: str) -> Path:
    """Return a database's companion, such as the log `studyloop.db-wal`."""
    return path.with_name(path.name + ending)


@contextmanager
def part_of(target: Path) -> Generator[Path]:
    """Give an empty file beside `target` that only this user can read; what is left of it at the end goes."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
    os.close(number)
    part = Path(name)
    try:
        yield part
    finally:
        for path in (part, *(beside(part, ending) for ending in COMPANIONS)):
            path.unlink(missing_ok=True)


def is_part(name: str, stem: str) -> bool:
    """Return True if a file is what a backup of ours that was cut off has left."""
    return name.startswith(f".{stem}-") and any(name.endswith(PART + end) for end in ("", *COMPANIONS))


def keep(path: Path) -> None:
    """Have the disk hold a file's contents before anything refers to it."""
    try:
        # For writing too: Windows flushes nothing that was opened for reading alone.
        number = os.open(path, os.O_RDWR)
    except PermissionError:
        number = os.open(path, os.O_RDONLY)
    _flush(number)


def keep_names(folder: Path) -> None:
    """Have the disk hold the names in a folder; Windows and some file systems cannot say so and need not."""
    with contextlib.suppress(OSError):
        _flush(os.open(folder, os.O_RDONLY))


def _flush(number: int) -> None:
    try:
        os.fsync(number)
    finally:
        os.close(number)


def put(part: Path, target: Path) -> None:
    """Give a finished file its name, in place of what had it."""
    keep(part)
    os.replace(part, target)  # noqa: PTH105 what a test of crashes counts
    keep_names(target.parent)

"""Putting a backup back: the old database stays in its place until the new one takes it in one step."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.db import lock
from bot.db.address import real
from bot.db.upgrades import HEAD, KNOWN
from bot.ops.backups import copies, files, rules, store
from bot.ops.backups.copies import BackupError

ROOT = 0
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now. `aside` keeps the database as it was; None where there was none.

    `logs` are what a database that was gone had left beside its place, by the names they have now.
    """

    version: str
    rows: int
    aside: Path | None
    is_older: bool
    logs: tuple[Path, ...] = ()


def restore(source: Path, database: Path, now: datetime) -> Restored:
    """Put `source` in the database's place; BackupError or lock.Busy where it cannot be."""
    target = real(database)
    with copies.told(f"Restoring {source}", target.parent):
        _check(source, target)
    with (
        copies.told(f"Restoring {source}", target.parent, "free some space"),
        lock.exclusive(target),
        files.part_of(target) as part,
    ):
        contents = _bring(source, part)
        _give_to_owner(part, target)
        aside, logs = (_set_aside(target, now), ()) if target.exists() else (None, _clear_logs(target, now))
        files.put(part, target)
    version = contents.version or ""
    return Restored(version, contents.total_rows, aside, is_older=version != HEAD, logs=logs)


def _check(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupError(f"There is no file {source}: name a backup that `python -m bot backup` has made.")
    if source.is_dir():
        raise BackupError(f"{source} is a folder: name one of the backups in it.")
    if not target.parent.is_dir():
        raise BackupError(f"The folder {target.parent} does not exist: make it first.")
    if target.is_dir():
        raise BackupError(f"{target} is a folder, not a database: set DATABASE_URL to a file in it.")
    if target.exists() and source.samefile(target):
        raise BackupError(f"{source} is the database itself: name a backup of it.")


def _bring(source: Path, part: Path) -> rules.Contents:
    """Copy the backup beside the database and look through the copy."""
    try:
        with store.one_state(source, alone=copies.is_alone(source)) as connection:
            store.copy(connection, part, lambda: None)
    except store.Failure as error:
        if store.is_damage(error):
            raise _unfit(source, f"it is damaged or no database ({error})") from error
        raise
    contents = copies.look(part, threading.Event())
    if (wrong := rules.flaw(contents, KNOWN, HEAD)) is not None:
        raise _unfit(source, wrong)
    store.skip_post_ids(part)
    return contents


def _unfit(source: Path, why: str) -> BackupError:
    return BackupError(f"{source} was not restored: {why}. Nothing was changed; name another backup.")


def _give_to_owner(part: Path, target: Path) -> None:
    """Let who could use the old database use the new one: root may be restoring for another user."""
    like = target.stat() if target.exists() else None
    part.chmod(like.st_mode & 0o777 if like else PRIVATE)
    owner = like or target.parent.stat()
    # Windows has neither: a file there belongs to whoever made it, and its folder says who may use it.
    if hasattr(os, "geteuid") and os.geteuid() == ROOT:
        os.chown(part, owner.st_uid, owner.st_gid)


def _set_aside(target: Path, now: datetime) -> Path:
    """Give the old database a second name, with its log where that cannot be brought into it.

    Its log must be gone before a new file has the name: SQLite would apply it to that.
    """
    try:
        store.fold_log(target)
    except store.Failure as error:
        if not store.is_damage(error):
            raise
    aside = _free_name(target, now)
    kept = [ending for ending in files.LOGS if files.beside(target, ending).exists()]
    for ending in kept:
        _second_name(files.beside(target, ending), files.beside(aside, ending))
    _second_name(target, aside)
    files.keep_names(target.parent)
    for ending in files.COMPANIONS:
        files.beside(target, ending).unlink(missing_ok=True)
    files.keep_names(target.parent)
    return aside


def _clear_logs(target: Path, now: datetime) -> tuple[Path, ...]:
    """Give what was left of a database that is gone other names: SQLite would apply it to the new one."""
    left = [ending for ending in files.COMPANIONS if files.beside(target, ending).exists()]
    aside = _free_name(target, now)
    for ending in left:
        files.beside(target, ending).rename(files.beside(aside, ending))
    files.keep_names(target.parent)
    return tuple(files.beside(aside, ending) for ending in left)


def _free_name(target: Path, now: datetime) -> Path:
    base = f"{target.stem}-before-restore-{rules.stamp(now)}"
    names = (f"{base}{f'-{n}' if n else ''}{target.suffix}" for n in range(1_000))
    endings = ("", *files.COMPANIONS)
    return next(
        path
        for path in map(target.with_name, names)
        if not any(files.beside(path, ending).exists() for ending in endings)
    )


def _second_name(path: Path, name: Path) -> None:
    """Give a file a second name; a copy where the file system has no second names."""
    try:
        os.link(path, name)
    except OSError:
        with files.part_of(name) as part:
            shutil.copyfile(path, part)
            shutil.copystat(path, part)
            files.put(part, name)

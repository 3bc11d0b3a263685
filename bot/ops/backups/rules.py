"""Decisions about backups: when one is due, which to delete, whether a copy is good. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
# Before the people in Europe and after those in America have answered.
HOUR_UTC = 4
RETRY_AFTER = timedelta(hours=1)
TELL_AGAIN_AFTER = DAY
# A doctor says so when the newest one is older.
STALE_AFTER = timedelta(days=2)
_STAMP = "%Y-%m-%dT%H-%M-%SZ"
_SHAPE = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ"
# Named in sentences: a damaged file can have thousands.
MOST_SHOWN = 3
KILOBYTE, MEGABYTE, GIGABYTE = 1_000, 1_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Somebody whose total is not the sum of their ledger."""

    guild_id: int
    user_id: int
    total: int
    ledger: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database file says about itself.

    `damages` are integrity_check's lines, none for a whole file. `version` is None where it is not ours.
    """

    damages: tuple[str, ...] = ()
    broken_references: int = 0
    version: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict[str, int])
    differing: tuple[Difference, ...] = ()

    @property
    def total_rows(self) -> int:
        """Return how many rows all tables have together."""
        return sum(self.rows.values())


def stamp(at: datetime) -> str:
    """Return a moment as it stands in names of files: sorts by time and is allowed everywhere."""
    return at.astimezone(UTC).strftime(_STAMP)


def file_name(stem: str, at: datetime) -> str:
    """Return the name of the daily backup made at a moment."""
    return f"{stem}-{stamp(at)}.db"


def made_at(stem: str, name: str) -> datetime | None:
    """Return when a daily backup was made by its name; None for every other file."""
    found = re.fullmatch(rf"{re.escape(stem)}-({_SHAPE})\.db", name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def newest(stem: str, names: Collection[str], now: datetime) -> datetime | None:
    """Return when the newest daily backup was made; one from the future was made by a wrong clock."""
    moments = [at for name in names if (at := made_at(stem, name)) is not None and at <= now]
    return max(moments, default=None)


def due_at(last: datetime | None, now: datetime) -> datetime:
    """Return when the next daily backup is due: the first four o'clock after the last one, or now."""
    if last is None:
        return now
    at = last.astimezone(UTC).replace(hour=HOUR_UTC, minute=0, second=0, microsecond=0)
    return at if at > last else at + DAY


def is_due(at: datetime, now: datetime) -> bool:
    """Return True if to look: the moment has come, or lies further ahead than a right clock puts it."""
    return at <= now or at > now + DAY


def surplus(stem: str, names: Collection[str], keep: int, now: datetime) -> list[str]:
    """Return which daily backups to delete, the oldest first; never one that is among the newest `keep`.

    Those from the future go first: the clock was wrong when they were made, and they would stay for ever.
    """
    ours = [(at <= now, at, name) for name in names if (at := made_at(stem, name)) is not None]
    return [name for _, _, name in sorted(ours)[: max(0, len(ours) - keep)]]


def flaw(contents: Contents, known: Collection[str], head: str) -> str | None:
    """Return what keeps a file from being used as the database, or None where it is good."""
    if contents.damages:
        return f"it is damaged ({'; '.join(contents.damages[:MOST_SHOWN])})"
    if contents.version is None:
        return "it is no database of StudyLoop"
    if contents.version not in known:
        return f"it was made by a newer StudyLoop (schema {contents.version}, this one knows {head})"
    if contents.broken_references:
        count = contents.broken_references
        return f"{count} of its rows refer{'s' if count == 1 else ''} to something that is not there"
    return None


def unlike(copy: Contents, original: Contents) -> str | None:
    """Return in what a copy differs from what was copied, or None."""
    if copy.version != original.version:
        return f"its schema is {copy.version} instead of {original.version}"
    names = sorted(set(copy.rows) | set(original.rows))
    differing = [name for name in names if copy.rows.get(name) != original.rows.get(name)]
    if differing:
        return f"its rows differ in {', '.join(differing[:MOST_SHOWN])}"
    return None


def size_text(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < KILOBYTE:
        return f"{size} bytes"
    if size < MEGABYTE:
        return f"{size / KILOBYTE:,.0f} kB"
    if size < GIGABYTE:
        return f"{size / MEGABYTE:,.1f} MB"
    return f"{size / GIGABYTE:,.1f} GB"

"""When a schedule is due: local date and wall time to UTC. Pure.

APScheduler's CronTrigger skips a day whose wall time falls in a spring gap and fires twice in autumn.
Here each local date that is due has exactly one moment: the wall time with fold=0, which in a gap means
"as far after midnight as the clock said before the change" (PEP 495), and in a fold the first of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.lines import folded

DAY = timedelta(days=1)
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = 0b1111111
WEEKDAYS = 0b0011111
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A wall time (minutes after midnight) in an IANA zone on some days (bit 0 is Monday)."""

    minutes: int
    zone: str
    days: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One local date on which a schedule is due, and the moment in UTC."""

    local_date: date
    at: datetime


def moment(day: date, minutes: int, zone: str) -> datetime | None:
    """Return the moment of a wall time on a local date in UTC; None where that date does not exist there.

    Samoa had no 30 December 2011: a date is there if its noon is.
    """
    info = ZoneInfo(zone)
    noon = datetime.combine(day, time(12), info)
    if noon.astimezone(UTC).astimezone(info).date() != day:
        return None
    wall = time(minutes // 60, minutes % 60)
    return datetime.combine(day, wall, info).astimezone(UTC)


def occurrences(spec: Recurrence, after: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences strictly after a moment, in order, for ever; ValueError without any day."""
    if not spec.days & EVERY_DAY:
        raise ValueError("a schedule needs at least one day")
    day = after.astimezone(ZoneInfo(spec.zone)).date() - DAY
    while True:
        if spec.days >> day.weekday() & 1:
            at = moment(day, spec.minutes, spec.zone)
            if at is not None and at > after:
                yield Occurrence(day, at)
        day += DAY


def next_occurrence(spec: Recurrence, after: datetime) -> Occurrence:
    """Return the first occurrence strictly after a moment."""
    return next(occurrences(spec, after))


def due_between(spec: Recurrence, first_at: datetime, now: datetime) -> list[Occurrence]:
    """Return the occurrences from `first_at` to `now`, both included."""
    due: list[Occurrence] = []
    for occurrence in occurrences(spec, first_at - timedelta(microseconds=1)):
        if occurrence.at > now:
            break
        due.append(occurrence)
    return due


def next_wall_time(minutes: int, zone: str, after: datetime) -> datetime:
    """Return the first moment strictly after `after` at which the clock on the wall shows `minutes`."""
    return next_occurrence(Recurrence(minutes, zone, EVERY_DAY), after).at


_TIME = re.compile(r"^\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?\s*$", re.IGNORECASE)


def parse_time(text: str) -> int | None:
    """Read 9:00, 09.00, 9, 9 pm or 21h30 as minutes after midnight; None for anything else."""
    match = _TIME.match(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), folded(match[3] or "")
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 a twelve-hour clock
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total < MINUTES_A_DAY else None  # noqa: PLR2004 minutes in an hour


def show_time(minutes: int) -> str:
    """Return minutes after midnight as 09:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_ALL = {
    "every day": EVERY_DAY,
    "daily": EVERY_DAY,
    "all": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekend": 0b1100000,
}


def parse_days(text: str) -> int | None:
    """Read "every day", "weekdays", "Mon, Wed, Fri" or "Mon-Fri" as day bits.

    None where a word is none of these; a text without a day gives 0.
    """
    plain = folded(text).strip()
    if plain in _ALL:
        return _ALL[plain]
    days = 0
    for word in re.split(r"[,;/\s]+", re.sub(r"\s*[-\N{EN DASH}]\s*", "-", plain)):  # phones type it
        if not word:
            continue
        ends = [_day(part) for part in word.split("-")]
        if len(ends) > 2 or None in ends:  # noqa: PLR2004 from-to
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        span = (last - first) % 7
        for step in range(span + 1):
            days |= 1 << (first + step) % 7
    return days


def _day(word: str) -> int | None:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if len(word) < 2:  # noqa: PLR2004 "t" and "s" are two days each
        return None
    return next((number for number, name in enumerate(names) if name.startswith(word)), None)


def show_days(days: int) -> str:
    """Return day bits as "every day", "Mon to Fri" or "Mon, Wed, Fri"."""
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "Mon to Fri"
    return ", ".join(name for number, name in enumerate(DAY_NAMES) if days >> number & 1)

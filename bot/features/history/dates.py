"""Which day, question or month is meant by what was typed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.lines import folded
from bot.features.saved.rules import clean_search

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

SHORTEST_MONTH_NAME = 3

_NUMBER = re.compile(r"(?:(discussion|d)|question|no\.?)?\s*#?\s*(\d{1,9})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A question by its number, or a discussion by its own."""

    number: int
    discussion: bool = False


@dataclass(frozen=True, slots=True)
class ByDay:
    """The questions of a local date."""

    day: date


@dataclass(frozen=True, slots=True)
class ByWords:
    """The questions whose title holds all the words."""

    words: str


def parse_when(typed: str, today: date) -> ByNumber | ByDay | ByWords:
    """Return what is meant: "12", "discussion 3", "2026-01-05", "5 Jan 2026", "yesterday", else words."""
    line = " ".join(typed.split())
    days = {"today": 0, "yesterday": 1}
    if (near := days.get(folded(line))) is not None:
        return ByDay(today - timedelta(days=near))
    if (number := _NUMBER.fullmatch(line)) is not None:
        return ByNumber(int(number[2]), discussion=number[1] is not None)
    day = _day(line, today)
    return ByWords(clean_search(line)) if day is None else ByDay(day)


def _day(line: str, today: date) -> date | None:
    """Read a date with a month's name or in ISO's form; without a year it is the last one that has been."""
    try:
        return date.fromisoformat(line)
    except ValueError:
        pass
    parts = [part for part in re.split(r"[\s,.]+", line) if part]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
    named = [month for part in parts if (month := _month_named(part))]
    if len(named) != 1 or len(numbers) + 1 != len(parts) or not 1 <= len(numbers) <= 2:  # noqa: PLR2004 day and year
        return None
    day = numbers[0]
    try:
        if len(numbers) > 1:
            return date(numbers[1], named[0], day)
        this_year = date(today.year, named[0], day)
    except ValueError:
        return None
    return this_year if this_year <= today else _a_year_earlier(this_year)


def _a_year_earlier(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return None


def _month_named(word: str) -> int | None:
    """Return a month by its English name or the beginning of it."""
    wanted = folded(word)
    found = [n for n, name in enumerate(MONTHS, start=1) if folded(name).startswith(wanted)]
    return found[0] if len(wanted) >= SHORTEST_MONTH_NAME and len(found) == 1 else None


def names_of(day: date, called: str, title: str) -> tuple[str, ...]:
    """Return all by which a question is found while one types: its date in two ways, its number, its title.

    `called` is "question 12" or "discussion 3".
    """
    month = MONTHS[day.month - 1]
    return (day.isoformat(), f"{day.day} {month} {day.year}", called, called.replace(" ", " #"), title)


def short_day(day: date) -> str:
    """Return "5 Jan 2026"."""
    return f"{day.day} {MONTHS[day.month - 1][:SHORTEST_MONTH_NAME]} {day.year}"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    def __str__(self) -> str:
        """Return "2026-01", as a file is named."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def name(self) -> str:
        """Return "January 2026"."""
        return f"{MONTHS[self.month - 1]} {self.year}"


def month_of(day: date) -> Month:
    """Return a day's month."""
    return Month(day.year, day.month)


def parse_month(typed: str | None, today: date) -> Month | None:
    """Return which month is meant: "2026-01", "1/2026", "Jan 2026", "Jan", "last month"; blank: this one."""
    line = folded(" ".join((typed or "").split()))
    this = month_of(today)
    if line in {"", "this month"}:
        return this
    if line == "last month":
        return month_of(today.replace(day=1) - timedelta(days=1))
    for pattern, year, month in ((r"(\d{4})[-/.](\d{1,2})", 1, 2), (r"(\d{1,2})[-/.](\d{4})", 2, 1)):
        if (found := re.fullmatch(pattern, line, re.ASCII)) is not None:
            return _month(int(found[year]), int(found[month]))
    words = re.split(r"[\s,.]+", line)
    named = [month for word in words if (month := _month_named(word))]
    years = [int(word) for word in words if re.fullmatch(r"\d{4}", word, re.ASCII)]
    if len(named) != 1 or len(named) + len(years) != len(words) or len(years) > 1:
        return None
    return _month(years[0] if years else this.year - (named[0] > this.month), named[0])


def _month(year: int, month: int) -> Month | None:
    return Month(year, month) if year >= 1 and 1 <= month <= len(MONTHS) else None

"""Who may still read what, what a typed date or search means, and how a list is cut into pages. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from bot.core.lines import one_line

PAGE = 10
MOST_SAVED = 500
LONGEST_SEARCH = 100
# A double tap is one press: it must not save and take out again.
DOUBLE_TAP = timedelta(seconds=2)
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


class Sight(Enum):
    """Whether a person may read something now, and else why not."""

    READABLE = auto()
    WITHDRAWN = auto()  # by its author
    HIDDEN = auto()  # by an organiser
    CLOSED = auto()  # the room opens with one's own answer, the model answer with the reveal
    AWAY = auto()  # it stands in a channel that the person cannot see, or that is gone


@dataclass(frozen=True, slots=True)
class Place:
    """How a person stands with a question.

    `sees` says whether they can see its channel (None: it was deleted), `inside` whether they have an answer
    of their own there that stands.
    """

    sees: bool | None
    inside: bool
    revealed: bool
    blind: bool

    def may_enter(self) -> bool:
        """Say whether the question's channel, or what was written there, is this person's to read."""
        return self.inside if self.sees is None else self.sees


def sight_of_answer(place: Place, *, live: bool, hidden: bool, own: bool) -> Sight:
    """Decide about one answer: `live` is one that is not withdrawn."""
    if not live:
        return Sight.WITHDRAWN
    if hidden:
        return Sight.HIDDEN
    if own:
        return Sight.READABLE
    if not place.may_enter():
        return Sight.AWAY
    opened = place.revealed or place.inside or not place.blind
    return Sight.READABLE if opened else Sight.CLOSED


def sight_of_model(place: Place) -> Sight:
    """Decide about a model answer or a solution: a channel that was deleted does not take it away."""
    if place.sees is False:
        return Sight.AWAY
    return Sight.READABLE if place.revealed else Sight.CLOSED


def is_double_tap(saved_at: datetime, now: datetime) -> bool:
    """Say whether a press belongs to the one that saved."""
    return now - saved_at < DOUBLE_TAP


def clean_search(typed: str | None) -> str:
    """Return what is searched for, on one line, at most 100 characters; empty where it holds nothing."""
    return one_line(typed or "")[:LONGEST_SEARCH].strip()


def matches(search: str, texts: Iterable[str | None]) -> bool:
    """Say whether every word of a search stands somewhere in the texts, whatever its case or width."""
    hay = _folded("\n".join(text for text in texts if text))
    return all(word in hay for word in _folded(search).split())


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def pages(total: int, size: int = PAGE) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-total // size))


def page_within(page: int, total: int, size: int = PAGE) -> int:
    """Return the page nearest to `page` that there is; the list may have become shorter."""
    return min(max(page, 0), pages(total, size) - 1)


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
    if line.casefold() in days:
        return ByDay(today - timedelta(days=days[line.casefold()]))
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
    wanted = word.casefold()
    found = [n for n, name in enumerate(MONTHS, start=1) if name.casefold().startswith(wanted)]
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
    line = " ".join((typed or "").split()).casefold()
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

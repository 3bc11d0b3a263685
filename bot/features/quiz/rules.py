"""Decisions about live quizzes: what is asked, which choices count, who stands where. Pure."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final, Protocol, TypeVar

MIN_SIZE: Final = 3

MAX_SIZE: Final = 25

DEFAULT_SIZE: Final = 10

MIN_SECONDS: Final = 10

MAX_SECONDS: Final = 120

# A third of the items asks to work something out, on a phone.
DEFAULT_SECONDS: Final = 30

# Time to look up before the first question.
LEAD: Final = timedelta(seconds=5)

# A choice made in the last moment is still on its way when time is up.
GRACE: Final = timedelta(seconds=1)

# Once everybody is in, so long to take back a slip of the thumb.
EARLY: Final = timedelta(seconds=2)

# What is left of a question after a restart is at least this.
SHORTEST_REST: Final = timedelta(seconds=5)

# After a longer pause nobody is waiting any more.
LONGEST_PAUSE: Final = timedelta(minutes=10)

# So many questions in a row without a choice, and nobody is there.
IDLE_QUESTIONS: Final = 2

# Results are read at some 25 characters a second, with time to look at the standings.
READING_BASE: Final = timedelta(seconds=5)

CHARACTERS_A_SECOND: Final = 25

LONGEST_READING: Final = timedelta(seconds=15)

# In the order in which they are asked.
LEVELS: Final = ("easy", "medium", "hard")

# Why a quiz ended, as it is kept.
FINISHED: Final = "finished"

STOPPED: Final = "stopped"

IDLE: Final = "idle"

PAUSE: Final = "pause"

REMOVED: Final = "removed"

NO_WAY_IN: Final = "channel"

LOST: Final = "lost"


def is_playable(size: int, seconds: int) -> bool:
    """Return True if a quiz may have so many questions of so many seconds each."""
    return MIN_SIZE <= size <= MAX_SIZE and MIN_SECONDS <= seconds <= MAX_SECONDS


class Choosable(Protocol):
    """What choosing an item needs to know of it."""

    @property
    def question_id(self) -> int:
        """Identify the item."""
        ...

    @property
    def difficulty(self) -> str:
        """Say easy, medium or hard."""
        ...


T = TypeVar("T", bound=Choosable)


def pick(
    candidates: Sequence[T], last_seen: Mapping[int, datetime], size: int, rng: random.Random
) -> list[T]:
    """Choose `size` different items: those never seen here first, then those not seen for longest.

    `last_seen` maps question_id to when the channel had it last. They are asked from easy to hard; chance
    decides among equals.
    """
    mixed = list(candidates)
    rng.shuffle(mixed)
    never = [c for c in mixed if c.question_id not in last_seen]
    seen = sorted((c for c in mixed if c.question_id in last_seen), key=lambda c: last_seen[c.question_id])
    return sorted((never + seen)[:size], key=lambda c: LEVELS.index(c.difficulty))


class Verdict(Enum):
    """What becomes of a choice."""

    COUNTS = auto()
    LATE = auto()
    NOT_YET = auto()
    VOID = auto()


def judge(state: str, *, running: bool, current: bool, ends_at: datetime | None, at: datetime) -> Verdict:
    """Judge a choice that came in `at`.

    One on the question that comes next counts although its message is not confirmed yet: whoever sees the
    button can press it before Discord's answer is here. Its time has not begun.
    """
    if state == "closed":
        return Verdict.LATE
    if state == "void" or not running:
        return Verdict.VOID
    if not current:
        return Verdict.NOT_YET
    if ends_at is not None and at > ends_at + GRACE:
        return Verdict.LATE
    return Verdict.COUNTS


def closes_at(ends_at: datetime) -> datetime:
    """Return when a question is closed whose time ends at `ends_at`."""
    return ends_at + GRACE


def ends_early(ends_at: datetime, now: datetime) -> datetime:
    """Return when a question ends in which everybody is in."""
    return min(ends_at, now + EARLY)


def after_restart(ends_at: datetime, touched_at: datetime, now: datetime) -> datetime | None:
    """Return the new end of a question that was open when the bot stopped; None after too long a pause.

    `touched_at` is the last sign of life: what was left then is left now.
    """
    if now - touched_at > LONGEST_PAUSE:
        return None
    return now + max(ends_at - touched_at, SHORTEST_REST)


def reading_time(characters: int) -> timedelta:
    """Return the pause after a result of so many characters."""
    return min(READING_BASE + timedelta(seconds=characters / CHARACTERS_A_SECOND), LONGEST_READING)


def is_idle(answered: Sequence[int]) -> bool:
    """Return True if nobody is there; `answered` are the counts of the closed questions in order."""
    last = answered[-IDLE_QUESTIONS:]
    return len(last) == IDLE_QUESTIONS and not any(last)


@dataclass(frozen=True, slots=True)
class Round:
    """A closed question: what it brings, who was right, and everybody who chose."""

    points: int
    right: frozenset[int]
    chose: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """One player's standing; `change` is the places won in the last round (None: new in it)."""

    rank: int
    user_id: int
    points: int
    right: int
    answered: int
    change: int | None


def standings(rounds: Sequence[Round]) -> list[Standing]:
    """Rank everybody who chose at least once by points; ties share a rank (1, 2, 2, 4)."""
    before = _ranks(rounds[:-1])
    ranks = _ranks(rounds)
    places = [
        Standing(
            rank,
            user_id,
            _points(rounds, user_id),
            sum(user_id in r.right for r in rounds),
            sum(user_id in r.chose for r in rounds),
            before[user_id] - rank if user_id in before else None,
        )
        for user_id, rank in ranks.items()
    ]
    return sorted(places, key=lambda place: (place.rank, -place.right, place.user_id))


def _points(rounds: Sequence[Round], user_id: int) -> int:
    return sum(r.points for r in rounds if user_id in r.right)


def _ranks(rounds: Sequence[Round]) -> dict[int, int]:
    players = {user_id for r in rounds for user_id in r.chose}
    totals = {user_id: _points(rounds, user_id) for user_id in players}
    ordered = sorted(totals.values(), reverse=True)
    return {user_id: ordered.index(points) + 1 for user_id, points in totals.items()}


def hardest(rounds: Sequence[Round]) -> int | None:
    """Return the index of the question with the smallest share of right choices, the earliest of equals.

    None where nobody chose in any, or everybody was right in all.
    """
    shares = {i: len(r.right) / len(r.chose) for i, r in enumerate(rounds) if r.chose}
    index = min(shares, key=lambda i: shares[i], default=None)
    return None if index is None or shares[index] == 1 else index


def everybody_is_in(before: Collection[int], now: Collection[int]) -> bool:
    """Return True if all who took part in the last question have chosen in this one."""
    return bool(before) and set(before) <= set(now)

"""Decisions about schedules and drops: what is due, which question, when it is revealed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot.features.drops.modes import DropKind, Kind
from bot.features.drops.rules import SHORTEST_OPEN
from bot.features.problems.store import Problem
from bot.features.schedules.recurrence import (
    Occurrence,
    Recurrence,
    due_between,
    next_occurrence,
    next_wall_time,
)
from bot.outbox.message import Trouble

DEFAULT_KIND: Final = "mixed"

# Monday, Wednesday and Friday: writing every day is what makes groups stop in week three.
WRITING_DAYS = frozenset({0, 2, 4})

DEFAULT_MINUTES = 9 * 60

# Who names no time gets one of so many minutes from there on: Discord takes 50 questions a second.
SPREAD_MINUTES = 5

DEFAULT_LATE_HOURS = 12
LATEST_HOURS = 48

REVEAL_BEFORE_NEXT = timedelta(minutes=30)

SCHEDULES_A_SERVER = 20

# Problems with which no question goes out.
HOLDING = frozenset(
    {
        Trouble.CHANNEL_GONE,
        Trouble.NO_ACCESS,
        Trouble.NO_PERMISSION,
        Trouble.TAG_NEEDED,
        Trouble.UNREADABLE,
        Trouble.MY_ERROR,
    }
)


class Choosable(Protocol):
    """What choosing a question needs to know of it."""

    @property
    def question_id(self) -> int:
        """Identify the question."""
        ...

    @property
    def category(self) -> str:
        """Name its category's key."""
        ...


T = TypeVar("T", bound=Choosable)


@dataclass(frozen=True, slots=True)
class DuePlan:
    """What a schedule's run decides: one occurrence to post (or none), the missed ones, and the next run."""

    post: Occurrence | None
    missed: tuple[Occurrence, ...]
    next_at: datetime


def held(problems: Iterable[Problem]) -> frozenset[int]:
    """Return the ids of the schedules that post nothing before a problem is mended."""
    return frozenset(problem.schedule_id for problem in problems if problem.trouble in HOLDING)


def plan(spec: Recurrence, next_run_at: datetime, late_hours: int, now: datetime) -> DuePlan:
    """Decide about everything due from `next_run_at` to `now`.

    After a pause of some days only the newest question goes out, and only within `late_hours`.
    """
    due = due_between(spec, next_run_at, now)
    next_at = next_occurrence(spec, now).at
    if due and now - due[-1].at <= timedelta(hours=late_hours):
        return DuePlan(due[-1], tuple(due[:-1]), next_at)
    return DuePlan(None, tuple(due), next_at)


def reveal_at(spec: Recurrence, reveal_minutes: int | None, dropped_at: datetime, now: datetime) -> datetime:
    """Return when a drop is revealed: at its wall time, else half an hour before the next drop.

    Never earlier than an hour from now: a question that comes late still has to be answered.
    """
    if reveal_minutes is not None:
        at = next_wall_time(reveal_minutes, spec.zone, dropped_at)
    else:
        at = next_occurrence(spec, dropped_at).at - REVEAL_BEFORE_NEXT
        if at < dropped_at + SHORTEST_OPEN:
            at = (
                next_occurrence(spec, dropped_at + SHORTEST_OPEN + REVEAL_BEFORE_NEXT).at - REVEAL_BEFORE_NEXT
            )
    return max(at, now + SHORTEST_OPEN)


def kinds_on(kind: Kind, local_date: date) -> tuple[DropKind, ...]:
    """Return which kinds of question a schedule may ask on a local date, the wanted one first.

    In a mixed schedule a day whose kind has no question left takes one of the other.
    """
    if kind != "mixed":
        return (kind,)
    return ("open", "choice") if local_date.weekday() in WRITING_DAYS else ("choice", "open")


def choose(
    candidates: Sequence[T], uses: Mapping[int, tuple[int, int]], last_category: str | None, seed: str
) -> T | None:
    """Choose a question; None where there is no candidate.

    `uses` maps question_id to (times asked in this server, number of the drop that asked it last). What
    was asked least often comes first, so nothing repeats until the pool is used up; then the longest
    ago half of it. The last category is avoided while others are left, in the newer half if need be.
    Same arguments, same choice.
    """
    if not candidates:
        return None
    least = min(uses.get(c.question_id, (0, 0))[0] for c in candidates)
    pool = [c for c in candidates if uses.get(c.question_id, (0, 0))[0] == least]
    oldest = pool
    if least:
        pool.sort(key=lambda c: uses[c.question_id][1])
        oldest = pool[: max(1, len(pool) // 2)]
    other = [c for c in oldest if c.category != last_category]
    other = other or [c for c in pool if c.category != last_category]
    return random.Random(seed).choice(sorted(other or oldest, key=lambda c: c.question_id))  # noqa: S311 no secret

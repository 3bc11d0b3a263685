"""Decisions about discussions: who may begin one, and which question is meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.lines import folded
from bot.features.drops.modes import DropKind
from bot.features.schedules.recurrence import (
    next_wall_time,
)

DISCUSSION_LASTS = timedelta(days=1)

DISCUSSIONS_A_DAY = 3

DISCUSSIONS_OPEN = 10

# Discord shows no more suggestions.
MOST_SUGGESTED = 25

# How the list calls the two kinds.
SORTS: Final[Mapping[str, tuple[str, ...]]] = {"open": ("write",), "choice": ("tap",)}


@dataclass(frozen=True, slots=True)
class Begun:
    """A discussion as its limits see it; `user_id` began it, `was_seen` says whether it ever went out."""

    user_id: int
    due_at: datetime
    reveal_at: datetime
    state: str
    was_seen: bool


@dataclass(frozen=True, slots=True)
class EnoughToday:
    """The member has begun as many discussions as one may in a day; `again_at` is the next midnight."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class EnoughOpen:
    """As many discussions are open in the server as may be; the first of them ends at `again_at`."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that can be discussed; `times` is how often the server was asked it."""

    question_id: int
    version_id: int
    kind: DropKind
    title: str
    category: str
    difficulty: str
    times: int


def may_discuss(
    begun: Sequence[Begun], user_id: int, zone: str, now: datetime
) -> EnoughToday | EnoughOpen | None:
    """Return why a member may not begin a discussion now, or None where they may.

    `begun` are the server's discussions that are open and those of the last two days. One that never went
    out counts for nobody.
    """
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    out = [one for one in begun if one.state != "skipped" or one.was_seen]
    mine = [o for o in out if o.user_id == user_id and o.due_at.astimezone(local).date() == today]
    if len(mine) >= DISCUSSIONS_A_DAY:
        return EnoughToday(next_wall_time(0, zone, now))
    running = [one for one in out if one.state in {"planned", "open"}]
    if len(running) >= DISCUSSIONS_OPEN:
        return EnoughOpen(min(one.reveal_at for one in running))
    return None


def suggest(candidates: Sequence[Suggestion], typed: str) -> list[Suggestion]:
    """Return the questions that have all the typed words, those with them in the title first.

    The beginning of a word will do. Without any word: what was asked least often, written ones first.
    """
    typed_words = words(typed)
    found: list[tuple[tuple[bool, bool, int], Suggestion]] = []
    for one in candidates:
        title = words(one.title)
        everything = (*title, *words(one.category), one.difficulty, one.kind, *SORTS[one.kind])
        if all(any(word.startswith(part) for word in everything) for part in typed_words):
            in_title = all(any(word.startswith(part) for word in title) for part in typed_words)
            found.append(((not in_title, one.kind == "choice", one.times), one))
    found.sort(key=lambda pair: (pair[0], folded(pair[1].title), pair[1].question_id))
    return [one for _, one in found[:MOST_SUGGESTED]]


def words(typed: str) -> tuple[str, ...]:
    """Return the words of a text without what stands between them."""
    return tuple(re.findall(r"\w+", folded(typed)))


def named(candidates: Sequence[Suggestion], typed: str) -> Suggestion | None:
    """Return the question that was chosen from the list, or the only one that has the typed words."""
    wanted = typed.strip()
    if wanted.isascii() and wanted.isdigit():
        by_id = next((one for one in candidates if str(one.question_id) == wanted), None)
        if by_id is not None:
            return by_id
    exact = [one for one in candidates if folded(one.title) == folded(wanted)]
    found = exact or (suggest(candidates, wanted) if wanted else [])
    return found[0] if len(found) == 1 else None

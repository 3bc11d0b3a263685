"""Decisions about schedules and drops: what is due, which question, when it is revealed. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.features.schedules.recurrence import (
    Occurrence,
    Recurrence,
    due_between,
    next_occurrence,
    next_wall_time,
)

ChannelKind = Literal["text", "forum", "news"]
Mode = Literal["blind", "open"]
DropKind = Literal["open", "choice"]
Kind = Literal["open", "choice", "mixed"]

DEFAULT_KIND: Final = "mixed"
# Monday, Wednesday and Friday: writing every day is what makes groups stop in week three.
WRITING_DAYS = frozenset({0, 2, 4})

DEFAULT_MINUTES = 9 * 60
DEFAULT_LATE_HOURS = 12
REVEAL_BEFORE_NEXT = timedelta(minutes=30)
# Whoever gets the question late still needs time to answer it.
SHORTEST_OPEN = timedelta(hours=1)
ON_TIME = timedelta(minutes=1)
REMIND_BEFORE_REVEAL = timedelta(hours=2)
# A reveal is wanted even when the bot was away for some days.
REVEAL_NOT_AFTER = timedelta(days=7)
# "usually 6" needs a few days to mean something.
USUAL_MIN_DROPS = 3
SCHEDULES_A_SERVER = 20
DISCUSSION_LASTS = timedelta(days=1)
DISCUSSIONS_A_DAY = 3
DISCUSSIONS_OPEN = 10
# Discord shows no more suggestions.
MOST_SUGGESTED = 25
# How the list calls the two kinds.
SORTS: Final[Mapping[str, tuple[str, ...]]] = {"open": ("write",), "choice": ("tap",)}
TAG_NAME_LIMIT = 20
THREAD_NAME_LIMIT = 100


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


@dataclass(frozen=True, slots=True)
class DuePlan:
    """What a schedule's run decides: one occurrence to post (or none), the missed ones, and the next run."""

    post: Occurrence | None
    missed: tuple[Occurrence, ...]
    next_at: datetime


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


def open_until(reveal: datetime, opened_at: datetime) -> datetime:
    """Return when a question that went out at `opened_at` is revealed: as planned, unless it came late.

    A minute of grace, so that a question that is on time keeps its round reveal.
    """
    return reveal if reveal - opened_at > SHORTEST_OPEN - ON_TIME else opened_at + SHORTEST_OPEN


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


def usual(answered: Sequence[int]) -> int | None:
    """Return how many usually answer (the median of the last drops), or None where it is too early to say."""
    if len(answered) < USUAL_MIN_DROPS:
        return None
    return sorted(answered)[len(answered) // 2]


def needed_permissions(channel: ChannelKind, mode: Mode, kind: Kind) -> tuple[str, ...]:
    """Return the permissions (discord.py's names) that a schedule needs in its channel.

    The room of a choice question is public: it opens with the reveal.
    """
    always = (
        "view_channel",
        "send_messages",
        "embed_links",
        "read_message_history",
        "send_messages_in_threads",
    )
    if channel == "forum":
        return always
    hidden = mode == "blind" and kind != "choice"
    public = mode == "open" or kind != "open"
    rooms = {"create_private_threads": hidden, "create_public_threads": public}
    return (*always, *(name for name, needed in rooms.items() if needed))


PERMISSION_LABELS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages (in a forum: Create Posts)",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_private_threads": "Create Private Threads",
    "create_public_threads": "Create Public Threads",
    "mention_everyone": "Mention @everyone, @here and All Roles",
    "manage_threads": "Manage Threads",
}


def mode_for(kind: ChannelKind, wanted: Mode | None) -> Mode | None:
    """Return the mode a channel gets; None where the wanted one is not possible there."""
    if kind == "text":
        return wanted or "blind"
    return None if wanted == "blind" else "open"


def drop_mode(kind: DropKind, wanted: Mode) -> Mode:
    """Return how a question's room is opened; a choice question has no answers to hide in it."""
    return "open" if kind == "choice" else wanted


def thread_name(number: int, title: str, *, discussion: bool = False) -> str:
    """Return a room's name: the question's number makes it unique in the server."""
    name = f"{'Discussion ' if discussion else ''}{number} · {title}"
    return name if len(name) <= THREAD_NAME_LIMIT else name[: THREAD_NAME_LIMIT - 1] + "…"


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
    found.sort(key=lambda pair: (pair[0], pair[1].title.casefold(), pair[1].question_id))
    return [one for _, one in found[:MOST_SUGGESTED]]


def words(typed: str) -> tuple[str, ...]:
    """Return the words of a text without what stands between them."""
    return tuple(re.findall(r"\w+", typed.casefold()))


def named(candidates: Sequence[Suggestion], typed: str) -> Suggestion | None:
    """Return the question that was chosen from the list, or the only one that has the typed words."""
    wanted = typed.strip()
    if wanted.isascii() and wanted.isdigit():
        by_id = next((one for one in candidates if str(one.question_id) == wanted), None)
        if by_id is not None:
            return by_id
    exact = [one for one in candidates if one.title.casefold() == wanted.casefold()]
    found = exact or (suggest(candidates, wanted) if wanted else [])
    return found[0] if len(found) == 1 else None


def tag_names(category_key: str, category_name: str, state: str) -> tuple[str, ...]:
    """Return the names by which a forum's tags are known for a question of a category in a state.

    A tag has room for 20 characters, so a category's key and the beginning of its name do too.
    """
    words = category_key.replace("-", " ")
    names = (state, category_name, category_name[:TAG_NAME_LIMIT].strip(), category_key, words)
    return tuple(dict.fromkeys(names))


def hint_to_show(seen: int, hints: int) -> int | None:
    """Return the index of the next hint, or None where all have been seen."""
    return seen if seen < hints else None


def remind_at(reveal: datetime, now: datetime) -> datetime | None:
    """Return when to remind, two hours before the reveal; None where that is too near to help."""
    at = reveal - REMIND_BEFORE_REVEAL
    return at if at > now else None

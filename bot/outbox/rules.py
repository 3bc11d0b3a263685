"""When a post is tried again, and whether it is too late. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.gateway.budget import Priority

# Discord's hiccups last seconds, its outages minutes, a missing permission until somebody looks.
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
)
RETRY_LAST = timedelta(minutes=10)
# For so long after its time a message that may stand is looked for; an outage is over by then.
LOOK_FOR = timedelta(days=1)


# Of posts, in this order. Their values stand in the database.
PRIORITIES = (Priority.QUIZ, Priority.QUESTION, Priority.POST)


def priority(kind: str) -> Priority:
    """Return whose turn comes first: players wait for their next question, a day's question is read later."""
    if kind.startswith("quiz_"):
        return Priority.QUIZ
    return Priority.QUESTION if kind == "drop" else Priority.POST


def everybody(guild_id: int) -> bool:
    """Say yes: one process works for all servers."""
    del guild_id
    return True


def next_try_at(attempts: int, now: datetime, not_after: datetime | None = None) -> datetime:
    """Return when to try again after `attempts` (1 or more) tries.

    With `not_after` still ahead it is a moment after that at the latest: what waits for the post to be given
    up, a quiz for example, hears of it in time.
    """
    index = attempts - 1
    at = now + (RETRY_AFTER[index] if index < len(RETRY_AFTER) else RETRY_LAST)
    if not_after is None or not_after < now:
        return at
    return min(at, not_after + timedelta(seconds=1))


def is_too_late(not_after: datetime, now: datetime) -> bool:
    """Return True if a post that has not gone out by now should not go out any more."""
    return now > not_after


def is_given_up(not_after: datetime, now: datetime) -> bool:
    """Return True if a post that may stand already is not even looked for any more."""
    return is_too_late(not_after + LOOK_FOR, now)

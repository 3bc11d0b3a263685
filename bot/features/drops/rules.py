"""Decisions about a drop: until when it is open, what its tags are called. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.features.drops.modes import ChannelKind, fitting
from bot.features.drops.store import Drop

# Whoever gets the question late still needs time to answer it.
SHORTEST_OPEN = timedelta(hours=1)

ON_TIME = timedelta(minutes=1)

# How many characters a written answer has.
SHORTEST_ANSWER = 80
LONGEST_ANSWER = 3500

REMIND_BEFORE_REVEAL = timedelta(hours=2)

# "usually 6" needs a few days to mean something.
USUAL_MIN_DROPS = 3

# How a forum's tags for the state of a question are called.
OPEN_TAG, REVEALED_TAG = "open", "revealed"
TAG_NAME_LIMIT = 20


def open_until(reveal: datetime, opened_at: datetime) -> datetime:
    """Return when a question that went out at `opened_at` is revealed: as planned, unless it came late.

    A minute of grace, so that a question that is on time keeps its round reveal.
    """
    return reveal if reveal - opened_at > SHORTEST_OPEN - ON_TIME else opened_at + SHORTEST_OPEN


def fitted(drop: Drop, channel_kind: ChannelKind) -> Drop:
    """Return a question as its channel, which may be of another kind by now, takes it.

    Where the channel has no private threads, a hidden question that nobody has answered goes on in the open.
    Answers that were written hidden wait for their reveal. A message that stands, stands: what was posted in
    a forum is not looked for elsewhere.
    """
    if drop.message_id is not None and "forum" in {channel_kind, drop.channel_kind}:
        return drop
    promised = drop.mode == "blind" and drop.answered > 0 and drop.state != "revealed"
    mode = drop.mode if drop.room_id is not None or promised else fitting(channel_kind, drop.mode)
    return replace(drop, channel_kind=channel_kind, mode=mode)


def is_held_back(drop: Drop) -> bool:
    """Return True if answers wait for their reveal, since their channel has no private threads any more."""
    waits = drop.mode == "blind" and drop.room_id is None and drop.state != "revealed"
    return waits and drop.channel_kind != "text"


def usual(answered: Sequence[int]) -> int | None:
    """Return how many usually answer (the median of the last drops), or None where it is too early to say."""
    if len(answered) < USUAL_MIN_DROPS:
        return None
    return sorted(answered)[len(answered) // 2]


def tag_names(category_key: str, category_name: str, state: str) -> tuple[str, ...]:
    """Return the names by which a forum's tags are known for a question of a category in a state.

    A tag has room for 20 characters, so a category's key and the beginning of its name do too.
    """
    words = category_key.replace("-", " ")
    names = (state, category_name, category_name[:TAG_NAME_LIMIT].strip(), category_key, words)
    return tuple(dict.fromkeys(names))

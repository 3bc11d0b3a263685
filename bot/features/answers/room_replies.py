"""What somebody reads whom a room does not take in. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import replies
from bot.features.answers.outcomes import Accepted, MayJoin
from bot.outbox.rooms import Entry
from bot.ui import text
from bot.ui.message import Message

READ_ON = "`/today date:` shows you all answers"
FULL = "Discord lets 1,000 people into a room, and this one is full"


def entered(outcome: MayJoin, entry: Entry) -> str:
    """Return whether the person is in the room, and where they can read if not."""
    match entry:
        case Entry.FULL:
            return f"I cannot let you in: {FULL}. {READ_ON} to {outcome.drop.called}."
        case Entry.SHUT:
            return (
                "I cannot let you in: the room is locked. Ask an organiser to unlock it or to allow me "
                f"**Manage Threads**. {READ_ON} to {outcome.drop.called}."
            )
        case Entry.INSIDE | Entry.OUTSIDE:
            return replies.joined(outcome.room_id, inside=entry is Entry.INSIDE)


def kept_out(outcome: Accepted, entry: Entry) -> Message | None:
    """Return what the author of a new answer reads whose room is full or locked; None where it is neither."""
    points = f" **{text.count(outcome.points, 'point')}**." if outcome.points > 0 else ""
    match entry:
        case Entry.FULL:
            said = (
                f"Your answer is saved and stands in its room.{points} You cannot go in: {FULL}. {READ_ON}."
            )
        case Entry.SHUT:
            said = (
                f"Your answer is saved.{points} Its room is locked: it appears there by itself as soon as a "
                f"moderator unlocks the room. {READ_ON}."
            )
        case Entry.INSIDE | Entry.OUTSIDE:
            return None
    usual = replies.accepted(outcome)
    rows = tuple(tuple(b for b in row if b.url is None) for row in usual.rows)
    return replace(usual, content=said, rows=rows)

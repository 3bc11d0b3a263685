"""What happens to a drop from being planned to being revealed, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.db import Connection
from bot.features.drops import modes, rules, store
from bot.features.drops.modes import ChannelKind, DropKind, Mode
from bot.features.drops.store import Drop, NewDrop
from bot.features.problems import lifecycle as problems
from bot.outbox import service as outbox
from bot.outbox.message import Receipt, Trouble

# A reveal is wanted even when the bot was away for some days.
REVEAL_NOT_AFTER = timedelta(days=7)
# Why a question ended without a reveal, as /manage health shows it.
REMOVED = "the schedule was removed"
CHANNEL_GONE = "its channel was deleted"
# Questions go out with these too.
HOLD_NOTHING_UP = (Trouble.ROLE_GONE, Trouble.NOT_HIDDEN)
# Why a room waits whose channel takes private threads no more.
HIDDEN_UNTIL_REVEAL = "its answers are hidden until the reveal"
# Which kind of post reveals a drop.
REVEALS: dict[DropKind, str] = {"open": "reveal", "choice": "choice_reveal"}


async def plan(tx: Connection, new: NewDrop, late: timedelta) -> int | None:
    """Write a question down and queue its post, which may go out up to `late` after its time.

    Return the drop's id; None where its schedule has one on that local date.
    """
    drop_id = await store.add_drop(tx, new)
    if drop_id is None:
        return None
    await outbox.queue(
        tx,
        "drop",
        drop_id,
        guild_id=new.guild_id,
        channel_id=new.channel_id,
        due_at=new.due_at,
        not_after=new.due_at + late,
    )
    return drop_id


async def leave_out(tx: Connection, new: NewDrop) -> bool:
    """Record that an occurrence has no question; False where it has one, or is left out already."""
    return await store.add_drop(tx, new) is not None


async def next_discussion(tx: Connection, guild_id: int) -> int:
    """Return the number of a server's next discussion, counted from 1."""
    return await store.next_discussion(tx, guild_id)


async def move(
    tx: Connection, drop: Drop, channel_id: int, channel_kind: ChannelKind, mode: Mode, role_id: int | None
) -> None:
    """Have a question that waits follow its schedule to another channel."""
    await store.set_drop(
        tx,
        drop.id,
        channel_id=channel_id,
        channel_kind=channel_kind,
        mode=modes.drop_mode(drop.kind, modes.fitting(channel_kind, mode)),
        role_id=role_id,
    )
    await outbox.move(tx, "drop", drop.id, channel_id)


async def fit(tx: Connection, drop: Drop, channel_kind: ChannelKind, now: datetime) -> Drop:
    """Bring a question in line with what its channel is by now; return it as it is then.

    What is not hidden any more has its room without an answer.
    """
    fitted = rules.fitted(drop, channel_kind)
    if fitted == drop:
        return drop
    await store.set_drop(tx, drop.id, channel_kind=fitted.channel_kind, mode=fitted.mode)
    waits_for_answer = drop.state == "open" and room_comes_with(fitted) and not room_comes_with(drop)
    if waits_for_answer and drop.room_id is None and await outbox.next_part(tx, "room", drop.id) == 0:
        await _queue_room(tx, fitted, drop.reveal_at, now)
    return fitted


async def opened(tx: Connection, drop: Drop, receipt: Receipt, now: datetime) -> None:
    """Open a drop whose question was sent; queue its reveal, and an open room, in the same transaction.

    A hidden room opens with the first answer: where nobody answers, there is nothing to read in it.
    A drop whose schedule was removed meanwhile is only written down: an edit will say so on the message.
    """
    forum = drop.channel_kind == "forum"
    reveal_at = rules.open_until(drop.reveal_at, now)
    place = {"message_id": receipt.message_id, "room_id": receipt.message_id if forum else None}
    if drop.state != "planned":
        await store.set_drop(tx, drop.id, **place, revision=drop.revision + 1)
        return
    await store.set_drop(
        tx,
        drop.id,
        **place,
        state="open",
        opened_at=now,
        reveal_at=reveal_at,
        revision=drop.revision + (reveal_at != drop.reveal_at),
    )
    if room_comes_with(drop) or (drop.mode == "blind" and drop.answered > 0):
        await _queue_room(tx, drop, reveal_at, now)
    await outbox.queue(
        tx,
        REVEALS[drop.kind],
        drop.id,
        guild_id=drop.guild_id,
        channel_id=receipt.message_id if forum else drop.channel_id,
        due_at=reveal_at,
        not_after=reveal_at + REVEAL_NOT_AFTER,
    )
    if forum:
        # People may have answered before the bot knew that its question stands: the room is there now.
        await outbox.retry_guild(tx, drop.guild_id, now)


def room_comes_with(drop: Drop) -> bool:
    """Return True if a drop's room is opened at once, not for the first answer or at the reveal."""
    return drop.kind == "open" and drop.mode == "open" and drop.channel_kind != "forum"


async def answered(tx: Connection, drop: Drop, now: datetime) -> None:
    """Open the room of a question where nothing opens it yet: somebody has answered.

    That is a hidden one at its first answer, and any whose room was given up. Who answered a question that
    the bot does not know to be sent waits until it does.
    """
    if drop.room_id is not None or drop.message_id is None:
        return
    last = await _last_room(tx, drop)
    if last is None or last.state == "failed":
        part = 0 if last is None else last.part + 1
        await _queue_room(tx, drop, max(drop.reveal_at, now), now, part)


async def room_is_held_up(tx: Connection, drop: Drop) -> bool:
    """Return True if a room that is not open was tried in vain: nobody knows when it opens."""
    last = await _last_room(tx, drop)
    return last is not None and (last.reason is not None or last.state == "failed")


async def _last_room(tx: Connection, drop: Drop) -> outbox.Post | None:
    part = await outbox.next_part(tx, "room", drop.id)
    return await outbox.get_post(tx, "room", drop.id, part - 1) if part else None


async def _queue_room(tx: Connection, drop: Drop, reveal_at: datetime, now: datetime, part: int = 0) -> None:
    await outbox.queue(
        tx,
        "room",
        drop.id,
        part=part,
        guild_id=drop.guild_id,
        channel_id=drop.channel_id,
        due_at=now,
        not_after=reveal_at + REVEAL_NOT_AFTER,
    )


async def room_opened(tx: Connection, drop: Drop, room_id: int, now: datetime) -> None:
    """Record a drop's room; a revealed question's message and its reveal lead into it."""
    leads = drop.state == "revealed"
    await store.set_drop(tx, drop.id, room_id=room_id, revision=drop.revision + leads)
    await mended(tx, drop, now)
    if leads and drop.kind == "open":
        await store.reveal_again(tx, drop.id)


async def room_lost(tx: Connection, drop: Drop) -> None:
    """Forget a room that was deleted; another one is opened."""
    await store.set_drop(tx, drop.id, room_id=None)


async def role_lost(tx: Connection, drop: Drop) -> None:
    """Forget a role that is gone, so that no later edit names it."""
    await store.set_drop(tx, drop.id, role_id=None)


async def mended(tx: Connection, drop: Drop, now: datetime) -> None:
    """Close the problems of a drop's schedule: what was held up by them went out.

    What holds nothing up, a lost role for example, ends when the schedule is edited.
    """
    await problems.resolve(tx, drop.schedule_id, now, but_not=HOLD_NOTHING_UP)


async def asked(tx: Connection, drop: Drop, now: datetime) -> None:
    """Close the problems that kept a drop's question from going out.

    Only a thread shows that there may be one more: a forum's question is one, others get theirs later.
    """
    of_rooms = () if drop.channel_kind == "forum" else (Trouble.THREAD_LIMIT,)
    await problems.resolve(tx, drop.schedule_id, now, but_not=(*HOLD_NOTHING_UP, *of_rooms))


async def revealed(tx: Connection, drop: Drop, message_id: int | None, now: datetime) -> None:
    """Close a drop for points: its reveal was sent, or (None) came too late to be sent.

    The room of a choice question opens now: before, it would have given the answer away.
    """
    await store.set_drop(
        tx,
        drop.id,
        state="revealed",
        reveal_message_id=message_id,
        revealed_at=now,
        revision=drop.revision + 1,
    )
    await _discussed(tx, drop, now)
    if rules.is_held_back(drop):
        await outbox.retry_waiting(tx, drop.channel_id, HIDDEN_UNTIL_REVEAL, now)
    if drop.kind == "choice" and drop.channel_kind != "forum" and message_id is not None:
        await _queue_room(tx, drop, now, now)


async def reveal_now(tx: Connection, drop: Drop, now: datetime) -> bool:
    """Reveal an open question now: its time for answers ends with this transaction.

    False where nothing changes, since it is not open or its reveal is due.
    """
    if drop.state != "open" or not await outbox.hasten(tx, REVEALS[drop.kind], drop.id, now):
        return False
    await store.set_drop(tx, drop.id, reveal_at=now, revision=drop.revision + 1)
    return True


async def reveal_again(tx: Connection, drop: Drop) -> None:
    """Have a drop's reveal edited, where it stands: what it says of the answers has changed."""
    await store.reveal_again(tx, drop.id)


async def reveal_shown(tx: Connection, drop: Drop) -> None:
    """Record that a question's reveal shows `drop.reveal_revision`."""
    await store.set_drop(tx, drop.id, reveal_shown=drop.reveal_revision)


async def skip(tx: Connection, drop: Drop, reason: str, now: datetime) -> None:
    """End a question without a reveal. One that nobody saw gives its number back."""
    number = drop.number if drop.message_id is not None and drop.discussion is None else None
    await store.set_drop(tx, drop.id, state="skipped", reason=reason, number=number)
    await _discussed(tx, drop, now)


async def withdraw(tx: Connection, drop: Drop, reason: str) -> None:
    """End a question whose schedule is gone, with all that was to follow it; its message says so."""
    await store.set_drop(tx, drop.id, state="skipped", reason=reason, revision=drop.revision + 1)
    for kind in ("drop", "room", *REVEALS.values()):
        await outbox.skip(tx, kind, drop.id, reason)


async def _discussed(tx: Connection, drop: Drop, now: datetime) -> None:
    """Close the problems of a discussion that has ended: there is no next question to mend them for."""
    if drop.discussion is not None:
        await mended(tx, drop, now)


async def count_answer(tx: Connection, drop_id: int, by: int) -> None:
    """Add `by` (1 or -1) to a drop's live answers; its message will show it."""
    await store.count_answer(tx, drop_id, by)


async def set_answered(tx: Connection, drop: Drop, answered: int) -> None:
    """Record how many have chosen; its message will show it where the number is another."""
    if answered != drop.answered:
        await store.count_answer(tx, drop.id, answered - drop.answered)

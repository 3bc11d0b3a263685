"""What the outbox asks about rooms: the thread, its first message, and opening it anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import messages, store
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle, trouble
from bot.features.drops import queries as drops
from bot.features.drops.messages import thread_name
from bot.features.drops.rules import fitted, is_held_back
from bot.features.drops.store import Drop
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import (
    Blocked,
    InChannel,
    Prepared,
    PrivateThread,
    PublicThread,
    Receipt,
    Skip,
    Trouble,
    Wait,
)
from bot.outbox.store import Post
from bot.ui import refusals
from bot.ui.refusals import Kind

# What is posted inside a room; the rest goes to the channel.
IN_ROOM = ("intro", "answer")

# A moderator who deletes a room again and again does not want it.
MOST_ROOMS = 5

# How Discord refuses a thread on a message or in a channel that was deleted.
QUESTION_GONE = (Kind.CHANNEL_GONE, Kind.MESSAGE_GONE)


def no_room_yet(drop: Drop) -> str:
    """Return why an answer waits, as /manage health shows it."""
    return f"the room of {drop.called} is not open yet"


class AboutDrop:
    """What the posts about a drop share: a failure is reported for its schedule."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._directory = directory

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        return await drops.get_drop(tx, post.subject_id)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers what they can mend; what they cannot is mended or ended here."""
        drop = await self._drop_of(tx, post)
        if drop is None:
            return
        if blocked.trouble is Trouble.CHANNEL_GONE:
            there = self._directory.missing(drop.guild_id, drop.channel_id, ()) is not None
            if there and drop.channel_kind != "forum" and post.kind in IN_ROOM:
                # Another post heard it first: its new room is open, or on its way.
                if drop.room_id is None or _is_of_earlier_room(post, drop) or await self._reopen(tx, drop):
                    return
                again = Blocked(Trouble.REFUSED, "its room was deleted again and again")
                await trouble.report_blocked(tx, self._directory, drop, again, self._clock.now())
                return
            # The question went with its channel or forum post: nobody can see its reveal.
            await lifecycle.skip(tx, drop, lifecycle.CHANNEL_GONE, self._clock.now())
            if there:
                return
        await trouble.report_blocked(tx, self._directory, drop, blocked, self._clock.now())

    async def _went_out(self, tx: Connection, post: Post) -> None:
        """Close the problem that held this post up, where there was one."""
        drop = await self._drop_of(tx, post) if post.reason else None
        if drop is not None:
            await lifecycle.mended(tx, drop, self._clock.now())

    async def _reopen(self, tx: Connection, drop: Drop) -> bool:
        """Open another room and show all answers again: somebody deleted the first. False after some."""
        part = await outbox.next_part(tx, "room", drop.id)
        if part >= MOST_ROOMS:
            return False
        await lifecycle.room_lost(tx, drop)
        now = self._clock.now()
        for answer in await store.list_live(tx, drop.id):
            if answer.message_id is not None:
                await self._show_again(tx, drop, answer, now)
            else:
                # It waited for the old room; where the new one is asked for it will be woken.
                await outbox.move(tx, "answer", answer.id, drop.channel_id)
        await outbox.queue(
            tx,
            "room",
            drop.id,
            part=part,
            guild_id=drop.guild_id,
            channel_id=drop.channel_id,
            due_at=now,
            # A late answer may find it deleted long after the reveal.
            not_after=max(
                drop.reveal_at + lifecycle.REVEAL_NOT_AFTER, now + answer_lifecycle.ANSWER_NOT_AFTER
            ),
        )
        return True

    async def _show_again(self, tx: Connection, drop: Drop, answer: Answer, now: datetime) -> None:
        """Queue an answer for the new room; its message went with the old one."""
        part = answer.round + 1
        await store.set_answer(tx, answer.id, round=part, message_id=None, shown_revision=answer.revision)
        await answer_lifecycle.queue(tx, replace(drop, room_id=None), answer.id, part, now)

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing depends on it: the row itself says why."""


def _is_of_earlier_room(post: Post, drop: Drop) -> bool:
    """Return True if it is the first message of a room that was deleted: the new one has its own."""
    return post.kind == "intro" and post.channel_id != drop.room_id


class RoomPost(AboutDrop):
    """The thread of a question."""

    async def prepare(self, post: Post) -> Prepared:
        """Return a private thread for hidden answers, else the thread on the question's message."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.message_id is None or drop.number is None:
                return Skip(lifecycle.REMOVED)
            title = await drops.title_of(tx, self._bank, drop)
        name = thread_name(drop.number, title, discussion=drop.discussion is not None)
        # Of what was called off only the room that was begun is looked for.
        now_fits = drop if drop.state == "skipped" else await self._fit(drop)
        if post.state == "pending" and is_held_back(now_fits):
            return Wait(lifecycle.HIDDEN_UNTIL_REVEAL)
        room = (
            PrivateThread(post.channel_id, name)
            if now_fits.mode == "blind"
            else PublicThread(post.channel_id, drop.message_id, name)
        )
        return Skip(lifecycle.REMOVED, undo=room) if drop.state == "skipped" else room

    async def _fit(self, drop: Drop) -> Drop:
        """Bring a question in line with its channel, which may be of another kind since it was planned."""
        kind = self._directory.kind(drop.guild_id, drop.channel_id)
        if kind is None or fitted(drop, kind) == drop:
            return drop
        async with self._db.transaction() as tx:
            return await lifecycle.fit(tx, drop, kind, self._clock.now())

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers; a room of a choice question is for talk alone and goes with its message."""
        drop = await self._drop_of(tx, post)
        gone = blocked.trouble is Trouble.CHANNEL_GONE or refusals.kind_of(blocked.code) in QUESTION_GONE
        if drop is not None and drop.kind == "choice" and gone:
            await outbox.skip(tx, "room", drop.id, "its question was deleted")
            return
        await super().blocked(tx, post, blocked)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Write the room down, queue its first message, and let waiting answers go."""
        drop = await self._drop_of(tx, post)
        if drop is None:
            return
        now = self._clock.now()
        await self._went_out(tx, post)
        await lifecycle.room_opened(tx, drop, receipt.message_id, self._clock.now())
        if drop.mode == "blind":
            await outbox.queue(
                tx,
                "intro",
                drop.id,
                part=post.part,
                guild_id=drop.guild_id,
                channel_id=receipt.message_id,
                due_at=post.due_at - timedelta.resolution,  # before the answers that waited for the room
                not_after=post.not_after,
            )
        waiting = [answer.id for answer in await store.list_live(tx, drop.id)]
        await outbox.release(tx, "answer", waiting, receipt.message_id, now)


class IntroPost(AboutDrop):
    """The first message of a hidden room."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None:
                return Skip(lifecycle.REMOVED)
            if drop.room_id is None or _is_of_earlier_room(post, drop):
                return Skip("its room was deleted")
            question = await drops.question_of(tx, self._bank, drop)
        intro = InChannel(drop.room_id, messages.room_intro(drop, question))
        return Skip(lifecycle.REMOVED, undo=intro) if drop.state == "skipped" else intro

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows but what was mended."""
        del receipt
        await self._went_out(tx, post)

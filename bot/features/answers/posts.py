"""What the outbox asks about rooms, answers, reveals and reminders."""

from __future__ import annotations

from datetime import datetime

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import messages, points, store
from bot.features.answers import turnout as answer_turnout
from bot.features.answers.service import ANSWER_NOT_AFTER, OLD_TEXT_STANDS, AnswersService
from bot.features.answers.store import Answer
from bot.features.answers.turnout import Turnout
from bot.features.drops import revealing
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.features.problems import reports
from bot.features.schedules import rules
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import (
    Blocked,
    Direct,
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

REMOVED = "the schedule was removed"
NOT_SHOWN = "withdrawn or hidden"
# What is posted inside a room; the rest goes to the channel.
IN_ROOM = ("intro", "answer")
# A moderator who deletes a room again and again does not want it.
MOST_ROOMS = 5
# How Discord refuses a thread on a message or in a channel that was deleted.
QUESTION_GONE = (Trouble.CHANNEL_GONE, Trouble.REFUSED)


def no_room_yet(drop: Drop) -> str:
    """Return why an answer waits; it names the question, so that its room wakes no others."""
    return f"the room of {drop.called} is not open yet"


class _DropPost:
    """What the posts about a drop share: a failure is reported for its schedule."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._daily = daily
        self._directory = directory

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        return await self._daily.get_drop(tx, post.subject_id)

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
                await reports.report_blocked(tx, self._directory, drop, again, self._clock.now())
                return
            # The question went with its channel or forum post: nobody can see its reveal.
            await self._daily.skip_drop(tx, drop, "its channel was deleted")
            if there:
                return
        await reports.report_blocked(tx, self._directory, drop, blocked, self._clock.now())

    async def _went_out(self, tx: Connection, post: Post) -> None:
        """Close the problem that held this post up, where there was one."""
        drop = await self._drop_of(tx, post) if post.reason else None
        if drop is not None:
            await self._daily.mended(tx, drop)

    async def _reopen(self, tx: Connection, drop: Drop) -> bool:
        """Open another room and show all answers again: somebody deleted the first. False after some."""
        part = await outbox.next_part(tx, "room", drop.id)
        if part >= MOST_ROOMS:
            return False
        await self._daily.room_lost(tx, drop)
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
            not_after=max(drop.reveal_at + rules.REVEAL_NOT_AFTER, now + ANSWER_NOT_AFTER),
        )
        return True

    async def _show_again(self, tx: Connection, drop: Drop, answer: Answer, now: datetime) -> None:
        """Queue an answer for the new room; its message went with the old one."""
        part = answer.round + 1
        await store.set_answer(tx, answer.id, round=part, message_id=None, shown_revision=answer.revision)
        await outbox.queue(
            tx,
            "answer",
            answer.id,
            part=part,
            guild_id=drop.guild_id,
            channel_id=drop.channel_id,
            due_at=now,
            not_after=now + ANSWER_NOT_AFTER,
        )

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Nothing depends on it: the row itself says why."""


def _is_of_earlier_room(post: Post, drop: Drop) -> bool:
    """Say whether it is the first message of a room that was deleted: the new one has its own."""
    return post.kind == "intro" and post.channel_id != drop.room_id


class RoomPost(_DropPost):
    """The thread of a question."""

    async def prepare(self, post: Post) -> Prepared:
        """Return a private thread for hidden answers, else the thread on the question's message."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.state == "skipped" or drop.message_id is None or drop.number is None:
                return Skip(REMOVED)
            title = await self._daily.title_of(tx, drop)
        name = rules.thread_name(drop.number, title, discussion=drop.discussion is not None)
        if drop.mode == "blind":
            return PrivateThread(post.channel_id, name)
        return PublicThread(post.channel_id, drop.message_id, name)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers; a room of a choice question is for talk alone and goes with its message."""
        drop = await self._drop_of(tx, post)
        if drop is not None and drop.kind == "choice" and blocked.trouble in QUESTION_GONE:
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
        await self._daily.room_opened(tx, drop, receipt.message_id)
        if drop.mode == "blind":
            await outbox.queue(
                tx,
                "intro",
                drop.id,
                part=post.part,
                guild_id=drop.guild_id,
                channel_id=receipt.message_id,
                due_at=now,
                not_after=post.not_after,
            )
        await outbox.retry_waiting(tx, drop.channel_id, no_room_yet(drop), now)


class IntroPost(_DropPost):
    """The first message of a hidden room."""

    async def prepare(self, post: Post) -> Prepared:
        """Render it."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.state == "skipped":
                return Skip(REMOVED)
            if drop.room_id is None or _is_of_earlier_room(post, drop):
                return Skip("its room was deleted")
            question = await self._daily.question_of(tx, drop)
        return InChannel(drop.room_id, messages.room_intro(drop, question))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows but what was mended."""
        del receipt
        await self._went_out(tx, post)


class AnswerPost(_DropPost):
    """An answer in its room; its author is let in first."""

    def __init__(
        self, db: Database, clock: Clock, daily: DailyService, directory: Directory, answers: AnswersService
    ) -> None:
        super().__init__(db, clock, daily, directory)
        self._answers = answers

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        answer = await store.get_answer(tx, post.subject_id)
        return None if answer is None else await self._daily.get_drop(tx, answer.drop_id)

    async def prepare(self, post: Post) -> Prepared:
        """Render the answer as it is now; one that was withdrawn or hidden meanwhile is not shown."""
        async with self._db.reading() as tx:
            answer = await store.get_answer(tx, post.subject_id)
            drop = await self._drop_of(tx, post)
            withdrawn = answer is None or not points.stands(answer) or answer.round != post.part
            if answer is None or drop is None or (withdrawn and drop.room_id is None):
                return Skip(NOT_SHOWN)
            if drop.room_id is None:
                return Skip(REMOVED) if drop.state == "skipped" else Wait(no_room_yet(drop))
            if answer.message_id is not None and post.part > 1 and not withdrawn:
                return Wait(OLD_TEXT_STANDS)
            question = await self._daily.question_of(tx, drop)
            judged = await points.judged(tx, [answer])
        message = messages.answer(answer, question, judged[answer.id])
        if withdrawn:
            return Skip(NOT_SHOWN, undo=InChannel(drop.room_id, message))
        let_in = (answer.user_id,) if drop.mode == "blind" else ()
        return InChannel(drop.room_id, message, let_in)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Write the message down, for edits and withdrawal."""
        drop = await self._drop_of(tx, post) if receipt.left_out else None
        if drop is not None:
            await reports.report_full(tx, drop, self._clock.now())
        else:
            await self._went_out(tx, post)
        await self._answers.posted(tx, post.subject_id, receipt.message_id)


class RevealPost(_DropPost):
    """The reveal. It is edited at once where something changed while it was being sent, and only then."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService, directory: Directory) -> None:
        super().__init__(db, clock, daily, directory)
        # What was told, by post id. After a restart nothing is known of it, and the reveal is written again.
        self._told: dict[int, tuple[int | None, Turnout]] = {}

    async def prepare(self, post: Post) -> Prepared:
        """Render the reveal with everybody who has answered by now."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.state == "skipped":
                return Skip(REMOVED)
            question = await self._daily.question_of(tx, drop)
            turnout = await answer_turnout.load(tx, self._daily, drop)
        if post.state == "pending":
            self._told[post.id] = (drop.room_id, turnout)
        else:
            # An earlier attempt may have sent it: what that told is not known any more.
            self._told.pop(post.id, None)
        return InChannel(post.channel_id, messages.reveal(drop, question, turnout))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Close the drop for points."""
        drop = await self._drop_of(tx, post)
        if drop is not None:
            await self._went_out(tx, post)
            await self._close(tx, drop, receipt.message_id)
            await self._compare(tx, post)

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Close the drop too where its reveal came too late: it would be today's question for ever."""
        del reason
        drop = await self._drop_of(tx, post)
        if drop is not None and drop.state == "open":
            await self._close(tx, drop, None)

    async def _compare(self, tx: Connection, post: Post) -> None:
        """Spare the reveal an edit where it tells what there is to tell."""
        told = self._told.pop(post.id, None)
        drop = await self._drop_of(tx, post)
        if drop is not None and told == (drop.room_id, await answer_turnout.load(tx, self._daily, drop)):
            await revealing.shown(tx, drop)

    async def _close(self, tx: Connection, drop: Drop, message_id: int | None) -> None:
        await self._daily.revealed(tx, drop, message_id)
        closed = await self._daily.get_drop(tx, drop.id)
        if closed is not None:
            await points.settle(tx, self._daily, closed, self._clock.now())


class ReminderPost(_DropPost):
    """The direct message two hours before the reveal."""

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        reminder = await store.get_reminder(tx, post.subject_id)
        return None if reminder is None else await self._daily.get_drop(tx, reminder.drop_id)

    async def prepare(self, post: Post) -> Prepared:
        """Render it, unless the person has answered or the question is over."""
        async with self._db.reading() as tx:
            reminder = await store.get_reminder(tx, post.subject_id)
            drop = await self._drop_of(tx, post)
            if reminder is None or drop is None or drop.state != "open":
                return Skip("the question is over")
            answer = await store.find_answer(tx, drop.id, reminder.user_id)
            if answer is not None and answer.state == "live":
                return Skip("answered meanwhile")
            question = await self._daily.question_of(tx, drop)
        server = self._directory.server_name(drop.guild_id)
        return Direct(reminder.user_id, messages.reminder(drop, question, server))

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Nothing follows."""

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing: a person's closed direct messages are no organiser's matter."""

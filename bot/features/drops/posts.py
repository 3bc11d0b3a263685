"""What the outbox asks about questions and notices: prepare, and what follows when it was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import assert_never

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.discussions import replies as discussion_replies
from bot.features.drops import messages, store
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop, Problem, Schedule
from bot.features.problems import reports
from bot.features.schedules import replies, rules
from bot.gateway.directory import Directory
from bot.gateway.edits import Edit
from bot.outbox import service as outbox
from bot.outbox.message import (
    Blocked,
    Direct,
    ForumPost,
    InChannel,
    Prepared,
    Receipt,
    Skip,
    Trouble,
    Wait,
)
from bot.outbox.store import Post
from bot.ui.message import Message

MENDED = "mended meanwhile"
REMOVED = "the schedule was removed"
CHANNEL_GONE = "its channel was deleted"
# How a forum's tags for the state of a question are called.
OPEN, REVEALED = "open", "revealed"
Retag = Callable[[int, Sequence[str], Sequence[str]], Awaitable[bool]]


class DropPost:
    """The question itself."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._daily = daily
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render the question as it is now."""
        async with self._db.reading() as tx:
            drop = await store.get_drop(tx, post.subject_id)
            removed = drop is None or drop.state not in {"planned", "open"}
            # A request whose reply was lost may have left the question standing: it is looked for first.
            if drop is None or drop.number is None or (removed and post.state != "sending"):
                return Skip(REMOVED)
            question = await self._daily.asked_by(tx, drop)
            title = await self._daily.title_of(tx, drop)
            usual = await self._daily.usual(tx, drop)
        if removed:
            undo = messages.question(drop, question, usual)
            return Skip(REMOVED, None if drop.channel_kind == "forum" else InChannel(post.channel_id, undo))
        if post.state == "pending":
            drop = await self._daily.reveal_later(drop)
        ping = drop.role_id if drop.role_id and await self._role_rings(drop) else None
        message = messages.question(drop, question, usual, ping)
        name = rules.thread_name(drop.number or 0, title, discussion=drop.discussion is not None)
        match drop.channel_kind:
            case "forum":
                category = question.category
                return ForumPost(
                    post.channel_id, name, message, rules.tag_names(category.key, category.name, OPEN)
                )
            case "text" | "news":
                return InChannel(post.channel_id, message)
            case _:
                assert_never(drop.channel_kind)

    async def _role_rings(self, drop: Drop) -> bool:
        """Say whether to mention the role; a role that is gone is reported, the question goes out without."""
        role_id = drop.role_id or 0
        there = self._directory.has_role(drop.guild_id, role_id)
        if there is False:
            async with self._db.transaction() as tx:
                await reports.report(
                    tx, drop.guild_id, drop.schedule_id, Trouble.ROLE_GONE, str(role_id), self._clock.now()
                )
        return bool(there)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Open the drop and queue what follows."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is None:
            return
        await self._daily.opened(tx, drop, receipt)
        if drop.role_id is not None and self._directory.has_role(drop.guild_id, drop.role_id) is False:
            await self._daily.role_lost(tx, drop)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is None:
            return
        if blocked.trouble is Trouble.CHANNEL_GONE and drop.discussion is not None:
            # Nobody edits a discussion: who began it is told, and begins another.
            await self._daily.skip_drop(tx, drop, CHANNEL_GONE)
            await outbox.skip(tx, "drop", drop.id, CHANNEL_GONE)
        await reports.report_blocked(tx, self._directory, drop, blocked, self._clock.now())

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Write down that this question never went out."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is not None and drop.state == "planned":
            await self._daily.skip_drop(tx, drop, reason)


class NoticePost:
    """What organisers are told once: by direct message, else in a channel they see."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._daily = daily
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render the problem; one that has been mended meanwhile is taken back where it stands already."""
        async with self._db.reading() as tx:
            problem = await store.get_problem(tx, post.subject_id)
            schedule = None if problem is None else await store.get_schedule(tx, problem.schedule_id)
            discussed = None if problem is None else await self._discussed(tx, problem)
            title = "" if discussed is None else await self._daily.title_of(tx, discussed)
        if problem is None or schedule is None:
            return Skip(MENDED)
        server = self._directory.server_name(post.guild_id)
        if discussed is None:
            message = replies.notice(problem, schedule, server)
        else:
            named = schedule.created_by if post.part else None
            message = discussion_replies.trouble(problem, discussed, title, server, named)
        prepared = await self._placed(post, schedule, message, anybody=discussed is not None)
        if problem.resolved_at is None:
            return prepared
        return Skip(MENDED, undo=prepared if isinstance(prepared, Direct | InChannel) else None)

    async def _placed(self, post: Post, schedule: Schedule, message: Message, *, anybody: bool) -> Prepared:
        """Return the message for whoever set it up, else for a channel; `anybody` may begin a discussion."""
        if post.part == 0:
            if not anybody and not await self._directory.may_organise(post.guild_id, schedule.created_by):
                return Skip("whoever set it up is no organiser any more")
            return Direct(schedule.created_by, message)
        channel_id = self._directory.notice_channel(post.guild_id)
        return Wait("no channel to write in") if channel_id is None else InChannel(channel_id, message)

    async def _discussed(self, tx: Connection, problem: Problem) -> Drop | None:
        """Return the discussion that a problem is about; None for one of a schedule."""
        drop = next(iter(await store.list_recent_drops(tx, problem.schedule_id, 1)), None)
        return None if drop is None or drop.discussion is None else drop

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Close what nobody can mend: a discussion ends with its channel."""
        del receipt
        problem = await store.get_problem(tx, post.subject_id)
        if problem is None or Trouble(problem.code) is not Trouble.CHANNEL_GONE:
            return
        discussed = await self._discussed(tx, problem)
        if discussed is not None:
            await self._daily.mended(tx, discussed)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing more: a notice about a notice would be noise, and the post stays waiting."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Say it in the server where the direct message could not be delivered."""
        del reason
        problem = await store.get_problem(tx, post.subject_id)
        if post.part == 0 and problem is not None and problem.resolved_at is None:
            now = self._clock.now()
            await outbox.queue(
                tx,
                "notice",
                post.subject_id,
                part=1,
                guild_id=post.guild_id,
                channel_id=reports.DIRECT,
                due_at=now,
                not_after=now + reports.NOTICE_NOT_AFTER,
            )


class DropEdits:
    """The question's message, when its count, its reveal or its removal has to be shown."""

    def __init__(self, db: Database, daily: DailyService, retag: Retag) -> None:
        self._db = db
        self._daily = daily
        self._retag = retag

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind their drops."""
        return [self._edit(drop) for drop in await self._daily.list_stale()]

    def _edit(self, drop: Drop) -> Edit:
        place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
        draw, done = partial(self._draw, drop), partial(self._done, drop)
        return Edit(place or drop.channel_id, drop.message_id or 0, draw, done)

    async def _draw(self, drop: Drop) -> Message:
        async with self._db.reading() as tx:
            question = await self._daily.asked_by(tx, drop)
            usual = await self._daily.usual(tx, drop)
        # The mention stays in the text; an edit rings nobody.
        return messages.question(drop, question, usual, drop.role_id)

    async def _done(self, drop: Drop) -> None:
        """Write down what the message shows; the tags of a forum's post show the reveal too."""
        if drop.channel_kind == "forum" and drop.state == "revealed":
            async with self._db.reading() as tx:
                category = (await self._daily.asked_by(tx, drop)).category
            names = rules.tag_names(category.key, category.name, REVEALED)
            if not await self._retag(drop.room_id or 0, names, (OPEN,)):
                return
        await self._daily.shown(drop)

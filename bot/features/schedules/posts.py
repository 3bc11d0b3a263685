"""What the outbox asks about notices to organisers."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.problems import lifecycle as problem_lifecycle
from bot.features.problems import queries as problems
from bot.features.problems.store import Problem
from bot.features.schedules import messages, store
from bot.features.schedules.store import Schedule
from bot.gateway.directory import Directory
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import (
    Blocked,
    Direct,
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


class NoticePost:
    """What organisers are told once: by direct message, else in a channel they see."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._directory = directory

    async def prepare(self, post: Post) -> Prepared:
        """Render the problem; one that has been mended meanwhile is taken back where it stands already."""
        async with self._db.reading() as tx:
            problem = await problems.get_problem(tx, post.subject_id)
            schedule = None if problem is None else await store.get_schedule(tx, problem.schedule_id)
            discussed = None if problem is None else await self._discussed(tx, problem)
            title = "" if discussed is None else await drops.title_of(tx, self._bank, discussed)
        if problem is None or schedule is None:
            return Skip(MENDED)
        server = self._directory.server_name(post.guild_id)
        if discussed is None:
            message = messages.notice(problem, schedule, server)
        else:
            named = schedule.created_by if post.part else None
            message = messages.discussion_notice(problem, discussed, title, server, named)
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
        drop = next(iter(await drops.list_recent(tx, problem.schedule_id, 1)), None)
        return None if drop is None or drop.discussion is None else drop

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Close what nobody can mend: a discussion ends with its channel."""
        del receipt
        problem = await problems.get_problem(tx, post.subject_id)
        if problem is None or problem.trouble is not Trouble.CHANNEL_GONE:
            return
        discussed = await self._discussed(tx, problem)
        if discussed is not None:
            await lifecycle.mended(tx, discussed, self._clock.now())

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Do nothing more: a notice about a notice would be noise, and the post stays waiting."""

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Say it in the server where the direct message could not be delivered."""
        del reason
        problem = await problems.get_problem(tx, post.subject_id)
        if post.part == 0 and problem is not None and problem.resolved_at is None:
            await problem_lifecycle.tell_in_server(tx, post.guild_id, problem.id, self._clock.now())


def post_kinds(db: Database, clock: Clock, bank: BankService, directory: Directory) -> dict[str, PostKind]:
    """Return what the outbox asks about notices."""
    return {"notice": NoticePost(db, clock, bank, directory)}

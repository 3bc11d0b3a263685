"""What the outbox asks about questions: prepare, and what follows when it was sent."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle, messages, permissions, queries, rules, store, trouble
from bot.features.drops.service import DropsService
from bot.features.drops.store import Drop
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import (
    Blocked,
    ForumPost,
    InChannel,
    Prepared,
    Receipt,
    Skip,
    Trouble,
)
from bot.outbox.store import Post


class DropPost:
    """The question itself."""

    def __init__(
        self, db: Database, clock: Clock, bank: BankService, directory: Directory, drops: DropsService
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._directory = directory
        self._drops = drops

    async def prepare(self, post: Post) -> Prepared:
        """Render the question as it is now."""
        async with self._db.reading() as tx:
            drop = await store.get_drop(tx, post.subject_id)
            removed = drop is None or drop.state not in {"planned", "open"}
            # A request whose reply was lost may have left the question standing: it is looked for first.
            if drop is None or drop.number is None or (removed and post.state != "sending"):
                return Skip(lifecycle.REMOVED)
            question = await queries.asked_by(tx, self._bank, drop)
            title = await queries.title_of(tx, self._bank, drop)
            usual = await queries.usual(tx, drop)
        if removed:
            undo = messages.question(drop, question, usual)
            place = InChannel(post.channel_id, undo)
            return Skip(lifecycle.REMOVED, None if drop.channel_kind == "forum" else place)
        if post.state == "pending":
            drop = await self._drops.reveal_later(drop)
            drop = await self._drops.fit(drop, self._directory.kind(drop.guild_id, drop.channel_id))
        ping = drop.role_id if drop.role_id and await self._role_rings(drop) else None
        message = messages.question(drop, question, usual, ping)
        name = messages.thread_name(drop.number or 0, title, discussion=drop.discussion is not None)
        match drop.channel_kind:
            case "forum":
                category = question.category
                return ForumPost(
                    post.channel_id,
                    name,
                    message,
                    rules.tag_names(category.key, category.name, rules.OPEN_TAG),
                )
            case "text" | "news":
                return InChannel(post.channel_id, message)
            case _:
                assert_never(drop.channel_kind)

    async def _role_rings(self, drop: Drop) -> bool:
        """Return True if the role is there to mention; of one that is gone the organisers are told."""
        role_id = drop.role_id or 0
        there = self._directory.has_role(drop.guild_id, role_id)
        if there is False:
            async with self._db.transaction() as tx:
                await trouble.report_lost_role(tx, drop, role_id, self._clock.now())
        return bool(there)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Open the drop and queue what follows."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is None:
            return
        now = self._clock.now()
        await lifecycle.opened(tx, drop, receipt, now)
        if drop.state == "planned" and not lifecycle.room_comes_with(drop):
            await self._look_ahead(tx, drop, now)
        if drop.role_id is not None and self._directory.has_role(drop.guild_id, drop.role_id) is False:
            await lifecycle.role_lost(tx, drop)

    async def _look_ahead(self, tx: Connection, drop: Drop, now: datetime) -> None:
        """Tell the organisers now what its room will need: it opens when somebody waits for it."""
        needed = permissions.needed_permissions(drop.channel_kind, drop.mode, drop.kind)
        missing = self._directory.missing(drop.guild_id, drop.channel_id, needed)
        if missing:
            blocked = Blocked(Trouble.NO_PERMISSION)
            await trouble.report_blocked(tx, self._directory, drop, blocked, now)
        else:
            await lifecycle.asked(tx, drop, now)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is None:
            return
        if blocked.trouble is Trouble.CHANNEL_GONE and drop.discussion is not None:
            # Nobody edits a discussion: who began it is told, and begins another.
            await lifecycle.skip(tx, drop, lifecycle.CHANNEL_GONE, self._clock.now())
            await outbox.skip(tx, "drop", drop.id, lifecycle.CHANNEL_GONE)
        await trouble.report_blocked(tx, self._directory, drop, blocked, self._clock.now())

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Record that this question never went out."""
        drop = await store.get_drop(tx, post.subject_id)
        if drop is not None and drop.state == "planned":
            await lifecycle.skip(tx, drop, reason, self._clock.now())


def post_kinds(
    db: Database, clock: Clock, bank: BankService, directory: Directory, drops: DropsService
) -> dict[str, PostKind]:
    """Return what the outbox asks about questions."""
    return {"drop": DropPost(db, clock, bank, directory, drops)}

"""What the outbox asks about reveals of written questions."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers.room_posts import AboutDrop
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reveals import messages
from bot.features.reveals import turnout as answer_turnout
from bot.features.reveals.turnout import Turnout
from bot.features.reviews import awards
from bot.gateway.directory import Directory
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import (
    InChannel,
    Prepared,
    Receipt,
    Skip,
)
from bot.outbox.store import Post


class RevealPost(AboutDrop):
    """The reveal. It is edited at once where something changed while it was being sent, and only then."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, directory: Directory) -> None:
        super().__init__(db, clock, bank, directory)
        # What was told, by post id. After a restart nothing is known of it, and the reveal is written again.
        self._told: dict[int, tuple[int | None, Turnout]] = {}

    async def prepare(self, post: Post) -> Prepared:
        """Render the reveal with everybody who has answered by now."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None:
                return Skip(lifecycle.REMOVED)
            question = await drops.question_of(tx, self._bank, drop)
            turnout = await answer_turnout.load(tx, self._bank, drop)
        reveal = InChannel(post.channel_id, messages.reveal(drop, question, turnout))
        if drop.state == "skipped":
            return Skip(lifecycle.REMOVED, undo=reveal)
        if post.state == "pending":
            self._told[post.id] = (drop.room_id, turnout)
        else:
            # An earlier attempt may have sent it: what that told is not known any more.
            self._told.pop(post.id, None)
        return reveal

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
        if drop is not None and told == (drop.room_id, await answer_turnout.load(tx, self._bank, drop)):
            await lifecycle.reveal_shown(tx, drop)

    async def _close(self, tx: Connection, drop: Drop, message_id: int | None) -> None:
        await lifecycle.revealed(tx, drop, message_id, self._clock.now())
        closed = await drops.get_drop(tx, drop.id)
        if closed is not None:
            await awards.settle(tx, self._bank, closed, self._clock.now())


def post_kinds(db: Database, clock: Clock, bank: BankService, directory: Directory) -> dict[str, PostKind]:
    """Return what the outbox asks about reveals of written questions."""
    return {"reveal": RevealPost(db, clock, bank, directory)}

"""What the outbox asks about the reveal of a choice question."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.choices import messages
from bot.features.choices.service import ChoicesService
from bot.features.drops import lifecycle, trouble
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.gateway.directory import Directory
from bot.outbox.dispatcher import PostKind
from bot.outbox.message import Blocked, InChannel, Prepared, Receipt, Skip, Trouble
from bot.outbox.store import Post


class ChoiceRevealPost:
    """The reveal. When it is sent the choices are paid and the room is opened, in one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bank: BankService,
        directory: Directory,
        choices: ChoicesService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._directory = directory
        self._choices = choices

    async def prepare(self, post: Post) -> Prepared:
        """Render the reveal; nobody can choose any more by now."""
        async with self._db.reading() as tx:
            drop = await self._drop_of(tx, post)
            if drop is None or drop.state == "skipped":
                return Skip(lifecycle.REMOVED)
            item = await drops.item_of(tx, self._bank, drop)
            counts = await self._choices.counts(tx, drop)
        return InChannel(post.channel_id, messages.reveal(drop, item, counts))

    async def _drop_of(self, tx: Connection, post: Post) -> Drop | None:
        return await drops.get_drop(tx, post.subject_id)

    async def sent(self, tx: Connection, post: Post, receipt: Receipt) -> None:
        """Close the question, and the problem that held its reveal up."""
        drop = await self._drop_of(tx, post)
        if drop is None:
            return
        if post.reason:
            await lifecycle.mended(tx, drop, self._clock.now())
        await self._choices.close(tx, drop, receipt.message_id)

    async def blocked(self, tx: Connection, post: Post, blocked: Blocked) -> None:
        """Tell the organisers; a question that went with its channel is paid all the same."""
        drop = await self._drop_of(tx, post)
        if drop is None:
            return
        if blocked.trouble is Trouble.CHANNEL_GONE:
            if drop.state == "open":
                await self._choices.pay(tx, drop)
                await lifecycle.skip(tx, drop, lifecycle.CHANNEL_GONE, self._clock.now())
            if self._directory.missing(drop.guild_id, drop.channel_id, ()) is not None:
                return  # somebody deleted the question in its forum: that is nothing to mend
        await trouble.report_blocked(tx, self._directory, drop, blocked, self._clock.now())

    async def skipped(self, tx: Connection, post: Post, reason: str) -> None:
        """Close the question too where its reveal came too late: it would be today's for ever."""
        del reason
        drop = await self._drop_of(tx, post)
        if drop is not None and drop.state == "open":
            await self._choices.close(tx, drop, None)


def post_kinds(
    db: Database, clock: Clock, bank: BankService, directory: Directory, choices: ChoicesService
) -> dict[str, PostKind]:
    """Return what the outbox asks about reveals of choice questions."""
    return {"choice_reveal": ChoiceRevealPost(db, clock, bank, directory, choices)}

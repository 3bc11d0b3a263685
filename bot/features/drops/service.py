"""The questions that are open, and what their messages show."""

from __future__ import annotations

from dataclasses import replace

from bot.core.clock import Clock
from bot.db import Database
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle, queries, rules, store
from bot.features.drops.modes import ChannelKind
from bot.features.drops.outcomes import Question, QuestionGone
from bot.features.drops.store import Drop


class DropsService:
    """Every method opens its own transaction."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank

    async def load(self, guild_id: int, drop_id: int) -> Question | QuestionGone:
        """Return a posted drop of this server with its question."""
        async with self._db.reading() as tx:
            drop = await store.get_drop(tx, drop_id)
            if drop is None or drop.guild_id != guild_id or not await queries.is_out(tx, drop):
                return QuestionGone()
            return Question(drop, await queries.asked_by(tx, self._bank, drop))

    async def list_open(self, guild_id: int) -> list[Question]:
        """Return the questions that are open in a server now."""
        async with self._db.reading() as tx:
            drops = await store.list_open_drops(tx, guild_id)
            return [Question(drop, await queries.asked_by(tx, self._bank, drop)) for drop in drops]

    async def reveal_later(self, drop: Drop) -> Drop:
        """Give a question that is about to go out late its hour; return the drop as it is then."""
        reveal_at = rules.open_until(drop.reveal_at, self._clock.now())
        if reveal_at != drop.reveal_at:
            async with self._db.transaction() as tx:
                await store.set_drop(tx, drop.id, reveal_at=reveal_at)
        return replace(drop, reveal_at=reveal_at)

    async def fit(self, drop: Drop, channel_kind: ChannelKind | None) -> Drop:
        """Bring a question in line with its channel, if the channel is known; return it as it is then."""
        if channel_kind is None or rules.fitted(drop, channel_kind) == drop:
            return drop
        async with self._db.transaction() as tx:
            return await lifecycle.fit(tx, drop, channel_kind, self._clock.now())

    async def list_stale(self) -> list[Drop]:
        """Return the drops whose message has to be edited."""
        async with self._db.reading() as tx:
            return await store.list_stale(tx)

    async def shown(self, drop: Drop) -> None:
        """Record that the drop's message shows `drop.revision`."""
        async with self._db.transaction() as tx:
            await store.set_drop(tx, drop.id, shown_revision=drop.revision)

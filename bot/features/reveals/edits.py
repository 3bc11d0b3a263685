"""What the editor asks about reveals: which are behind, and how they look now."""

from __future__ import annotations

from functools import partial

from bot.db import Database, News
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reveals import messages, turnout
from bot.gateway.edits import Edit
from bot.ui.message import Message


class RevealEdits:
    """A reveal, when reviews, votes or withdrawals have changed what it tells of the answers."""

    news = frozenset({News.DROPS})

    def __init__(self, db: Database, bank: BankService) -> None:
        self._db = db
        self._bank = bank

    async def list_edits(self) -> list[Edit]:
        """Return the reveals that are behind their questions."""
        async with self._db.reading() as tx:
            stale = await drops.list_stale_reveals(tx)
        return [self._edit(drop) for drop in stale]

    def _edit(self, drop: Drop) -> Edit:
        place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
        done = partial(self._shown, drop)
        return Edit(place or drop.channel_id, drop.reveal_message_id or 0, partial(self._draw, drop), done)

    async def _draw(self, drop: Drop) -> Message:
        async with self._db.reading() as tx:
            question = await drops.question_of(tx, self._bank, drop)
            return messages.reveal(drop, question, await turnout.load(tx, self._bank, drop))

    async def _shown(self, drop: Drop) -> None:
        async with self._db.transaction() as tx:
            await lifecycle.reveal_shown(tx, drop)

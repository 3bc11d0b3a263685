"""What follows for a question when its answers change: points, and the reveal that all now agree to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.db import Connection
from bot.features.answers import queries as answers
from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops.store import Drop
from bot.features.reveals import early
from bot.features.reviews import awards


class Settlement:
    """What answers/peers.py asks for; everything runs in the caller's transaction."""

    def __init__(self, bank: BankService) -> None:
        self._bank = bank

    async def settle(self, tx: Connection, drop: Drop, now: datetime) -> dict[int, int]:
        """Bring all points to what they should be; reveal where whoever held it up is out now."""
        changes = await awards.settle(tx, self._bank, drop, now)
        if drop.state != "revealed" and await self._all_agree(tx, drop):
            await lifecycle.reveal_now(tx, drop, now)
        return changes

    async def _all_agree(self, tx: Connection, drop: Drop) -> bool:
        writers = {answer.user_id for answer in await answers.list_live(tx, drop.id) if answer.stands}
        return (await early.count(tx, drop.id, writers)).is_unanimous

    async def withdrew(self, tx: Connection, drop: Drop, user_id: int) -> None:
        """Take back a person's agreement to an early reveal."""
        await early.forget(tx, drop.id, user_id)

    async def judged(self, tx: Connection, texts: Sequence[Answer]) -> dict[int, Judged]:
        """Map these answers to what reviews and votes say of them."""
        return await awards.judged(tx, texts)

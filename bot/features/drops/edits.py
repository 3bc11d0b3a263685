"""What the editor asks about questions: which messages are behind, and how they look now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.db import Database, News
from bot.features.bank.service import BankService
from bot.features.drops import messages, queries, rules
from bot.features.drops.service import DropsService
from bot.features.drops.store import Drop
from bot.gateway.edits import Edit
from bot.ui.message import Message

Retag = Callable[[int, Sequence[str], Sequence[str]], Awaitable[bool]]
# What else stands about a question brings itself up to date; False where that has to be done again.
Follow = Callable[[Drop], Awaitable[bool]]


class DropEdits:
    """The question's message, when its count, its reveal or its removal has to be shown."""

    news = frozenset({News.DROPS})

    def __init__(
        self, db: Database, bank: BankService, drops: DropsService, retag: Retag, follow: Follow
    ) -> None:
        self._db = db
        self._bank = bank
        self._drops = drops
        self._retag = retag
        self._follow = follow

    async def list_edits(self) -> list[Edit]:
        """Return the messages that are behind their drops."""
        return [self._edit(drop) for drop in await self._drops.list_stale()]

    def _edit(self, drop: Drop) -> Edit:
        place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
        draw, done = partial(self._draw, drop), partial(self._done, drop)
        return Edit(place or drop.channel_id, drop.message_id or 0, draw, done)

    async def _draw(self, drop: Drop) -> Message:
        async with self._db.reading() as tx:
            question = await queries.asked_by(tx, self._bank, drop)
            usual = await queries.usual(tx, drop)
        # The mention stays in the text; an edit rings nobody.
        return messages.question(drop, question, usual, drop.role_id)

    async def _done(self, drop: Drop) -> bool:
        """Record what the message shows; the tags of a forum's post and the room show the reveal too.

        Returns False where Discord did not take those.
        """
        if drop.channel_kind == "forum" and drop.state == "revealed":
            async with self._db.reading() as tx:
                category = (await queries.asked_by(tx, self._bank, drop)).category
            names = rules.tag_names(category.key, category.name, rules.REVEALED_TAG)
            if not await self._retag(drop.room_id or 0, names, (rules.OPEN_TAG,)):
                return False
        if not await self._follow(drop):
            return False
        await self._drops.shown(drop)
        return True

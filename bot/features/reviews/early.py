"""Wishes for a reveal before its time, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.db import Connection
from bot.features.reviews import store
from bot.features.reviews.points import Facts

# So many have to have answered before they can agree.
AGREE_FROM = 2


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whose wish counts for a question: `writers` have an answer that stands and have not left the server.

    `agreed` of them wish the reveal now.
    """

    writers: frozenset[int]
    agreed: frozenset[int]

    @property
    def are_one(self) -> bool:
        """Say whether there are enough, and all of them agree."""
        return len(self.writers) >= AGREE_FROM and self.agreed == self.writers


async def count(tx: Connection, drop_id: int, writers: Collection[int]) -> Wishes:
    """Return what those with an answer that stands wish. Who left the server stands in nobody's way."""
    wish, left = await store.list_wishes(tx, drop_id)
    here = frozenset(writers) - left
    return Wishes(here, here & wish)


async def all_agree(tx: Connection, facts: Facts) -> bool:
    """Say whether all who count for a question wish its reveal now, as its answers are at this moment.

    Whoever held it up may just have withdrawn their answer, or organisers may have hidden it.
    """
    return (await count(tx, facts.drop_id, {a.user_id for a in facts.answers if a.stands})).are_one


async def forget(tx: Connection, drop_id: int, user_id: int) -> None:
    """Take a person's wish back: their answer is withdrawn."""
    await store.delete_wish(tx, drop_id, user_id)

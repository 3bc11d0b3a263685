"""Agreeing to a reveal before its time, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.db import Connection
from bot.features.reveals import store

# So many have to have answered before they can agree.
AGREE_FROM = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who is asked about an early reveal: `writers` have an answer that stands and have not left the server.

    `agreed` of them want the reveal now.
    """

    writers: frozenset[int]
    agreed: frozenset[int]

    @property
    def is_unanimous(self) -> bool:
        """Return True if there are enough, and all of them agree."""
        return len(self.writers) >= AGREE_FROM and self.agreed == self.writers


async def count(tx: Connection, drop_id: int, writers: Collection[int]) -> Agreement:
    """Return how far those with an answer that stands agree. Who left the server stands in nobody's way."""
    agreed, left = await store.list_agreements(tx, drop_id)
    here = frozenset(writers) - left
    return Agreement(here, here & agreed)


async def forget(tx: Connection, drop_id: int, user_id: int) -> None:
    """Take a person's agreement back: their answer is withdrawn."""
    await store.delete_agreement(tx, drop_id, user_id)

"""What other features may read of schedules, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection

from bot.db import Connection
from bot.features.schedules import store


async def starter_of(tx: Connection, schedule_id: int) -> int | None:
    """Return who set a schedule up."""
    return (await store.list_starters(tx, [schedule_id])).get(schedule_id)


async def list_starters(tx: Connection, schedule_ids: Collection[int]) -> dict[int, int]:
    """Map these schedules to who set them up."""
    return await store.list_starters(tx, schedule_ids)

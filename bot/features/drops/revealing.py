"""What reveals ask of questions; the caller opens the transaction."""

from __future__ import annotations

from bot.db import Connection
from bot.features.drops import store
from bot.features.drops.store import Drop


async def list_stale(tx: Connection) -> list[Drop]:
    """Return the questions whose reveal does not show their newest state."""
    return await store.list_stale_reveals(tx)


async def shown(tx: Connection, drop: Drop) -> None:
    """Write down that a question's reveal shows `drop.reveal_revision`."""
    await store.set_drop(tx, drop.id, reveal_shown=drop.reveal_revision)


async def starter_of(tx: Connection, drop: Drop) -> int | None:
    """Return who began a discussion; None for a question of the day, which nobody began."""
    schedule = None if drop.discussion is None else await store.get_schedule(tx, drop.schedule_id)
    return None if schedule is None else schedule.created_by

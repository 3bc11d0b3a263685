"""Questions that were asked, for whoever looks back; the caller opens the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.drops import store
from bot.features.drops.store import Drop


async def list_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return all questions that a server ever saw, the newest first."""
    return await store.list_asked(tx, guild_id)


async def by_id(tx: Connection, drop_ids: Sequence[int]) -> dict[int, Drop]:
    """Map these ids to their drops."""
    return {drop.id: drop for drop in await store.list_these(tx, drop_ids)}


async def zone_of(tx: Connection, guild_id: int) -> ZoneInfo:
    """Return a server's zone; UTC where it has set nothing up."""
    return ZoneInfo(await store.get_zone(tx, guild_id) or "UTC")


def asked_on(drop: Drop, zone: ZoneInfo) -> date:
    """Return the local date of a question; one that no schedule asked has the server's date."""
    if drop.local_date is not None:
        return date.fromisoformat(drop.local_date)
    return (drop.opened_at or drop.due_at).astimezone(zone).date()

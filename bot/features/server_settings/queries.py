"""What other features may read of a server's settings, in the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.server_settings import store


async def get_zone(tx: Connection, guild_id: int) -> str | None:
    """Return a server's zone by name; None where it has set nothing up."""
    return await store.get_zone(tx, guild_id)


async def zone_of(tx: Connection, guild_id: int) -> ZoneInfo:
    """Return a server's zone; UTC where it has set nothing up."""
    return ZoneInfo(await store.get_zone(tx, guild_id) or "UTC")


async def local_date(tx: Connection, guild_id: int, at: datetime) -> date:
    """Return which day it is in a server's zone."""
    return at.astimezone(await zone_of(tx, guild_id)).date()


async def get_log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    return await store.get_log_channel(tx, guild_id)


async def has_anonymous_reviews(tx: Connection, guild_id: int) -> bool:
    """Return True if a server shows reviews without their authors' names."""
    return await store.has_anonymous_reviews(tx, guild_id)

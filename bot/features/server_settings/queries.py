"""What other features may read of a server's settings, in the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.zones import known_zone
from bot.db import Connection
from bot.features.server_settings import store

# What the bot needs in the channel where organisers read reports.
LOG_NEEDS = ("view_channel", "send_messages", "embed_links")


async def get_zone(tx: Connection, guild_id: int) -> str | None:
    """Return a server's zone by name; None where it has set nothing up, or this machine does not know it."""
    name = await store.get_zone(tx, guild_id)
    return None if name is None or known_zone(name) is None else name


async def zone_of(tx: Connection, guild_id: int) -> ZoneInfo:
    """Return a server's zone; UTC where there is none that this machine knows."""
    return ZoneInfo(await get_zone(tx, guild_id) or "UTC")


async def local_date(tx: Connection, guild_id: int, at: datetime) -> date:
    """Return which day it is in a server's zone."""
    return at.astimezone(await zone_of(tx, guild_id)).date()


async def get_log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    return await store.get_log_channel(tx, guild_id)


async def has_anonymous_reviews(tx: Connection, guild_id: int) -> bool:
    """Return True if a server shows reviews without their authors' names."""
    return await store.has_anonymous_reviews(tx, guild_id)

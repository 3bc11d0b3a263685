"""What other features may set for a server, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.server_settings import store


async def put_zone(tx: Connection, guild_id: int, zone: str, now: datetime) -> None:
    """Make sure that a server has settings; `zone` counts where it had none."""
    await store.put_guild(tx, guild_id, zone, now)


async def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    """Choose the zone of a server that has settings."""
    await store.set_zone(tx, guild_id, zone)


async def set_log_channel(tx: Connection, guild_id: int, channel_id: int, now: datetime) -> None:
    """Choose the channel where organisers read reports."""
    await store.put_guild(tx, guild_id, "UTC", now)
    await store.set_log_channel(tx, guild_id, channel_id)


async def set_anonymous_reviews(tx: Connection, guild_id: int, now: datetime, *, anonymous: bool) -> None:
    """Choose whether a server shows reviews without their authors' names."""
    await store.put_guild(tx, guild_id, "UTC", now)
    await store.set_anonymous_reviews(tx, guild_id, anonymous=anonymous)

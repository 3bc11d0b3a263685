"""Where a server's organisers read reports; the caller opens the transaction."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.drops import store


async def log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    return await store.get_log_channel(tx, guild_id)


async def set_log_channel(tx: Connection, guild_id: int, channel_id: int, now: datetime) -> None:
    """Choose the channel where organisers read reports."""
    await store.put_guild(tx, guild_id, "UTC", now)
    await store.set_log_channel(tx, guild_id, channel_id)

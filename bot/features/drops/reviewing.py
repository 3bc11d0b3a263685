"""What reviews ask of questions and servers; the caller opens the transaction."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.drops import store
from bot.features.drops.store import Drop


async def list_reviewable(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return the written questions that are open or were revealed after `since`, the newest first."""
    return await store.list_reviewable(tx, guild_id, since)


async def local_date(tx: Connection, guild_id: int, at: datetime) -> date:
    """Return which day it is in a server's zone."""
    return at.astimezone(ZoneInfo(await store.get_zone(tx, guild_id) or "UTC")).date()


async def are_anonymous(tx: Connection, guild_id: int) -> bool:
    """Say whether a server shows reviews without their authors' names."""
    return await store.has_anonymous_reviews(tx, guild_id)


async def set_anonymous(tx: Connection, guild_id: int, now: datetime, *, anonymous: bool) -> None:
    """Choose whether a server shows reviews without their authors' names."""
    await store.put_guild(tx, guild_id, "UTC", now)
    await store.set_anonymous_reviews(tx, guild_id, anonymous=anonymous)

"""The table of servers' settings and its SQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, table

guilds = table(
    "guilds",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("log_channel_id", Id),
    sa.Column("anonymous_reviews", Flag, nullable=False, server_default="0"),
)


async def put_guild(tx: Connection, guild_id: int, zone: str, now: datetime) -> None:
    """Make sure that the server has a row."""
    query = insert(guilds).on_conflict_do_nothing(index_elements=["guild_id"])
    await tx.execute(query, {"guild_id": guild_id, "zone": zone, "created_at": now})


async def get_zone(tx: Connection, guild_id: int) -> str | None:
    """Return the server's zone."""
    return (await tx.execute(sa.select(guilds.c.zone).where(guilds.c.guild_id == guild_id))).scalar()


async def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    """Change the server's zone."""
    await tx.execute(sa.update(guilds).where(guilds.c.guild_id == guild_id).values(zone=zone))


async def has_anonymous_reviews(tx: Connection, guild_id: int) -> bool:
    """Return True if a server shows reviews without their authors' names."""
    query = sa.select(guilds.c.anonymous_reviews).where(guilds.c.guild_id == guild_id)
    return bool((await tx.execute(query)).scalar())


async def set_anonymous_reviews(tx: Connection, guild_id: int, *, anonymous: bool) -> None:
    """Choose whether a server shows reviews without their authors' names."""
    query = sa.update(guilds).where(guilds.c.guild_id == guild_id)
    await tx.execute(query.values(anonymous_reviews=anonymous))


async def get_log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    query = sa.select(guilds.c.log_channel_id).where(guilds.c.guild_id == guild_id)
    return (await tx.execute(query)).scalar()


async def set_log_channel(tx: Connection, guild_id: int, channel_id: int) -> None:
    """Choose the channel where organisers read reports."""
    query = sa.update(guilds).where(guilds.c.guild_id == guild_id)
    await tx.execute(query.values(log_channel_id=channel_id))

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


PUT_GUILD = insert(guilds).on_conflict_do_nothing(index_elements=["guild_id"])

GET_ZONE = sa.select(guilds.c.zone).where(guilds.c.guild_id == sa.bindparam("of_guild"))

SET_ZONE = (
    sa.update(guilds).where(guilds.c.guild_id == sa.bindparam("of_guild")).values(zone=sa.bindparam("to"))
)

GET_ANONYMOUS = sa.select(guilds.c.anonymous_reviews).where(guilds.c.guild_id == sa.bindparam("of_guild"))

SET_ANONYMOUS = (
    sa.update(guilds)
    .where(guilds.c.guild_id == sa.bindparam("of_guild"))
    .values(anonymous_reviews=sa.bindparam("to"))
)

GET_LOG_CHANNEL = sa.select(guilds.c.log_channel_id).where(guilds.c.guild_id == sa.bindparam("of_guild"))

SET_LOG_CHANNEL = (
    sa.update(guilds)
    .where(guilds.c.guild_id == sa.bindparam("of_guild"))
    .values(log_channel_id=sa.bindparam("to"))
)


async def put_guild(tx: Connection, guild_id: int, zone: str, now: datetime) -> None:
    """Make sure that the server has a row."""
    await tx.execute(PUT_GUILD, {"guild_id": guild_id, "zone": zone, "created_at": now})


async def get_zone(tx: Connection, guild_id: int) -> str | None:
    """Return the server's zone."""
    return (await tx.execute(GET_ZONE, {"of_guild": guild_id})).scalar()


async def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    """Change the server's zone."""
    await tx.execute(SET_ZONE, {"of_guild": guild_id, "to": zone})


async def has_anonymous_reviews(tx: Connection, guild_id: int) -> bool:
    """Say whether a server shows reviews without their authors' names."""
    return bool((await tx.execute(GET_ANONYMOUS, {"of_guild": guild_id})).scalar())


async def set_anonymous_reviews(tx: Connection, guild_id: int, *, anonymous: bool) -> None:
    """Choose whether a server shows reviews without their authors' names."""
    await tx.execute(SET_ANONYMOUS, {"of_guild": guild_id, "to": anonymous})


async def get_log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    return (await tx.execute(GET_LOG_CHANNEL, {"of_guild": guild_id})).scalar()


async def set_log_channel(tx: Connection, guild_id: int, channel_id: int) -> None:
    """Choose the channel where organisers read reports."""
    await tx.execute(SET_LOG_CHANNEL, {"of_guild": guild_id, "to": channel_id})

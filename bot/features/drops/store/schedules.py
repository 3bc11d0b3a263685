"""The SQL of schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.db import Connection, News, announce, fetch, fetch_one
from bot.features.drops.store.tables import Schedule, schedule_of, schedules

INSERT_SCHEDULE = sa.insert(schedules).returning(schedules.c.id)
UPDATE_SCHEDULE = sa.update(schedules).where(schedules.c.id == sa.bindparam("of_schedule"))
GET_SCHEDULE = sa.select(schedules).where(schedules.c.id == sa.bindparam("of_schedule"))
LIST_SCHEDULES = (
    sa.select(schedules)
    .where(schedules.c.guild_id == sa.bindparam("of_guild"), schedules.c.state != "removed")
    .order_by(schedules.c.id)
)
LIST_DUE_SCHEDULES = (
    sa.select(schedules)
    .where(schedules.c.state == "active", schedules.c.next_run_at <= sa.bindparam("now"))
    .order_by(schedules.c.next_run_at)
)
LIST_NEXT_RUNS = (
    sa.select(schedules.c.id, schedules.c.guild_id, schedules.c.next_run_at)
    .where(schedules.c.state == "active")
    .order_by(schedules.c.next_run_at)
    .limit(200)  # the caller wants the first that concerns it; it looks again in a minute
)


async def add_schedule(tx: Connection, row: dict[str, Any]) -> int:
    """Write a schedule; return its id."""
    announce(tx, News.DUE)
    return (await tx.execute(INSERT_SCHEDULE, row)).scalar_one()


async def set_schedule(tx: Connection, schedule_id: int, **values: Any) -> None:
    """Change columns of a schedule."""
    announce(tx, News.DUE)
    await tx.execute(UPDATE_SCHEDULE.values(**values), {"of_schedule": schedule_id})


async def get_schedule(tx: Connection, schedule_id: int) -> Schedule | None:
    """Return a schedule, removed ones included."""
    row = await fetch_one(tx, GET_SCHEDULE, {"of_schedule": schedule_id})
    return None if row is None else schedule_of(row)


async def list_schedules(tx: Connection, guild_id: int) -> list[Schedule]:
    """Return a server's schedules, the paused ones included."""
    return [schedule_of(row) for row in await fetch(tx, LIST_SCHEDULES, {"of_guild": guild_id})]


async def list_due_schedules(tx: Connection, now: datetime) -> list[Schedule]:
    """Return the schedules whose next run has come."""
    return [schedule_of(row) for row in await fetch(tx, LIST_DUE_SCHEDULES, {"now": now})]


async def list_next_runs(tx: Connection) -> list[tuple[int, int, datetime]]:
    """Return (schedule_id, guild_id, next_run_at) of the active schedules, the nearest first."""
    return [(row["id"], row["guild_id"], row["next_run_at"]) for row in await fetch(tx, LIST_NEXT_RUNS)]

"""The table of schedules and its SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from bot.db import Connection, Id, Moment, News, Row, Words, announce, columns, fetch, get_row, set_row, table
from bot.features.drops.modes import ChannelKind, Kind, Mode
from bot.features.schedules.recurrence import Recurrence

schedules = table(
    "schedules",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, sa.ForeignKey("guilds.guild_id", name="fk_schedules_guild_id"), nullable=False),
    sa.Column("channel_id", Id, nullable=False),
    sa.Column("channel_kind", sa.Text, nullable=False),
    sa.Column("minutes", Id, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("days", Id, nullable=False),
    sa.Column("categories", Words, nullable=False),
    sa.Column("difficulties", Words, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="open"),
    sa.Column("role_id", Id),
    sa.Column("reveal_minutes", Id),
    sa.Column("late_hours", Id, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("next_run_at", Moment, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'removed')", name="state"),
    sa.CheckConstraint("minutes BETWEEN 0 AND 1439", name="minutes"),
    sa.CheckConstraint("days BETWEEN 1 AND 127", name="days"),
    sa.Index("ix_schedules_state_next_run_at", "state", "next_run_at"),
    sa.Index("ix_schedules_guild_id", "guild_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """When and where a server gets its question. `minutes` and `reveal_minutes` count from local midnight."""

    guild_id: int
    channel_id: int
    channel_kind: ChannelKind
    minutes: int
    zone: str
    days: int
    categories: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    mode: Mode
    kind: Kind
    role_id: int | None = None
    reveal_minutes: int | None = None
    late_hours: int
    state: Literal["active", "paused", "removed"]
    next_run_at: datetime
    created_by: int
    created_at: datetime

    @property
    def recurrence(self) -> Recurrence:
        """Return when it is due."""
        return Recurrence(self.minutes, self.zone, self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(NewSchedule):
    """A schedule that is written down."""

    id: int


def schedule_of(row: Row) -> Schedule:
    return Schedule(**row)


async def add_schedule(tx: Connection, new: NewSchedule) -> Schedule:
    """Write a schedule."""
    announce(tx, News.SCHEDULES)
    row = _given(new)
    query = sa.insert(schedules).returning(schedules.c.id)
    return Schedule(id=(await tx.execute(query, row)).scalar_one(), **row)


async def set_schedule(tx: Connection, schedule_id: int, **values: Any) -> None:
    """Change columns of a schedule."""
    announce(tx, News.SCHEDULES)
    await set_row(tx, schedules, schedule_id, **values)


async def change_schedule(tx: Connection, schedule: Schedule) -> None:
    """Write a schedule as it is wanted now."""
    await set_schedule(tx, schedule.id, **_given(schedule))


def _given(schedule: NewSchedule) -> dict[str, Any]:
    """Return the columns that are an organiser's to give: all but the id."""
    return {name: value for name, value in columns(schedule).items() if name != "id"}


async def get_schedule(tx: Connection, schedule_id: int) -> Schedule | None:
    """Return a schedule, removed ones included."""
    row = await get_row(tx, schedules, schedule_id)
    return None if row is None else schedule_of(row)


async def list_these(tx: Connection, schedule_ids: Collection[int]) -> list[Schedule]:
    """Return the schedules with these ids."""
    query = sa.select(schedules).where(schedules.c.id.in_(schedule_ids)).order_by(schedules.c.id)
    return [schedule_of(row) for row in await fetch(tx, query)]


async def list_schedules(tx: Connection, guild_id: int) -> list[Schedule]:
    """Return a server's schedules, the paused ones included."""
    query = (
        sa.select(schedules)
        .where(schedules.c.guild_id == guild_id, schedules.c.state != "removed")
        .order_by(schedules.c.id)
    )
    return [schedule_of(row) for row in await fetch(tx, query)]


async def list_due_schedules(tx: Connection, now: datetime, most: int, skip: int = 0) -> list[Schedule]:
    """Return the schedules whose next run has come, those that wait for longest first."""
    query = (
        sa.select(schedules)
        .where(schedules.c.state == "active", schedules.c.next_run_at <= now)
        .order_by(schedules.c.next_run_at, schedules.c.id)
        .limit(most)
        .offset(skip)
    )
    return [schedule_of(row) for row in await fetch(tx, query)]


async def list_next_runs(tx: Connection, most: int, skip: int = 0) -> list[tuple[int, int, datetime]]:
    """Return (schedule_id, guild_id, next_run_at) of the active schedules, the nearest first."""
    query = (
        sa.select(schedules.c.id, schedules.c.guild_id, schedules.c.next_run_at)
        .where(schedules.c.state == "active")
        .order_by(schedules.c.next_run_at, schedules.c.id)
        .limit(most)
        .offset(skip)
    )
    return [(row["id"], row["guild_id"], row["next_run_at"]) for row in await fetch(tx, query)]


async def list_starters(tx: Connection, schedule_ids: Collection[int]) -> dict[int, int]:
    """Map these schedules to who set them up."""
    query = sa.select(schedules.c.id, schedules.c.created_by).where(schedules.c.id.in_(schedule_ids))
    return {row["id"]: row["created_by"] for row in await fetch(tx, query)}

"""The table of what organisers have to mend and its SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, columns, fetch, get_row, table
from bot.outbox.message import Trouble

problems = table(
    "problems",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("schedule_id", Id, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Index(
        "uq_problems_open",
        "schedule_id",
        "code",
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    ),
    sa.Index("ix_problems_guild_id", "guild_id"),
)


@dataclass(frozen=True, slots=True)
class NewProblem:
    """A problem to be written down."""

    guild_id: int
    schedule_id: int
    code: str
    detail: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an organiser has to mend before a schedule's posts go out."""

    id: int
    guild_id: int
    schedule_id: int
    code: str
    detail: str
    created_at: datetime
    resolved_at: datetime | None

    @property
    def trouble(self) -> Trouble:
        """What it is; one that a newer bot has written down is nothing that an organiser could mend here."""
        return Trouble(self.code) if self.code in set(Trouble) else Trouble.MY_ERROR


async def open_problem(tx: Connection, new: NewProblem) -> int | None:
    """Write a problem; None where the same one is open already."""
    query = insert(problems).on_conflict_do_nothing().returning(problems.c.id)
    return (await tx.execute(query, columns(new))).scalar()


async def get_problem(tx: Connection, problem_id: int) -> Problem | None:
    row = await get_row(tx, problems, problem_id)
    return None if row is None else Problem(**row)


async def list_problems(tx: Connection, guild_id: int) -> list[Problem]:
    """Return a server's open problems."""
    query = (
        sa.select(problems)
        .where(problems.c.guild_id == guild_id, problems.c.resolved_at.is_(None))
        .order_by(problems.c.id)
    )
    return [Problem(**row) for row in await fetch(tx, query)]


# Built once: each question that goes out says it.
_RESOLVE = (
    sa.update(problems)
    .where(
        problems.c.schedule_id == sa.bindparam("of_schedule"),
        problems.c.resolved_at.is_(None),
        problems.c.code.not_in(sa.bindparam("but_not", expanding=True)),
    )
    .values(resolved_at=sa.bindparam("now", type_=problems.c.resolved_at.type))
)


async def resolve(tx: Connection, schedule_id: int, now: datetime, but_not: Collection[str]) -> None:
    """Close the problems of a schedule, except those with one of the codes `but_not`."""
    await tx.execute(_RESOLVE, {"of_schedule": schedule_id, "but_not": list(but_not), "now": now})


async def resolve_one(tx: Connection, schedule_id: int, code: str, now: datetime) -> None:
    """Close one problem of a schedule."""
    query = sa.update(problems).where(
        problems.c.schedule_id == schedule_id,
        problems.c.code == code,
        problems.c.resolved_at.is_(None),
    )
    await tx.execute(query.values(resolved_at=now))

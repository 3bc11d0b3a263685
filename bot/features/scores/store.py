"""The tables `ledger` and `totals` and their SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, columns, table

ledger = table(
    "ledger",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("points", Id, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_ledger_guild_id_act_subject_id_user_id", "guild_id", "act", "subject_id", "user_id"),
    sa.Index("ix_ledger_guild_id_user_id", "guild_id", "user_id"),
)
totals = table(
    "totals",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("points", Id, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger line: `points` may be negative, `reason` is for the person."""

    guild_id: int
    user_id: int
    act: str
    subject_id: int
    points: int
    reason: str
    created_at: datetime


async def balance(tx: Connection, guild_id: int, user_id: int, act: str, subject_id: int) -> int:
    """Return what an act has brought a person so far."""
    query = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.points), 0)).where(
        ledger.c.act == act,
        ledger.c.subject_id == subject_id,
        ledger.c.user_id == user_id,
        ledger.c.guild_id == guild_id,
    )
    return (await tx.execute(query)).scalar_one()


async def balances(tx: Connection, guild_id: int, act: str, subject_id: int) -> dict[int, int]:
    """Map user_id to what an act has brought so far."""
    query = (
        sa.select(ledger.c.user_id, sa.func.sum(ledger.c.points).label("points"))
        .where(ledger.c.act == act, ledger.c.subject_id == subject_id, ledger.c.guild_id == guild_id)
        .group_by(ledger.c.user_id)
    )
    return {row.user_id: row.points for row in await tx.execute(query)}


async def balances_of(
    tx: Connection, guild_id: int, acts: Collection[str], subject_ids: Collection[int]
) -> dict[tuple[int, str, int], int]:
    """Map (user_id, act, subject_id) to what it has brought so far, of these acts and subjects."""
    of = (ledger.c.user_id, ledger.c.act, ledger.c.subject_id)
    query = (
        sa.select(*of, sa.func.sum(ledger.c.points).label("points"))
        .where(
            ledger.c.act.in_(list(acts)),
            ledger.c.subject_id.in_(list(subject_ids)),
            ledger.c.guild_id == guild_id,
        )
        .group_by(*of)
    )
    return {(row.user_id, row.act, row.subject_id): row.points for row in await tx.execute(query)}


async def append(tx: Connection, entry: Entry) -> None:
    """Write a ledger line and its effect on the total together."""
    await append_all(tx, [entry])


async def append_all(tx: Connection, entries: Sequence[Entry]) -> None:
    """Write ledger lines and their effects on the totals together."""
    if not entries:
        return
    await tx.execute(sa.insert(ledger), [columns(entry) for entry in entries])
    query = insert(totals)
    query = query.on_conflict_do_update(
        index_elements=["guild_id", "user_id"], set_={"points": totals.c.points + query.excluded.points}
    )
    await tx.execute(
        query, [{"guild_id": e.guild_id, "user_id": e.user_id, "points": e.points} for e in entries]
    )


async def list_totals(tx: Connection, guild_id: int) -> list[tuple[int, int]]:
    """Return (user_id, points) of everybody with points."""
    query = sa.select(totals.c.user_id, totals.c.points).where(
        totals.c.guild_id == guild_id, totals.c.points > 0
    )
    return [(row.user_id, row.points) for row in await tx.execute(query)]


async def rebuild_totals(tx: Connection) -> None:
    """Compute all totals anew from the ledger."""
    sums = sa.select(
        ledger.c.guild_id, ledger.c.user_id, sa.func.sum(ledger.c.points).label("points")
    ).group_by(ledger.c.guild_id, ledger.c.user_id)
    await tx.execute(sa.delete(totals))
    await tx.execute(sa.insert(totals).from_select(["guild_id", "user_id", "points"], sums))

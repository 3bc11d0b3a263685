"""The tables `ledger` and `totals` and their SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, table

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


BALANCE = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.points), 0)).where(
    ledger.c.act == sa.bindparam("of_act"),
    ledger.c.subject_id == sa.bindparam("of_subject"),
    ledger.c.user_id == sa.bindparam("of_user"),
    ledger.c.guild_id == sa.bindparam("of_guild"),
)
BALANCES = (
    sa.select(ledger.c.user_id, sa.func.sum(ledger.c.points).label("points"))
    .where(
        ledger.c.act == sa.bindparam("of_act"),
        ledger.c.subject_id == sa.bindparam("of_subject"),
        ledger.c.guild_id == sa.bindparam("of_guild"),
    )
    .group_by(ledger.c.user_id)
)
BALANCES_OF_SUBJECTS = (
    sa.select(
        ledger.c.user_id, ledger.c.act, ledger.c.subject_id, sa.func.sum(ledger.c.points).label("points")
    )
    .where(
        ledger.c.act.in_(sa.bindparam("of_acts", expanding=True)),
        ledger.c.subject_id.in_(sa.bindparam("of_subjects", expanding=True)),
        ledger.c.guild_id == sa.bindparam("of_guild"),
    )
    .group_by(ledger.c.user_id, ledger.c.act, ledger.c.subject_id)
)
APPEND = sa.insert(ledger)
_total = insert(totals)
ADD = _total.on_conflict_do_update(
    index_elements=["guild_id", "user_id"], set_={"points": totals.c.points + _total.excluded.points}
)
LIST_TOTALS = sa.select(totals.c.user_id, totals.c.points).where(
    totals.c.guild_id == sa.bindparam("of_guild"), totals.c.points > 0
)
SUM_LEDGER = sa.select(
    ledger.c.guild_id, ledger.c.user_id, sa.func.sum(ledger.c.points).label("points")
).group_by(ledger.c.guild_id, ledger.c.user_id)
CLEAR_TOTALS = sa.delete(totals)
FILL_TOTALS = sa.insert(totals).from_select(["guild_id", "user_id", "points"], SUM_LEDGER)


async def balance(tx: Connection, guild_id: int, user_id: int, act: str, subject_id: int) -> int:
    """Return what an act has brought a person so far."""
    key = {"of_act": act, "of_subject": subject_id, "of_user": user_id, "of_guild": guild_id}
    return (await tx.execute(BALANCE, key)).scalar_one()


async def balances(tx: Connection, guild_id: int, act: str, subject_id: int) -> dict[int, int]:
    """Map user_id to what an act has brought so far."""
    key = {"of_act": act, "of_subject": subject_id, "of_guild": guild_id}
    return {row.user_id: row.points for row in await tx.execute(BALANCES, key)}


async def balances_of(
    tx: Connection, guild_id: int, acts: Collection[str], subject_ids: Collection[int]
) -> dict[tuple[int, str, int], int]:
    """Map (user_id, act, subject_id) to what it has brought so far, of these acts and subjects."""
    key = {"of_acts": list(acts), "of_subjects": list(subject_ids), "of_guild": guild_id}
    rows = await tx.execute(BALANCES_OF_SUBJECTS, key)
    return {(row.user_id, row.act, row.subject_id): row.points for row in rows}


async def append(tx: Connection, entry: Entry) -> None:
    """Write a ledger line and its effect on the total together."""
    await append_all(tx, [entry])


async def append_all(tx: Connection, entries: Sequence[Entry]) -> None:
    """Write ledger lines and their effects on the totals together."""
    if not entries:
        return
    await tx.execute(APPEND, [asdict(entry) for entry in entries])
    await tx.execute(
        ADD, [{"guild_id": e.guild_id, "user_id": e.user_id, "points": e.points} for e in entries]
    )


async def list_totals(tx: Connection, guild_id: int) -> list[tuple[int, int]]:
    """Return (user_id, points) of everybody with points."""
    return [(row.user_id, row.points) for row in await tx.execute(LIST_TOTALS, {"of_guild": guild_id})]


async def rebuild_totals(tx: Connection) -> None:
    """Compute all totals anew from the ledger."""
    await tx.execute(CLEAR_TOTALS)
    await tx.execute(FILL_TOTALS)

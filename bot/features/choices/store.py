"""The table of choices on questions of the day and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, columns, fetch, table

choices = table(
    "choices",
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_choices_drop_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("option", Id, nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
    sa.CheckConstraint("option BETWEEN 0 AND 3", name="option"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What one person has chosen last; `option` counts in the item's own order."""

    drop_id: int
    user_id: int
    name: str
    option: int
    chosen_at: datetime


async def put_choices(tx: Connection, rows: Sequence[Choice]) -> None:
    """Write choices in their order: a person's last one stays."""
    if not rows:
        return
    query = insert(choices)
    query = query.on_conflict_do_update(
        index_elements=["drop_id", "user_id"],
        set_={name: query.excluded[name] for name in ("name", "option", "chosen_at")},
    )
    await tx.execute(query, [columns(row) for row in rows])


async def count(tx: Connection, drop_id: int) -> int:
    """Return how many have chosen."""
    query = sa.select(sa.func.count()).where(choices.c.drop_id == drop_id)
    return (await tx.execute(query)).scalar_one()


async def tally(tx: Connection, drop_id: int) -> dict[int, int]:
    """Map each option that somebody chose to how many did."""
    query = (
        sa.select(choices.c.option, sa.func.count().label("people"))
        .where(choices.c.drop_id == drop_id)
        .group_by(choices.c.option)
    )
    return {row.option: row.people for row in await tx.execute(query)}


async def list_choices(tx: Connection, drop_id: int) -> list[Choice]:
    """Return everybody's choice."""
    query = sa.select(choices).where(choices.c.drop_id == drop_id).order_by(choices.c.user_id)
    return [Choice(**row) for row in await fetch(tx, query)]


async def get_option(tx: Connection, drop_id: int, user_id: int) -> int | None:
    """Return what a person has chosen."""
    query = sa.select(choices.c.option).where(choices.c.drop_id == drop_id, choices.c.user_id == user_id)
    return (await tx.execute(query)).scalar()

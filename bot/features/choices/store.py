"""The table of choices on questions of the day and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, fetch, table

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


_choice = insert(choices)
PUT = _choice.on_conflict_do_update(
    index_elements=["drop_id", "user_id"],
    set_={name: _choice.excluded[name] for name in ("name", "option", "chosen_at")},
)
COUNT = sa.select(sa.func.count()).where(choices.c.drop_id == sa.bindparam("of_drop"))
TALLY = (
    sa.select(choices.c.option, sa.func.count().label("people"))
    .where(choices.c.drop_id == sa.bindparam("of_drop"))
    .group_by(choices.c.option)
)
LIST = sa.select(choices).where(choices.c.drop_id == sa.bindparam("of_drop")).order_by(choices.c.user_id)
GET = sa.select(choices.c.option).where(
    choices.c.drop_id == sa.bindparam("of_drop"), choices.c.user_id == sa.bindparam("of_user")
)


async def put_choices(tx: Connection, rows: Sequence[Choice]) -> None:
    """Write choices in their order: a person's last one stays."""
    if rows:
        await tx.execute(PUT, [asdict(row) for row in rows])


async def count(tx: Connection, drop_id: int) -> int:
    """Return how many have chosen."""
    return (await tx.execute(COUNT, {"of_drop": drop_id})).scalar_one()


async def tally(tx: Connection, drop_id: int) -> dict[int, int]:
    """Map each option that somebody chose to how many did."""
    return {row.option: row.people for row in await tx.execute(TALLY, {"of_drop": drop_id})}


async def list_choices(tx: Connection, drop_id: int) -> list[Choice]:
    """Return everybody's choice."""
    return [Choice(**row) for row in await fetch(tx, LIST, {"of_drop": drop_id})]


async def get_option(tx: Connection, drop_id: int, user_id: int) -> int | None:
    """Return what a person has chosen."""
    return (await tx.execute(GET, {"of_drop": drop_id, "of_user": user_id})).scalar()

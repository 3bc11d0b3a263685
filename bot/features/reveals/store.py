"""The tables of self-reviews and of who agrees to an early reveal, and their SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, fetch, table
from bot.features.reviews.ticks import ticks_of, ticks_text

self_reviews = table(
    "self_reviews",
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_self_reviews_drop_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("ticks", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

agreements = table(
    "reveal_wishes",
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_reveal_wishes_drop_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    # Somebody who wishes nothing, but was not in the server any more when it was last looked.
    sa.Column("has_left", Flag, nullable=False),
)

_self = insert(self_reviews)

PUT_SELF = _self.on_conflict_do_update(
    index_elements=["drop_id", "user_id"],
    set_={"ticks": _self.excluded.ticks, "created_at": _self.excluded.created_at},
)

GET_SELF = sa.select(self_reviews.c.ticks).where(
    self_reviews.c.drop_id == sa.bindparam("of_drop"), self_reviews.c.user_id == sa.bindparam("of_user")
)

_agreement = insert(agreements)

PUT_AGREEMENT = _agreement.on_conflict_do_update(
    index_elements=["drop_id", "user_id"], set_={"has_left": _agreement.excluded.has_left}
)

FORGET_LEFT = sa.delete(agreements).where(
    agreements.c.drop_id == sa.bindparam("of_drop"), agreements.c.has_left
)

DELETE_AGREEMENT = sa.delete(agreements).where(
    agreements.c.drop_id == sa.bindparam("of_drop"), agreements.c.user_id == sa.bindparam("of_user")
)

LIST_AGREEMENTS = sa.select(agreements.c.user_id, agreements.c.has_left).where(
    agreements.c.drop_id == sa.bindparam("of_drop")
)


async def put_self(tx: Connection, drop_id: int, user_id: int, ticks: Collection[int], now: datetime) -> None:
    """Write what a person ticked for themselves, in the place of what they ticked before."""
    row = {"drop_id": drop_id, "user_id": user_id, "ticks": ticks_text(ticks), "created_at": now}
    await tx.execute(PUT_SELF, row)


async def get_self(tx: Connection, drop_id: int, user_id: int) -> frozenset[int]:
    """Return what a person ticked for themselves."""
    found = (await tx.execute(GET_SELF, {"of_drop": drop_id, "of_user": user_id})).scalar()
    return ticks_of(found or "")


async def put_agreement(tx: Connection, drop_id: int, user_id: int) -> None:
    """Write that a person wishes the reveal now."""
    await tx.execute(PUT_AGREEMENT, {"drop_id": drop_id, "user_id": user_id, "has_left": False})


async def set_left(tx: Connection, drop_id: int, user_ids: Collection[int]) -> None:
    """Write which of those whom a reveal waits for have left the server, in the place of what was known."""
    await tx.execute(FORGET_LEFT, {"of_drop": drop_id})
    for user_id in user_ids:
        await tx.execute(PUT_AGREEMENT, {"drop_id": drop_id, "user_id": user_id, "has_left": True})


async def delete_agreement(tx: Connection, drop_id: int, user_id: int) -> None:
    """Take a wish for a reveal back."""
    await tx.execute(DELETE_AGREEMENT, {"of_drop": drop_id, "of_user": user_id})


async def list_agreements(tx: Connection, drop_id: int) -> tuple[set[int], set[int]]:
    """Return who wishes a question's reveal now, and who has left the server without wishing it."""
    rows = await fetch(tx, LIST_AGREEMENTS, {"of_drop": drop_id})
    return (
        {row["user_id"] for row in rows if not row["has_left"]},
        {row["user_id"] for row in rows if row["has_left"]},
    )

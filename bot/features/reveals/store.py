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


async def put_self(tx: Connection, drop_id: int, user_id: int, ticks: Collection[int], now: datetime) -> None:
    """Write what a person ticked for themselves, in the place of what they ticked before."""
    query = insert(self_reviews)
    query = query.on_conflict_do_update(
        index_elements=["drop_id", "user_id"],
        set_={"ticks": query.excluded.ticks, "created_at": query.excluded.created_at},
    )
    row = {"drop_id": drop_id, "user_id": user_id, "ticks": ticks_text(ticks), "created_at": now}
    await tx.execute(query, row)


async def get_self(tx: Connection, drop_id: int, user_id: int) -> frozenset[int]:
    """Return what a person ticked for themselves."""
    query = sa.select(self_reviews.c.ticks).where(
        self_reviews.c.drop_id == drop_id, self_reviews.c.user_id == user_id
    )
    return ticks_of((await tx.execute(query)).scalar() or "")


async def put_agreement(tx: Connection, drop_id: int, user_id: int) -> None:
    """Record that a person wishes the reveal now."""
    await _put(tx, drop_id, user_id, has_left=False)


async def set_left(tx: Connection, drop_id: int, user_ids: Collection[int]) -> None:
    """Record which of those whom a reveal waits for have left the server, in the place of what was known."""
    await tx.execute(sa.delete(agreements).where(agreements.c.drop_id == drop_id, agreements.c.has_left))
    for user_id in user_ids:
        await _put(tx, drop_id, user_id, has_left=True)


async def _put(tx: Connection, drop_id: int, user_id: int, *, has_left: bool) -> None:
    query = insert(agreements)
    query = query.on_conflict_do_update(
        index_elements=["drop_id", "user_id"], set_={"has_left": query.excluded.has_left}
    )
    await tx.execute(query, {"drop_id": drop_id, "user_id": user_id, "has_left": has_left})


async def delete_agreement(tx: Connection, drop_id: int, user_id: int) -> None:
    """Take a wish for a reveal back."""
    query = sa.delete(agreements).where(agreements.c.drop_id == drop_id, agreements.c.user_id == user_id)
    await tx.execute(query)


async def list_agreements(tx: Connection, drop_id: int) -> tuple[set[int], set[int]]:
    """Return who wishes a question's reveal now, and who has left the server without wishing it."""
    query = sa.select(agreements.c.user_id, agreements.c.has_left).where(agreements.c.drop_id == drop_id)
    rows = await fetch(tx, query)
    return (
        {row["user_id"] for row in rows if not row["has_left"]},
        {row["user_id"] for row in rows if row["has_left"]},
    )

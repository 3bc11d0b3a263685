"""The SQL of single drops: what is open, what stands in Discord, what has to be edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, News, announce, fetch, fetch_one
from bot.features.drops.store.tables import Drop, drop_of, drops

NEXT_DISCUSSION = sa.select(sa.func.coalesce(sa.func.max(drops.c.discussion), 0) + 1).where(
    drops.c.guild_id == sa.bindparam("of_guild")
)
NEXT_NUMBER = sa.select(sa.func.coalesce(sa.func.max(drops.c.number), 0) + 1).where(
    drops.c.guild_id == sa.bindparam("of_guild")
)
INSERT_DROP = insert(drops).on_conflict_do_nothing().returning(drops.c.id)
UPDATE_DROP = sa.update(drops).where(drops.c.id == sa.bindparam("of_drop"))
GET_DROP = sa.select(drops).where(drops.c.id == sa.bindparam("of_drop"))
LIST_OPEN_DROPS = (
    sa.select(drops)
    .where(drops.c.guild_id == sa.bindparam("of_guild"), drops.c.state == "open")
    .order_by(drops.c.discussion.is_not(None), drops.c.opened_at)
)
FIND_DROP = (
    sa.select(drops)
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        drops.c.message_id.is_not(None),
        sa.or_(
            drops.c.room_id == sa.bindparam("of_place"),
            drops.c.message_id == sa.bindparam("of_place"),
            sa.and_(drops.c.channel_id == sa.bindparam("of_place"), drops.c.state == "open"),
        ),
    )
    # In a channel with several open questions a message answers the one that is answered by writing, and
    # rather the day's than one that is discussed besides.
    .order_by(
        sa.case((drops.c.kind == "choice", 1), else_=0), drops.c.discussion.is_not(None), drops.c.id.desc()
    )
    .limit(1)
)
LIST_THESE = sa.select(drops).where(drops.c.id.in_(sa.bindparam("these", expanding=True)))
LIST_STALE = sa.select(drops).where(
    drops.c.revision > drops.c.shown_revision, drops.c.message_id.is_not(None)
)
LIST_STALE_REVEALS = sa.select(drops).where(
    drops.c.reveal_revision > drops.c.reveal_shown, drops.c.reveal_message_id.is_not(None)
)
REVEAL_AGAIN = UPDATE_DROP.values(reveal_revision=drops.c.reveal_revision + 1)
COUNT_ANSWER = UPDATE_DROP.values(
    answered=drops.c.answered + sa.bindparam("by"), revision=drops.c.revision + 1
)


async def next_number(tx: Connection, guild_id: int) -> int:
    """Return the next question number of a server, counted from 1."""
    return (await tx.execute(NEXT_NUMBER, {"of_guild": guild_id})).scalar_one()


async def next_discussion(tx: Connection, guild_id: int) -> int:
    """Return the number of a server's next discussion, counted from 1."""
    return (await tx.execute(NEXT_DISCUSSION, {"of_guild": guild_id})).scalar_one()


async def add_drop(tx: Connection, row: dict[str, Any]) -> int | None:
    """Write a drop; None where the schedule has one on that local date."""
    return (await tx.execute(INSERT_DROP, {"answered": 0, "revision": 0, "shown_revision": 0} | row)).scalar()


async def set_drop(tx: Connection, drop_id: int, **values: Any) -> None:
    """Change columns of a drop."""
    announce(tx, News.STALE)
    await tx.execute(UPDATE_DROP.values(**values), {"of_drop": drop_id})


async def get_drop(tx: Connection, drop_id: int) -> Drop | None:
    """Return a drop."""
    row = await fetch_one(tx, GET_DROP, {"of_drop": drop_id})
    return None if row is None else drop_of(row)


async def list_open_drops(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that can be answered for points now."""
    return [drop_of(row) for row in await fetch(tx, LIST_OPEN_DROPS, {"of_guild": guild_id})]


async def list_these(tx: Connection, drop_ids: Sequence[int]) -> list[Drop]:
    """Return the drops with these ids, in no order."""
    return [drop_of(row) for row in await fetch(tx, LIST_THESE, {"these": list(drop_ids)})]


async def find_drop(tx: Connection, guild_id: int, place_id: int) -> Drop | None:
    """Return the newest drop whose room, message or channel (while open) has this id.

    In a channel the written questions come first.
    """
    row = await fetch_one(tx, FIND_DROP, {"of_guild": guild_id, "of_place": place_id})
    return None if row is None else drop_of(row)


async def list_stale(tx: Connection) -> list[Drop]:
    """Return the drops whose message does not show their newest state."""
    return [drop_of(row) for row in await fetch(tx, LIST_STALE)]


async def list_stale_reveals(tx: Connection) -> list[Drop]:
    """Return the drops whose reveal does not show its newest state."""
    return [drop_of(row) for row in await fetch(tx, LIST_STALE_REVEALS)]


async def count_answer(tx: Connection, drop_id: int, by: int) -> None:
    """Add `by` to a drop's live answers."""
    announce(tx, News.STALE)
    await tx.execute(COUNT_ANSWER, {"of_drop": drop_id, "by": by})


async def reveal_again(tx: Connection, drop_id: int) -> None:
    """Have a drop's reveal edited: what it says of the answers has changed."""
    announce(tx, News.STALE)
    await tx.execute(REVEAL_AGAIN, {"of_drop": drop_id})

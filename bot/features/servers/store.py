"""The table `departures`, and deleting all that belongs to one server, from whichever table.

What belongs to a server is read from the metadata: rows with its guild_id, and rows that refer to such rows
by a foreign key. So a new table is deleted too, without a word here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, News, announce, fetch, metadata, table

departures = table(
    "departures",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("left_at", Moment, nullable=False),
    sa.Column("deleting", Flag, nullable=False, server_default="0"),
)
# Whose rows belong to no server: the bundled questions, and what was said in direct messages.
NOBODY = 0
# Where a person has been if they have practised or scored in a server.
TRACES = ("item_answers", "practice_sessions", "answers", "totals")


@dataclass(frozen=True, slots=True)
class Departure:
    """A server that the bot has left; `deleting` says that some of its data is gone already."""

    guild_id: int
    left_at: datetime
    deleting: bool


async def add(tx: Connection, guild_id: int, now: datetime) -> bool:
    """Record that the bot has left a server; False where that is known."""
    query = insert(departures).on_conflict_do_nothing(index_elements=["guild_id"])
    return (await tx.execute(query, {"guild_id": guild_id, "left_at": now})).rowcount == 1


async def list_all(tx: Connection) -> list[Departure]:
    """Return the servers that the bot has left, the one that went first first."""
    query = sa.select(departures).order_by(departures.c.left_at)
    return [Departure(**row) for row in await fetch(tx, query)]


async def begin_deleting(tx: Connection, guild_id: int) -> None:
    """Record that a server's data is being deleted: from here on there is no way back."""
    await tx.execute(sa.update(departures).where(departures.c.guild_id == guild_id).values(deleting=True))


async def remove(tx: Connection, guild_id: int) -> None:
    """Forget that the bot had left a server."""
    announce(tx, News.SERVERS)
    await tx.execute(sa.delete(departures).where(departures.c.guild_id == guild_id))


async def list_known(tx: Connection) -> set[int]:
    """Return the servers of which there is anything in any table."""
    named = [t for t in metadata.sorted_tables if "guild_id" in t.c and t is not departures]
    query = sa.union(*(sa.select(t.c.guild_id) for t in named))
    return {row.guild_id for row in await tx.execute(query)} - {NOBODY}


def tables() -> list[sa.Table]:
    """Return the tables with rows of servers, each before those that it refers to."""
    whole = [t for t in reversed(metadata.sorted_tables) if t is not departures]
    return [t for t in whole if belongs(t, NOBODY) is not None]


def belongs(of: sa.Table, guild_id: int) -> sa.ColumnElement[bool] | None:
    """Return the condition under which a row is a server's; None for a table that knows no server."""
    found: list[sa.ColumnElement[bool]] = []
    if "guild_id" in of.c:
        found.append(of.c.guild_id == guild_id)
    for key in of.foreign_keys:
        parent = key.column.table
        condition = belongs(parent, guild_id)
        if condition is not None and key.parent.name != "guild_id":
            found.append(key.parent.in_(sa.select(key.column).where(condition)))
    return sa.or_(*found) if found else None


async def delete_cards(tx: Connection, guild_id: int, most: int) -> int:
    """Delete practice cards of people who were in this server and of whom no other knows; return how many.

    Cards have no server: who practises in two has the same ones in both.
    """
    cards, item_answers, sessions = (
        metadata.tables[name] for name in ("cards", "item_answers", "practice_sessions")
    )
    were_here = sa.union(
        *(sa.select(t.c.user_id).where(t.c.guild_id == guild_id) for t in (item_answers, sessions))
    )
    elsewhere = (metadata.tables[name] for name in TRACES)
    known = sa.or_(
        *(
            sa.exists().where(t.c.user_id == cards.c.user_id, t.c.guild_id != guild_id).correlate(cards)
            for t in elsewhere
        )
    )
    return await _delete_some(tx, cards, sa.and_(cards.c.user_id.in_(were_here), ~known), most)


async def delete_points(tx: Connection, guild_id: int, people: int) -> int:
    """Delete ledger and totals of some people of a server; return how many rows.

    Both at once: what is left is at every moment what the ledger adds up to.
    """
    ledger, totals = metadata.tables["ledger"], metadata.tables["totals"]
    query = sa.union(*(sa.select(t.c.user_id).where(t.c.guild_id == guild_id) for t in (ledger, totals)))
    users = [row.user_id for row in await tx.execute(query.limit(people))]
    if not users:
        return 0
    results = [
        await tx.execute(sa.delete(t).where(t.c.guild_id == guild_id, t.c.user_id.in_(users)))
        for t in (ledger, totals)
    ]
    return sum(result.rowcount for result in results)


async def delete_rows(tx: Connection, of: sa.Table, guild_id: int, most: int) -> int:
    """Delete rows of a server from a table, `most` at a time; return how many."""
    condition = belongs(of, guild_id)
    return 0 if condition is None else await _delete_some(tx, of, condition, most)


async def _delete_some(tx: Connection, of: sa.Table, condition: sa.ColumnElement[bool], most: int) -> int:
    key: Sequence[sa.Column[int]] = list(of.primary_key)
    wanted = sa.select(*key).where(condition).limit(most)
    where = key[0].in_(wanted) if len(key) == 1 else sa.tuple_(*key).in_(wanted)
    return (await tx.execute(sa.delete(of).where(where))).rowcount

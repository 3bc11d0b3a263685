"""What was asked: of a schedule, in a server, lately."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from bot.db import Connection, fetch, fetch_one
from bot.features.drops.store.tables import Drop, drop_of, drops, schedules
from bot.features.schedules.rules import DropKind

LIST_REVIEWABLE = (
    sa.select(drops)
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        drops.c.kind == "open",
        sa.or_(
            drops.c.state == "open",
            sa.and_(drops.c.state == "revealed", drops.c.revealed_at > sa.bindparam("since")),
        ),
    )
    .order_by(drops.c.id.desc())
)
LIST_ASKED = (
    sa.select(drops)
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        sa.or_(drops.c.number.is_not(None), drops.c.discussion.is_not(None)),
        sa.or_(drops.c.state.in_(("open", "revealed")), drops.c.message_id.is_not(None)),
    )
    .order_by(drops.c.id.desc())
)
HAS_DROP_ON = sa.select(drops.c.id).where(
    drops.c.schedule_id == sa.bindparam("of_schedule"), drops.c.local_date == sa.bindparam("of_date")
)
LAST_DROP_OF = (
    sa.select(drops)
    .where(drops.c.schedule_id == sa.bindparam("of_schedule"), drops.c.number.is_not(None))
    .order_by(drops.c.id.desc())
    .limit(1)
)
# A question that lapsed before anybody saw it was not asked; its number is free again.
LAST_CATEGORY = (
    sa.select(drops.c.category)
    .where(drops.c.guild_id == sa.bindparam("of_guild"), drops.c.number.is_not(None))
    .order_by(drops.c.number.desc())
    .limit(1)
)
# What was discussed is known: as the question of the day it would be a repetition.
USES = (
    sa.select(drops.c.question_id, sa.func.count().label("times"), sa.func.max(drops.c.id).label("last"))
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        sa.or_(drops.c.number.is_not(None), drops.c.message_id.is_not(None)),
    )
    .group_by(drops.c.question_id)
)
LIST_DISCUSSIONS = (
    sa.select(drops, schedules.c.created_by)
    .join(schedules, schedules.c.id == drops.c.schedule_id)
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        drops.c.discussion.is_not(None),
        sa.or_(drops.c.state.in_(("planned", "open")), drops.c.due_at >= sa.bindparam("since")),
    )
    .order_by(drops.c.id)
)
WAS_ASKED = (
    sa.select(drops.c.id)
    .where(
        drops.c.guild_id == sa.bindparam("of_guild"),
        drops.c.question_id == sa.bindparam("of_question"),
        drops.c.message_id.is_not(None),
        drops.c.id != sa.bindparam("but_not"),
    )
    .limit(1)
)
LIST_BEING_ASKED = (
    sa.select(drops)
    .where(drops.c.guild_id == sa.bindparam("of_guild"), drops.c.state.in_(("planned", "open")))
    .order_by(drops.c.id)
)
RECENT_ANSWERED = (
    sa.select(drops.c.answered)
    .where(
        drops.c.schedule_id == sa.bindparam("of_schedule"),
        drops.c.kind == sa.bindparam("of_kind"),
        drops.c.state == "revealed",
    )
    .order_by(drops.c.id.desc())
    .limit(10)
)
LIST_RECENT_DROPS = (
    sa.select(drops)
    .where(drops.c.schedule_id == sa.bindparam("of_schedule"))
    .order_by(drops.c.id.desc())
    .limit(sa.bindparam("most"))
)


async def list_discussions(tx: Connection, guild_id: int, since: datetime) -> list[tuple[Drop, int]]:
    """Return what is discussed now and what was begun since a moment, each with the id of its starter."""
    rows = await fetch(tx, LIST_DISCUSSIONS, {"of_guild": guild_id, "since": since})
    return [(drop_of({k: v for k, v in row.items() if k != "created_by"}), row["created_by"]) for row in rows]


async def list_being_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that are open in a server or on their way into it."""
    return [drop_of(row) for row in await fetch(tx, LIST_BEING_ASKED, {"of_guild": guild_id})]


async def was_asked(tx: Connection, guild_id: int, question_id: int, *, but_not: int = 0) -> bool:
    """Say whether a server has seen a question, other than by the drop `but_not`."""
    key = {"of_guild": guild_id, "of_question": question_id, "but_not": but_not}
    return (await tx.execute(WAS_ASKED, key)).scalar() is not None


async def list_reviewable(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return the written questions that are open or were revealed after `since`, the newest first."""
    return [drop_of(row) for row in await fetch(tx, LIST_REVIEWABLE, {"of_guild": guild_id, "since": since})]


async def list_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return all questions that a server ever saw, the newest first."""
    return [drop_of(row) for row in await fetch(tx, LIST_ASKED, {"of_guild": guild_id})]


async def has_drop_on(tx: Connection, schedule_id: int, local_date: date) -> bool:
    """Say whether a schedule has had its question on a local date, or leaves it out."""
    key = {"of_schedule": schedule_id, "of_date": local_date.isoformat()}
    return (await tx.execute(HAS_DROP_ON, key)).scalar() is not None


async def last_drop_of(tx: Connection, schedule_id: int) -> Drop | None:
    """Return the last drop of a schedule that has a question."""
    row = await fetch_one(tx, LAST_DROP_OF, {"of_schedule": schedule_id})
    return None if row is None else drop_of(row)


async def list_recent_drops(tx: Connection, schedule_id: int, most: int) -> list[Drop]:
    """Return the newest drops of a schedule, the skipped ones included."""
    rows = await fetch(tx, LIST_RECENT_DROPS, {"of_schedule": schedule_id, "most": most})
    return [drop_of(row) for row in rows]


async def last_category(tx: Connection, guild_id: int) -> str | None:
    """Return the category of the server's last question."""
    return (await tx.execute(LAST_CATEGORY, {"of_guild": guild_id})).scalar()


async def uses(tx: Connection, guild_id: int) -> dict[int, tuple[int, int]]:
    """Map question_id to (times asked, id of the last drop) in a server."""
    rows = await tx.execute(USES, {"of_guild": guild_id})
    return {row.question_id: (row.times, row.last) for row in rows}


async def recent_answered(tx: Connection, schedule_id: int, kind: DropKind) -> list[int]:
    """Return how many answered each of the last ten revealed drops of a kind."""
    key = {"of_schedule": schedule_id, "of_kind": kind}
    return [row.answered for row in await tx.execute(RECENT_ANSWERED, key)]

"""The table `posts` and its SQL: one row for each message the bot posts on its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, News, announce, columns, fetch, fetch_one, set_row, table
from bot.gateway.budget import Priority
from bot.outbox import rules

State = Literal["pending", "sending", "sent", "skipped", "failed"]

posts = table(
    "posts",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("part", Id, nullable=False),
    sa.Column("channel_id", Id, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("not_after", Moment, nullable=False),
    sa.Column("next_try_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("message_id", Id),
    sa.Column("attempts", Id, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("priority", Id, nullable=False, server_default=str(Priority.POST.value)),
    sa.UniqueConstraint("kind", "subject_id", "part"),
    sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'skipped', 'failed')", name="state"),
    sa.Index("ix_posts_state_priority_next_try_at", "state", "priority", "next_try_at"),
    sa.Index("ix_posts_guild_id_state", "guild_id", "state"),
    sqlite_autoincrement=True,
)
OPEN: tuple[State, ...] = ("pending", "sending")
_OPEN = posts.c.state.in_(OPEN)
# What the dispatcher asks for each post is built once: that costs more than to run it.
_MOMENT = posts.c.next_try_at.type
_INSERT = insert(posts).on_conflict_do_nothing(index_elements=["kind", "subject_id", "part"])
_DUE = (
    sa.select(posts.c.next_try_at, posts.c.id, posts.c.guild_id, posts.c.channel_id)
    .where(
        posts.c.state == sa.bindparam("state"),
        posts.c.priority == sa.bindparam("priority"),
        posts.c.next_try_at <= sa.bindparam("now", type_=_MOMENT),
    )
    .order_by(posts.c.next_try_at)
    .limit(sa.bindparam("most"))
)
_DUE_LANES = (
    sa.select(posts.c.guild_id, posts.c.channel_id)
    .where(
        _OPEN,
        posts.c.priority == sa.bindparam("priority"),
        posts.c.next_try_at <= sa.bindparam("now", type_=_MOMENT),
    )
    .group_by(posts.c.guild_id, posts.c.channel_id)
    .order_by(sa.func.min(posts.c.next_try_at), posts.c.guild_id, posts.c.channel_id)
)
_NEXT_DUE = (
    sa.select(posts)
    .where(
        _OPEN,
        posts.c.next_try_at <= sa.bindparam("now", type_=_MOMENT),
        posts.c.guild_id == sa.bindparam("guild_id"),
        posts.c.channel_id == sa.bindparam("channel_id"),
    )
    .order_by(posts.c.due_at, posts.c.id)
    .limit(1)
)
# One look into the index for each state and priority: a minimum over all would read every open post.
_NEXT_AT = sa.select(
    *(
        sa.select(posts.c.next_try_at)
        .where(
            posts.c.state == state,
            posts.c.priority == priority.value,
            posts.c.next_try_at > sa.bindparam("now", type_=_MOMENT),
        )
        .order_by(posts.c.next_try_at)
        .limit(1)
        .scalar_subquery()
        for state in OPEN
        for priority in rules.PRIORITIES
    )
)
_CLAIM = (
    sa.update(posts)
    .where(
        posts.c.id == sa.bindparam("post_id"),
        posts.c.state == sa.bindparam("seen_state"),
        posts.c.attempts == sa.bindparam("seen_attempts"),
    )
    .values(
        state="sending",
        claimed_at=sa.bindparam("now", type_=_MOMENT),
        next_try_at=sa.bindparam("next", type_=_MOMENT),
        attempts=posts.c.attempts + 1,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """What is to be posted, where and until when; (kind, subject_id, part) names it once and for all."""

    guild_id: int
    kind: str
    subject_id: int
    part: int
    channel_id: int
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """One row: what is to be posted, where, until when, and how far it has come.

    `channel_id` is where it goes (a direct message has 0). `reason` says why it waits, was skipped or failed.
    """

    id: int
    guild_id: int
    kind: str
    subject_id: int
    part: int
    channel_id: int
    due_at: datetime
    not_after: datetime
    next_try_at: datetime
    state: State
    claimed_at: datetime | None
    message_id: int | None
    attempts: int
    reason: str | None
    priority: int = Priority.POST.value


async def insert_post(tx: Connection, new: NewPost) -> bool:
    """Write a pending row; False where (kind, subject_id, part) exists already."""
    announce(tx, News.POSTS)
    row = columns(new) | {"state": "pending", "attempts": 0, "next_try_at": new.due_at}
    row["priority"] = rules.priority(new.kind).value
    return (await tx.execute(_INSERT, row)).rowcount == 1


async def list_first_due_lanes(
    tx: Connection, priority: Priority, now: datetime, most: int
) -> list[tuple[int, int]]:
    """Return the (guild_id, channel_id) of what is due with a priority, the longest due first.

    A channel stands there once for each of its posts. Of either state `most` are read.
    """
    found: list[tuple[datetime, int, int, int]] = []
    for state in OPEN:
        rows = await tx.execute(_DUE, {"state": state, "priority": priority.value, "now": now, "most": most})
        found += [(row.next_try_at, row.id, row.guild_id, row.channel_id) for row in rows]
    return [(guild_id, channel_id) for _, _, guild_id, channel_id in sorted(found)]


async def list_due_lanes(tx: Connection, priority: Priority, now: datetime) -> list[tuple[int, int]]:
    """Return every (guild_id, channel_id) with something due of a priority, each once, the longest due first.

    It reads all that is due.
    """
    rows = await tx.execute(_DUE_LANES, {"priority": priority.value, "now": now})
    return [(row.guild_id, row.channel_id) for row in rows]


async def next_due(tx: Connection, lane: tuple[int, int], now: datetime) -> Post | None:
    """Return what is due first in one lane."""
    guild_id, channel_id = lane
    row = await fetch_one(tx, _NEXT_DUE, {"guild_id": guild_id, "channel_id": channel_id, "now": now})
    return None if row is None else Post(**row)


async def next_at_after(tx: Connection, now: datetime) -> datetime | None:
    """Return the first moment after `now` at which an open post wants attention."""
    found = (await tx.execute(_NEXT_AT, {"now": now})).one()
    return min((at for at in found if at is not None), default=None)


async def claim(tx: Connection, post: Post, now: datetime) -> bool:
    """Take the row if nobody else has since it was read; should this process die, it is looked at soon."""
    again_at = rules.next_try_at(post.attempts + 1, now, post.not_after)
    seen = {"post_id": post.id, "seen_state": post.state, "seen_attempts": post.attempts}
    result = await tx.execute(_CLAIM, {**seen, "now": now, "next": again_at})
    return result.rowcount == 1


async def mark(tx: Connection, post_id: int, **values: Any) -> None:
    """Set columns of one row."""
    await set_row(tx, posts, post_id, **values)


async def get_post(tx: Connection, kind: str, subject_id: int, part: int = 0) -> Post | None:
    """Return one row by what it is about."""
    query = sa.select(posts).where(
        posts.c.kind == kind, posts.c.subject_id == subject_id, posts.c.part == part
    )
    row = await fetch_one(tx, query)
    return None if row is None else Post(**row)


async def next_part(tx: Connection, kind: str, subject_id: int) -> int:
    """Return the part number that a further post about the same thing gets, counted from 0."""
    query = sa.select(sa.func.coalesce(sa.func.max(posts.c.part) + 1, 0)).where(
        posts.c.kind == kind, posts.c.subject_id == subject_id
    )
    return (await tx.execute(query)).scalar_one()


async def list_struggling(tx: Connection, guild_id: int) -> list[Post]:
    """Return the posts of a server that were tried and have not gone out yet."""
    query = (
        sa.select(posts)
        .where(posts.c.guild_id == guild_id, _OPEN, posts.c.attempts > 0)
        .order_by(posts.c.due_at)
        .limit(25)
    )
    return [Post(**row) for row in await fetch(tx, query)]


async def retry_guild(tx: Connection, guild_id: int, now: datetime) -> int:
    """Make every waiting post of a server due now; return how many."""
    announce(tx, News.POSTS)
    query = sa.update(posts).where(
        posts.c.guild_id == guild_id,
        posts.c.state == "pending",
        posts.c.attempts > 0,
        posts.c.due_at <= now,
    )
    return (await tx.execute(query.values(next_try_at=now))).rowcount


async def retry_waiting(tx: Connection, channel_id: int, why: str, now: datetime) -> None:
    """Make the posts of one channel that wait for `why` due now."""
    announce(tx, News.POSTS)
    query = sa.update(posts).where(
        posts.c.channel_id == channel_id, posts.c.state == "pending", posts.c.reason == why
    )
    await tx.execute(query.values(next_try_at=now))


def _change_pending(kind: str, subject_id: int) -> sa.Update:
    """Return an update of what still waits of one subject; its values are the caller's."""
    return sa.update(posts).where(
        posts.c.kind == kind, posts.c.subject_id == subject_id, posts.c.state == "pending"
    )


async def move(tx: Connection, kind: str, subject_id: int, channel_id: int) -> None:
    """Send what is still pending to another channel."""
    announce(tx, News.POSTS)
    await tx.execute(_change_pending(kind, subject_id).values(channel_id=channel_id))


async def release(
    tx: Connection, kind: str, subject_ids: Collection[int], channel_id: int, now: datetime
) -> None:
    """Send what is still pending of these subjects to the channel that it waited for: it is due now."""
    announce(tx, News.POSTS)
    query = sa.update(posts).where(
        posts.c.kind == kind, posts.c.subject_id.in_(subject_ids), posts.c.state == "pending"
    )
    await tx.execute(query.values(channel_id=channel_id, due_at=now, next_try_at=now))


async def hasten(tx: Connection, kind: str, subject_id: int, now: datetime) -> bool:
    """Make a post that waits for its time due now; False where its time has come already."""
    announce(tx, News.POSTS)
    query = _change_pending(kind, subject_id).where(posts.c.due_at > now)
    return (await tx.execute(query.values(due_at=now, next_try_at=now))).rowcount > 0


async def skip(tx: Connection, kind: str, subject_id: int, why: str) -> None:
    """Take back what is still pending."""
    await tx.execute(_change_pending(kind, subject_id).values(state="skipped", reason=why))

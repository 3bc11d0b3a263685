"""The table `posts` and its SQL: one row for each message the bot posts on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, News, announce, fetch, fetch_one, table

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
    sa.UniqueConstraint("kind", "subject_id", "part"),
    sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'skipped', 'failed')", name="state"),
    sa.Index("ix_posts_state_next_try_at", "state", "next_try_at"),
    sa.Index("ix_posts_guild_id_state", "guild_id", "state"),
    sqlite_autoincrement=True,
)


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


_OPEN = posts.c.state.in_(("pending", "sending"))
INSERT = insert(posts).on_conflict_do_nothing(index_elements=["kind", "subject_id", "part"])
LIST_DUE_LANES = (
    sa.select(posts.c.guild_id, posts.c.channel_id)
    .where(_OPEN, posts.c.next_try_at <= sa.bindparam("now"))
    .distinct()
)
LIST_DUE = (
    sa.select(posts)
    .where(
        _OPEN,
        posts.c.next_try_at <= sa.bindparam("now"),
        posts.c.guild_id == sa.bindparam("lane_guild"),
        posts.c.channel_id == sa.bindparam("lane_channel"),
    )
    .order_by(posts.c.due_at, posts.c.id)
    .limit(50)
)
NEXT_AT_BY_LANE = (
    sa.select(posts.c.guild_id, posts.c.channel_id, sa.func.min(posts.c.next_try_at).label("at"))
    .where(_OPEN)
    .group_by(posts.c.guild_id, posts.c.channel_id)
)
CLAIM = (
    sa.update(posts)
    .where(
        posts.c.id == sa.bindparam("post_id"),
        posts.c.state == sa.bindparam("old_state"),
        posts.c.attempts == sa.bindparam("old_attempts"),
    )
    .values(state="sending", claimed_at=sa.bindparam("now"), attempts=posts.c.attempts + 1)
)
MARK = sa.update(posts).where(posts.c.id == sa.bindparam("post_id"))
GET = sa.select(posts).where(
    posts.c.kind == sa.bindparam("post_kind"),
    posts.c.subject_id == sa.bindparam("post_subject"),
    posts.c.part == sa.bindparam("post_part"),
)
NEXT_PART = sa.select(sa.func.coalesce(sa.func.max(posts.c.part) + 1, 0)).where(
    posts.c.kind == sa.bindparam("post_kind"), posts.c.subject_id == sa.bindparam("post_subject")
)
LIST_OPEN_OF_GUILD = (
    sa.select(posts)
    .where(posts.c.guild_id == sa.bindparam("of_guild"), _OPEN, posts.c.attempts > 0)
    .order_by(posts.c.due_at)
    .limit(25)
)
RETRY_GUILD = (
    sa.update(posts)
    .where(
        posts.c.guild_id == sa.bindparam("of_guild"),
        posts.c.state == "pending",
        posts.c.attempts > 0,
        posts.c.due_at <= sa.bindparam("now"),
    )
    .values(next_try_at=sa.bindparam("now"))
)
RETRY_WAITING = (
    sa.update(posts)
    .where(
        posts.c.channel_id == sa.bindparam("of_channel"),
        posts.c.state == "pending",
        posts.c.reason == sa.bindparam("why"),
    )
    .values(next_try_at=sa.bindparam("now"))
)
MOVE = (
    sa.update(posts)
    .where(
        posts.c.kind == sa.bindparam("post_kind"),
        posts.c.subject_id == sa.bindparam("post_subject"),
        posts.c.state == "pending",
    )
    .values(channel_id=sa.bindparam("to_channel"))
)
HASTEN = (
    sa.update(posts)
    .where(
        posts.c.kind == sa.bindparam("post_kind"),
        posts.c.subject_id == sa.bindparam("post_subject"),
        posts.c.state == "pending",
        posts.c.due_at > sa.bindparam("now"),
    )
    .values(due_at=sa.bindparam("now"), next_try_at=sa.bindparam("now"))
)
DROP = (
    sa.update(posts)
    .where(
        posts.c.kind == sa.bindparam("post_kind"),
        posts.c.subject_id == sa.bindparam("post_subject"),
        posts.c.state == "pending",
    )
    .values(state="skipped", reason=sa.bindparam("why"))
)


async def insert_post(tx: Connection, row: dict[str, Any]) -> bool:
    """Write a pending row; False where (kind, subject_id, part) exists already."""
    announce(tx, News.DUE)
    result = await tx.execute(INSERT, row | {"state": "pending", "attempts": 0, "next_try_at": row["due_at"]})
    return result.rowcount == 1


async def list_due_lanes(tx: Connection, now: datetime) -> list[tuple[int, int]]:
    """Return the (guild_id, channel_id) pairs that have something due."""
    return [(row.guild_id, row.channel_id) for row in await tx.execute(LIST_DUE_LANES, {"now": now})]


async def list_due(tx: Connection, lane: tuple[int, int], now: datetime) -> list[Post]:
    """Return what is due in one lane, the earliest first."""
    rows = await fetch(tx, LIST_DUE, {"now": now, "lane_guild": lane[0], "lane_channel": lane[1]})
    return [Post(**row) for row in rows]


async def next_at_by_lane(tx: Connection) -> dict[tuple[int, int], datetime]:
    """Map each lane with open posts to when the next of them wants attention."""
    return {(row["guild_id"], row["channel_id"]): row["at"] for row in await fetch(tx, NEXT_AT_BY_LANE)}


async def claim(tx: Connection, post: Post, now: datetime) -> bool:
    """Take the row if nobody else has since it was read."""
    values = {"post_id": post.id, "old_state": post.state, "old_attempts": post.attempts, "now": now}
    return (await tx.execute(CLAIM, values)).rowcount == 1


async def mark(tx: Connection, post_id: int, **values: Any) -> None:
    """Set columns of one row."""
    await tx.execute(MARK.values(**values), {"post_id": post_id})


async def get_post(tx: Connection, kind: str, subject_id: int, part: int = 0) -> Post | None:
    """Return one row by what it is about."""
    key = {"post_kind": kind, "post_subject": subject_id, "post_part": part}
    row = await fetch_one(tx, GET, key)
    return None if row is None else Post(**row)


async def next_part(tx: Connection, kind: str, subject_id: int) -> int:
    """Return the part number that a further post about the same thing gets, counted from 0."""
    return (await tx.execute(NEXT_PART, {"post_kind": kind, "post_subject": subject_id})).scalar_one()


async def list_struggling(tx: Connection, guild_id: int) -> list[Post]:
    """Return the posts of a server that were tried and have not gone out yet."""
    return [Post(**row) for row in await fetch(tx, LIST_OPEN_OF_GUILD, {"of_guild": guild_id})]


async def retry_guild(tx: Connection, guild_id: int, now: datetime) -> int:
    """Make every waiting post of a server due now; return how many."""
    announce(tx, News.DUE)
    return (await tx.execute(RETRY_GUILD, {"of_guild": guild_id, "now": now})).rowcount


async def retry_waiting(tx: Connection, channel_id: int, why: str, now: datetime) -> None:
    """Make the posts of one channel that wait for `why` due now."""
    announce(tx, News.DUE)
    await tx.execute(RETRY_WAITING, {"of_channel": channel_id, "why": why, "now": now})


async def move(tx: Connection, kind: str, subject_id: int, channel_id: int) -> None:
    """Send what is still pending to another channel."""
    announce(tx, News.DUE)
    await tx.execute(MOVE, {"post_kind": kind, "post_subject": subject_id, "to_channel": channel_id})


async def hasten(tx: Connection, kind: str, subject_id: int, now: datetime) -> bool:
    """Make a post that waits for its time due now; False where its time has come already."""
    announce(tx, News.DUE)
    key = {"post_kind": kind, "post_subject": subject_id, "now": now}
    return (await tx.execute(HASTEN, key)).rowcount > 0


async def skip(tx: Connection, kind: str, subject_id: int, why: str) -> None:
    """Take back what is still pending."""
    await tx.execute(DROP, {"post_kind": kind, "post_subject": subject_id, "why": why})

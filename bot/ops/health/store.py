"""The SQL of the figures: how many posts wait, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.db import Connection, Id, Moment, fetch

_posts = sa.table(
    "posts",
    sa.column("guild_id", Id),
    sa.column("state", sa.Text),
    sa.column("due_at", Moment),
    sa.column("reason", sa.Text),
)
_departures = sa.table("departures", sa.column("guild_id", Id))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Posts that have not gone out: how many, and when the first of them was or is due.

    `state` is ahead (its time has not come), due, or held (it waits for somebody or something else).
    """

    state: str
    posts: int
    due_at: datetime


async def count_open(tx: Connection, now: datetime, ours: Sequence[str]) -> list[Waiting]:
    """Return what waits, by state; `ours` are the reasons that no organiser can mend."""
    state = sa.case(
        (_posts.c.due_at > now, "ahead"),
        (_posts.c.reason.is_(None), "due"),
        (_posts.c.reason.in_(ours), "due"),
        else_="held",
    )
    query = (
        sa.select(
            state.label("state"), sa.func.count().label("posts"), sa.func.min(_posts.c.due_at).label("due_at")
        )
        .where(
            _posts.c.state.in_(("pending", "sending")),
            # Nothing is sent to a server that the bot has left; what waits is kept in case it comes back.
            _posts.c.guild_id.not_in(sa.select(_departures.c.guild_id)),
        )
        .group_by(sa.text("1"))
    )
    return [Waiting(**row) for row in await fetch(tx, query)]

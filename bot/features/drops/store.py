"""The table of drops and its SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import (
    Connection,
    Id,
    Moment,
    News,
    Row,
    announce,
    columns,
    fetch,
    fetch_one,
    get_row,
    set_row,
    table,
)
from bot.features.drops.modes import ChannelKind, DropKind, Mode

DropState = Literal["planned", "open", "revealed", "skipped"]

drops = table(
    "drops",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("schedule_id", Id, sa.ForeignKey("schedules.id", name="fk_drops_schedule_id"), nullable=False),
    sa.Column("local_date", sa.Text),
    sa.Column("number", Id),
    sa.Column(
        "version_id", Id, sa.ForeignKey("question_versions.id", name="fk_drops_version_id"), nullable=True
    ),
    sa.Column("question_id", Id),
    sa.Column("category", sa.Text),
    sa.Column("kind", sa.Text, nullable=False, server_default="open"),
    sa.Column("shuffle", sa.Text),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("channel_id", Id, nullable=False),
    sa.Column("channel_kind", sa.Text, nullable=False),
    sa.Column("role_id", Id),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("reveal_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("message_id", Id),
    sa.Column("room_id", Id),
    sa.Column("reveal_message_id", Id),
    sa.Column("opened_at", Moment),
    sa.Column("revealed_at", Moment),
    sa.Column("answered", Id, nullable=False),
    sa.Column("revision", Id, nullable=False),
    sa.Column("shown_revision", Id, nullable=False),
    sa.Column("discussion", Id),
    sa.Column("reveal_revision", Id, nullable=False, server_default="0"),
    sa.Column("reveal_shown", Id, nullable=False, server_default="0"),
    sa.UniqueConstraint("schedule_id", "local_date"),
    sa.UniqueConstraint("guild_id", "number"),
    sa.CheckConstraint("state IN ('planned', 'open', 'revealed', 'skipped')", name="state"),
    sa.Index("ix_drops_guild_id_state", "guild_id", "state"),
    sa.Index(
        "uq_drops_discussion",
        "guild_id",
        "discussion",
        unique=True,
        sqlite_where=sa.text("discussion IS NOT NULL"),
        postgresql_where=sa.text("discussion IS NOT NULL"),
    ),
    sa.Index("ix_drops_room_id", "room_id"),
    sa.Index("ix_drops_message_id", "message_id"),
    sa.Index("ix_drops_stale", "id", sqlite_where=sa.text("revision > shown_revision")),
    sa.Index("ix_drops_reveal_stale", "id", sqlite_where=sa.text("reveal_revision > reveal_shown")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDrop:
    """A question to be written down, in the columns that are known then; `reason` says why it is skipped."""

    guild_id: int
    schedule_id: int
    channel_id: int
    channel_kind: ChannelKind
    mode: Mode
    due_at: datetime
    reveal_at: datetime
    state: Literal["planned", "skipped"] = "planned"
    kind: DropKind = "open"
    local_date: str | None = None
    number: int | None = None
    discussion: int | None = None
    version_id: int | None = None
    question_id: int | None = None
    category: str | None = None
    shuffle: str | None = None
    role_id: int | None = None
    reason: str | None = None
    answered: int = 0
    revision: int = 0
    shown_revision: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """One question posted (or to be posted) in one channel.

    `message_id` is the question's message, `room_id` its thread; `answered` counts the live answers (of a
    choice question: those who chose). `shuffle` is the order of a choice question's options.
    `number` counts the server's questions of the day; of what a member wanted discussed (`discussion` is
    not None) it is the number among the discussions.
    `revision` grows with each change that the message should show; `shown_revision` is what it shows;
    `reveal_revision` and `reveal_shown` say the same of its reveal.
    """

    id: int
    guild_id: int
    schedule_id: int
    local_date: str | None
    number: int | None
    version_id: int | None
    question_id: int | None
    category: str | None
    kind: DropKind
    shuffle: str | None
    mode: Mode
    channel_id: int
    channel_kind: ChannelKind
    role_id: int | None
    due_at: datetime
    reveal_at: datetime
    state: DropState
    reason: str | None
    message_id: int | None
    room_id: int | None
    reveal_message_id: int | None
    opened_at: datetime | None
    revealed_at: datetime | None
    answered: int
    revision: int
    shown_revision: int
    discussion: int | None = None
    reveal_revision: int = 0
    reveal_shown: int = 0

    @property
    def called(self) -> str:
        """Return what it is called in a sentence: "question 12" or "discussion 3"."""
        return f"{'question' if self.discussion is None else 'discussion'} {self.number}"


# What is asked for each question of many servers is built once: that costs more than to run it.
WAITED_FOR = ("planned", "open")
_INSERT = (
    insert(drops).on_conflict_do_nothing(index_elements=["schedule_id", "local_date"]).returning(drops.c.id)
)
_IN_GUILDS = drops.c.guild_id.in_(sa.bindparam("guild_ids", expanding=True))
_NEWEST = (
    sa.select(drops.c.guild_id, sa.func.max(drops.c.number).label("number"))
    .where(_IN_GUILDS)
    .group_by(drops.c.guild_id)
    .subquery()
)
_LAST = sa.select(drops.c.guild_id, drops.c.number, drops.c.category).join(
    _NEWEST, sa.and_(_NEWEST.c.guild_id == drops.c.guild_id, _NEWEST.c.number == drops.c.number)
)
# What was discussed is known: as the question of the day it would be a repetition.
_USES = (
    sa.select(
        drops.c.guild_id,
        drops.c.question_id,
        sa.func.count().label("times"),
        sa.func.max(drops.c.id).label("last"),
    )
    .where(_IN_GUILDS, sa.or_(drops.c.number.is_not(None), drops.c.message_id.is_not(None)))
    .group_by(drops.c.guild_id, drops.c.question_id)
)
_ASKING = sa.select(drops.c.guild_id, drops.c.question_id).where(_IN_GUILDS, drops.c.state.in_(WAITED_FOR))
_RECENT_ANSWERED = (
    sa.select(drops.c.answered)
    .where(
        drops.c.schedule_id == sa.bindparam("schedule_id"),
        drops.c.kind == sa.bindparam("kind"),
        drops.c.state == "revealed",
    )
    .order_by(drops.c.id.desc())
    .limit(10)
)


def drop_of(row: Row) -> Drop:
    """Return a drop from its row; a discussion has a number of its own."""
    number = row["number"] if row["discussion"] is None else row["discussion"]
    return Drop(**{**row, "number": number})


async def next_discussion(tx: Connection, guild_id: int) -> int:
    """Return the number of a server's next discussion, counted from 1."""
    query = sa.select(sa.func.coalesce(sa.func.max(drops.c.discussion), 0) + 1)
    return (await tx.execute(query.where(drops.c.guild_id == guild_id))).scalar_one()


async def add_drop(tx: Connection, new: NewDrop) -> int | None:
    """Write a drop; None where the schedule has one on that local date."""
    return (await tx.execute(_INSERT, columns(new))).scalar()


async def set_drop(tx: Connection, drop_id: int, **values: Any) -> None:
    """Change columns of a drop."""
    announce(tx, News.DROPS)
    await set_row(tx, drops, drop_id, **values)


async def get_drop(tx: Connection, drop_id: int) -> Drop | None:
    row = await get_row(tx, drops, drop_id)
    return None if row is None else drop_of(row)


async def list_open_drops(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that can be answered for points now."""
    query = (
        sa.select(drops)
        .where(drops.c.guild_id == guild_id, drops.c.state == "open")
        .order_by(drops.c.discussion.is_not(None), drops.c.opened_at)
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def list_these(tx: Connection, drop_ids: Sequence[int]) -> list[Drop]:
    """Return the drops with these ids, in no order."""
    query = sa.select(drops).where(drops.c.id.in_(drop_ids))
    return [drop_of(row) for row in await fetch(tx, query)]


async def find_drop(tx: Connection, guild_id: int, place_id: int) -> Drop | None:
    """Return the newest drop whose room, message or channel (while open) has this id.

    In a channel the written questions come first.
    """
    query = (
        sa.select(drops)
        .where(
            drops.c.guild_id == guild_id,
            drops.c.message_id.is_not(None),
            sa.or_(
                drops.c.room_id == place_id,
                drops.c.message_id == place_id,
                sa.and_(drops.c.channel_id == place_id, drops.c.state == "open"),
            ),
        )
        # In a channel with several open questions a message answers the one that is answered by writing, and
        # rather the day's than one that is discussed besides.
        .order_by(
            sa.case((drops.c.kind == "choice", 1), else_=0),
            drops.c.discussion.is_not(None),
            drops.c.id.desc(),
        )
        .limit(1)
    )
    row = await fetch_one(tx, query)
    return None if row is None else drop_of(row)


async def list_stale(tx: Connection) -> list[Drop]:
    """Return the drops whose message does not show their newest state."""
    query = sa.select(drops).where(drops.c.revision > drops.c.shown_revision, drops.c.message_id.is_not(None))
    return [drop_of(row) for row in await fetch(tx, query)]


async def list_stale_reveals(tx: Connection) -> list[Drop]:
    """Return the drops whose reveal does not show its newest state."""
    query = sa.select(drops).where(
        drops.c.reveal_revision > drops.c.reveal_shown, drops.c.reveal_message_id.is_not(None)
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def count_answer(tx: Connection, drop_id: int, by: int) -> None:
    """Add `by` to a drop's live answers."""
    await set_drop(tx, drop_id, answered=drops.c.answered + by, revision=drops.c.revision + 1)


async def reveal_again(tx: Connection, drop_id: int) -> None:
    """Have a drop's reveal edited: what it says of the answers has changed."""
    await set_drop(tx, drop_id, reveal_revision=drops.c.reveal_revision + 1)


async def list_discussions(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return what is discussed now and what was begun since a moment."""
    query = (
        sa.select(drops)
        .where(
            drops.c.guild_id == guild_id,
            drops.c.discussion.is_not(None),
            sa.or_(drops.c.state.in_(("planned", "open")), drops.c.due_at >= since),
        )
        .order_by(drops.c.id)
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def list_being_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that are open in a server or on their way into it."""
    query = (
        sa.select(drops)
        .where(drops.c.guild_id == guild_id, drops.c.state.in_(WAITED_FOR))
        .order_by(drops.c.id)
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def was_asked(tx: Connection, guild_id: int, question_id: int, *, but_not: int = 0) -> bool:
    """Return True if a server has seen a question, other than by the drop `but_not`."""
    query = (
        sa.select(drops.c.id)
        .where(
            drops.c.guild_id == guild_id,
            drops.c.question_id == question_id,
            drops.c.message_id.is_not(None),
            drops.c.id != but_not,
        )
        .limit(1)
    )
    return (await tx.execute(query)).scalar() is not None


async def list_reviewable(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return the written questions that are open or were revealed after `since`, the newest first."""
    query = (
        sa.select(drops)
        .where(
            drops.c.guild_id == guild_id,
            drops.c.kind == "open",
            sa.or_(
                drops.c.state == "open",
                sa.and_(drops.c.state == "revealed", drops.c.revealed_at > since),
            ),
        )
        .order_by(drops.c.id.desc())
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def list_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return all questions that a server ever saw, the newest first."""
    query = (
        sa.select(drops)
        .where(
            drops.c.guild_id == guild_id,
            sa.or_(drops.c.number.is_not(None), drops.c.discussion.is_not(None)),
            sa.or_(drops.c.state.in_(("open", "revealed")), drops.c.message_id.is_not(None)),
        )
        .order_by(drops.c.id.desc())
    )
    return [drop_of(row) for row in await fetch(tx, query)]


async def has_drop_on(tx: Connection, schedule_id: int, local_date: date) -> bool:
    """Return True if a schedule has had its question on a local date, or leaves it out."""
    query = sa.select(drops.c.id).where(
        drops.c.schedule_id == schedule_id, drops.c.local_date == local_date.isoformat()
    )
    return (await tx.execute(query)).scalar() is not None


async def last_drop_of(tx: Connection, schedule_id: int) -> Drop | None:
    """Return the last drop of a schedule that has a question."""
    query = (
        sa.select(drops)
        .where(drops.c.schedule_id == schedule_id, drops.c.number.is_not(None))
        .order_by(drops.c.id.desc())
        .limit(1)
    )
    row = await fetch_one(tx, query)
    return None if row is None else drop_of(row)


async def list_recent_drops(tx: Connection, schedule_id: int, most: int) -> list[Drop]:
    """Return the newest drops of a schedule, the skipped ones included."""
    query = sa.select(drops).where(drops.c.schedule_id == schedule_id).order_by(drops.c.id.desc()).limit(most)
    return [drop_of(row) for row in await fetch(tx, query)]


async def list_last(tx: Connection, guild_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """Return (guild_id, number, category) of each server's last question.

    A question that lapsed before anybody saw it was not asked; its number is free again.
    """
    rows = await tx.execute(_LAST, {"guild_ids": list(guild_ids)})
    return [(row.guild_id, row.number, row.category) for row in rows]


async def list_uses(tx: Connection, guild_ids: Collection[int]) -> list[tuple[int, int, int, int]]:
    """Return (guild_id, question_id, times asked, id of the last drop) of what these servers were asked."""
    rows = await tx.execute(_USES, {"guild_ids": list(guild_ids)})
    return [(row.guild_id, row.question_id, row.times, row.last) for row in rows]


async def list_asking(tx: Connection, guild_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return (guild_id, question_id) of what is open in these servers or on its way into them."""
    rows = await tx.execute(_ASKING, {"guild_ids": list(guild_ids)})
    return [(row.guild_id, row.question_id) for row in rows]


async def recent_answered(tx: Connection, schedule_id: int, kind: DropKind) -> list[int]:
    """Return how many answered each of the last ten revealed drops of a kind."""
    values = {"schedule_id": schedule_id, "kind": kind}
    return [row.answered for row in await tx.execute(_RECENT_ANSWERED, values)]

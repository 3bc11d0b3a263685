"""The tables of schedules, drops and problems and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.daily.recurrence import Recurrence
from bot.daily.rules import ChannelKind, DropKind, Kind, Mode
from bot.db import Connection, Flag, Id, Moment, News, Row, Words, announce, fetch, fetch_one, table

DropState = Literal["planned", "open", "revealed", "skipped"]

guilds = table(
    "guilds",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("log_channel_id", Id),
    sa.Column("anonymous_reviews", Flag, nullable=False, server_default="0"),
)
schedules = table(
    "schedules",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, sa.ForeignKey("guilds.guild_id", name="fk_schedules_guild_id"), nullable=False),
    sa.Column("channel_id", Id, nullable=False),
    sa.Column("channel_kind", sa.Text, nullable=False),
    sa.Column("minutes", Id, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("days", Id, nullable=False),
    sa.Column("categories", Words, nullable=False),
    sa.Column("difficulties", Words, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="open"),
    sa.Column("role_id", Id),
    sa.Column("reveal_minutes", Id),
    sa.Column("late_hours", Id, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("next_run_at", Moment, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'removed')", name="state"),
    sa.CheckConstraint("minutes BETWEEN 0 AND 1439", name="minutes"),
    sa.CheckConstraint("days BETWEEN 1 AND 127", name="days"),
    sa.Index("ix_schedules_state_next_run_at", "state", "next_run_at"),
    sa.Index("ix_schedules_guild_id", "guild_id"),
)
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
problems = table(
    "problems",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("schedule_id", Id, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Index(
        "uq_problems_open",
        "schedule_id",
        "code",
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    ),
    sa.Index("ix_problems_guild_id", "guild_id"),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and where a server gets its question. `minutes` and `reveal_minutes` count from local midnight."""

    id: int
    guild_id: int
    channel_id: int
    channel_kind: ChannelKind
    minutes: int
    zone: str
    days: int
    categories: tuple[str, ...]
    difficulties: tuple[str, ...]
    mode: Mode
    kind: Kind
    role_id: int | None
    reveal_minutes: int | None
    late_hours: int
    state: Literal["active", "paused", "removed"]
    next_run_at: datetime
    created_by: int
    created_at: datetime

    @property
    def recurrence(self) -> Recurrence:
        """Return when it is due."""
        return Recurrence(self.minutes, self.zone, self.days)


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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an organiser has to mend before a schedule's posts go out."""

    id: int
    guild_id: int
    schedule_id: int
    code: str
    detail: str
    created_at: datetime
    resolved_at: datetime | None


PUT_GUILD = insert(guilds).on_conflict_do_nothing(index_elements=["guild_id"])
GET_ZONE = sa.select(guilds.c.zone).where(guilds.c.guild_id == sa.bindparam("of_guild"))
SET_ZONE = (
    sa.update(guilds).where(guilds.c.guild_id == sa.bindparam("of_guild")).values(zone=sa.bindparam("to"))
)
GET_ANONYMOUS = sa.select(guilds.c.anonymous_reviews).where(guilds.c.guild_id == sa.bindparam("of_guild"))
SET_ANONYMOUS = (
    sa.update(guilds)
    .where(guilds.c.guild_id == sa.bindparam("of_guild"))
    .values(anonymous_reviews=sa.bindparam("to"))
)
GET_LOG_CHANNEL = sa.select(guilds.c.log_channel_id).where(guilds.c.guild_id == sa.bindparam("of_guild"))
SET_LOG_CHANNEL = (
    sa.update(guilds)
    .where(guilds.c.guild_id == sa.bindparam("of_guild"))
    .values(log_channel_id=sa.bindparam("to"))
)
NEXT_DISCUSSION = sa.select(sa.func.coalesce(sa.func.max(drops.c.discussion), 0) + 1).where(
    drops.c.guild_id == sa.bindparam("of_guild")
)
NEXT_NUMBER = sa.select(sa.func.coalesce(sa.func.max(drops.c.number), 0) + 1).where(
    drops.c.guild_id == sa.bindparam("of_guild")
)
INSERT_SCHEDULE = sa.insert(schedules).returning(schedules.c.id)
UPDATE_SCHEDULE = sa.update(schedules).where(schedules.c.id == sa.bindparam("of_schedule"))
GET_SCHEDULE = sa.select(schedules).where(schedules.c.id == sa.bindparam("of_schedule"))
LIST_SCHEDULES = (
    sa.select(schedules)
    .where(schedules.c.guild_id == sa.bindparam("of_guild"), schedules.c.state != "removed")
    .order_by(schedules.c.id)
)
LIST_DUE_SCHEDULES = (
    sa.select(schedules)
    .where(schedules.c.state == "active", schedules.c.next_run_at <= sa.bindparam("now"))
    .order_by(schedules.c.next_run_at)
)
LIST_NEXT_RUNS = (
    sa.select(schedules.c.id, schedules.c.guild_id, schedules.c.next_run_at)
    .where(schedules.c.state == "active")
    .order_by(schedules.c.next_run_at)
    .limit(200)  # the caller wants the first that concerns it; it looks again in a minute
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
LIST_THESE = sa.select(drops).where(drops.c.id.in_(sa.bindparam("these", expanding=True)))
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
OPEN_PROBLEM = insert(problems).on_conflict_do_nothing().returning(problems.c.id)
LIST_PROBLEMS = (
    sa.select(problems)
    .where(problems.c.guild_id == sa.bindparam("of_guild"), problems.c.resolved_at.is_(None))
    .order_by(problems.c.id)
)
GET_PROBLEM = sa.select(problems).where(problems.c.id == sa.bindparam("of_problem"))
RESOLVE = (
    sa.update(problems)
    .where(
        problems.c.schedule_id == sa.bindparam("of_schedule"),
        problems.c.resolved_at.is_(None),
        problems.c.code != sa.bindparam("but_not"),
    )
    .values(resolved_at=sa.bindparam("now"))
)
RESOLVE_ONE = (
    sa.update(problems)
    .where(
        problems.c.schedule_id == sa.bindparam("of_schedule"),
        problems.c.code == sa.bindparam("of_code"),
        problems.c.resolved_at.is_(None),
    )
    .values(resolved_at=sa.bindparam("now"))
)
LIST_RECENT_DROPS = (
    sa.select(drops)
    .where(drops.c.schedule_id == sa.bindparam("of_schedule"))
    .order_by(drops.c.id.desc())
    .limit(sa.bindparam("most"))
)


def _drop(row: Row) -> Drop:
    number = row["number"] if row["discussion"] is None else row["discussion"]
    return Drop(**{**row, "number": number})


def _schedule(row: Row) -> Schedule:
    return Schedule(**row)


async def put_guild(tx: Connection, guild_id: int, zone: str, now: datetime) -> None:
    """Make sure that the server has a row."""
    await tx.execute(PUT_GUILD, {"guild_id": guild_id, "zone": zone, "created_at": now})


async def get_zone(tx: Connection, guild_id: int) -> str | None:
    """Return the server's zone."""
    return (await tx.execute(GET_ZONE, {"of_guild": guild_id})).scalar()


async def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    """Change the server's zone."""
    await tx.execute(SET_ZONE, {"of_guild": guild_id, "to": zone})


async def has_anonymous_reviews(tx: Connection, guild_id: int) -> bool:
    """Say whether a server shows reviews without their authors' names."""
    return bool((await tx.execute(GET_ANONYMOUS, {"of_guild": guild_id})).scalar())


async def set_anonymous_reviews(tx: Connection, guild_id: int, *, anonymous: bool) -> None:
    """Choose whether a server shows reviews without their authors' names."""
    await tx.execute(SET_ANONYMOUS, {"of_guild": guild_id, "to": anonymous})


async def get_log_channel(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where organisers read reports, where they have chosen one."""
    return (await tx.execute(GET_LOG_CHANNEL, {"of_guild": guild_id})).scalar()


async def set_log_channel(tx: Connection, guild_id: int, channel_id: int) -> None:
    """Choose the channel where organisers read reports."""
    await tx.execute(SET_LOG_CHANNEL, {"of_guild": guild_id, "to": channel_id})


async def next_number(tx: Connection, guild_id: int) -> int:
    """Return the next question number of a server, counted from 1."""
    return (await tx.execute(NEXT_NUMBER, {"of_guild": guild_id})).scalar_one()


async def next_discussion(tx: Connection, guild_id: int) -> int:
    """Return the number of a server's next discussion, counted from 1."""
    return (await tx.execute(NEXT_DISCUSSION, {"of_guild": guild_id})).scalar_one()


async def list_discussions(tx: Connection, guild_id: int, since: datetime) -> list[tuple[Drop, int]]:
    """Return what is discussed now and what was begun since a moment, each with the id of its starter."""
    rows = await fetch(tx, LIST_DISCUSSIONS, {"of_guild": guild_id, "since": since})
    return [(_drop({k: v for k, v in row.items() if k != "created_by"}), row["created_by"]) for row in rows]


async def list_being_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that are open in a server or on their way into it."""
    return [_drop(row) for row in await fetch(tx, LIST_BEING_ASKED, {"of_guild": guild_id})]


async def was_asked(tx: Connection, guild_id: int, question_id: int, *, but_not: int = 0) -> bool:
    """Say whether a server has seen a question, other than by the drop `but_not`."""
    key = {"of_guild": guild_id, "of_question": question_id, "but_not": but_not}
    return (await tx.execute(WAS_ASKED, key)).scalar() is not None


async def add_schedule(tx: Connection, row: dict[str, Any]) -> int:
    """Write a schedule; return its id."""
    announce(tx, News.DUE)
    return (await tx.execute(INSERT_SCHEDULE, row)).scalar_one()


async def set_schedule(tx: Connection, schedule_id: int, **values: Any) -> None:
    """Change columns of a schedule."""
    announce(tx, News.DUE)
    await tx.execute(UPDATE_SCHEDULE.values(**values), {"of_schedule": schedule_id})


async def get_schedule(tx: Connection, schedule_id: int) -> Schedule | None:
    """Return a schedule, removed ones included."""
    row = await fetch_one(tx, GET_SCHEDULE, {"of_schedule": schedule_id})
    return None if row is None else _schedule(row)


async def list_schedules(tx: Connection, guild_id: int) -> list[Schedule]:
    """Return a server's schedules, the paused ones included."""
    return [_schedule(row) for row in await fetch(tx, LIST_SCHEDULES, {"of_guild": guild_id})]


async def list_due_schedules(tx: Connection, now: datetime) -> list[Schedule]:
    """Return the schedules whose next run has come."""
    return [_schedule(row) for row in await fetch(tx, LIST_DUE_SCHEDULES, {"now": now})]


async def list_next_runs(tx: Connection) -> list[tuple[int, int, datetime]]:
    """Return (schedule_id, guild_id, next_run_at) of the active schedules, the nearest first."""
    return [(row["id"], row["guild_id"], row["next_run_at"]) for row in await fetch(tx, LIST_NEXT_RUNS)]


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
    return None if row is None else _drop(row)


async def list_open_drops(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that can be answered for points now."""
    return [_drop(row) for row in await fetch(tx, LIST_OPEN_DROPS, {"of_guild": guild_id})]


async def list_reviewable(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return the written questions that are open or were revealed after `since`, the newest first."""
    return [_drop(row) for row in await fetch(tx, LIST_REVIEWABLE, {"of_guild": guild_id, "since": since})]


async def list_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return all questions that a server ever saw, the newest first."""
    return [_drop(row) for row in await fetch(tx, LIST_ASKED, {"of_guild": guild_id})]


async def list_these(tx: Connection, drop_ids: Sequence[int]) -> list[Drop]:
    """Return the drops with these ids, in no order."""
    return [_drop(row) for row in await fetch(tx, LIST_THESE, {"these": list(drop_ids)})]


async def find_drop(tx: Connection, guild_id: int, place_id: int) -> Drop | None:
    """Return the newest drop whose room, message or channel (while open) has this id.

    In a channel the written questions come first.
    """
    row = await fetch_one(tx, FIND_DROP, {"of_guild": guild_id, "of_place": place_id})
    return None if row is None else _drop(row)


async def has_drop_on(tx: Connection, schedule_id: int, local_date: date) -> bool:
    """Say whether a schedule has had its question on a local date, or leaves it out."""
    key = {"of_schedule": schedule_id, "of_date": local_date.isoformat()}
    return (await tx.execute(HAS_DROP_ON, key)).scalar() is not None


async def last_drop_of(tx: Connection, schedule_id: int) -> Drop | None:
    """Return the last drop of a schedule that has a question."""
    row = await fetch_one(tx, LAST_DROP_OF, {"of_schedule": schedule_id})
    return None if row is None else _drop(row)


async def list_recent_drops(tx: Connection, schedule_id: int, most: int) -> list[Drop]:
    """Return the newest drops of a schedule, the skipped ones included."""
    rows = await fetch(tx, LIST_RECENT_DROPS, {"of_schedule": schedule_id, "most": most})
    return [_drop(row) for row in rows]


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


async def list_stale(tx: Connection) -> list[Drop]:
    """Return the drops whose message does not show their newest state."""
    return [_drop(row) for row in await fetch(tx, LIST_STALE)]


async def list_stale_reveals(tx: Connection) -> list[Drop]:
    """Return the drops whose reveal does not show its newest state."""
    return [_drop(row) for row in await fetch(tx, LIST_STALE_REVEALS)]


async def count_answer(tx: Connection, drop_id: int, by: int) -> None:
    """Add `by` to a drop's live answers."""
    announce(tx, News.STALE)
    await tx.execute(COUNT_ANSWER, {"of_drop": drop_id, "by": by})


async def reveal_again(tx: Connection, drop_id: int) -> None:
    """Have a drop's reveal edited: what it says of the answers has changed."""
    announce(tx, News.STALE)
    await tx.execute(REVEAL_AGAIN, {"of_drop": drop_id})


async def open_problem(tx: Connection, row: dict[str, Any]) -> int | None:
    """Write a problem; None where the same one is open already."""
    return (await tx.execute(OPEN_PROBLEM, row)).scalar()


async def get_problem(tx: Connection, problem_id: int) -> Problem | None:
    """Return a problem."""
    row = await fetch_one(tx, GET_PROBLEM, {"of_problem": problem_id})
    return None if row is None else Problem(**row)


async def list_problems(tx: Connection, guild_id: int) -> list[Problem]:
    """Return a server's open problems."""
    rows = await fetch(tx, LIST_PROBLEMS, {"of_guild": guild_id})
    return [Problem(**row) for row in rows]


async def resolve(tx: Connection, schedule_id: int, now: datetime, *, but_not: str = "") -> None:
    """Close the problems of a schedule, except those with the code `but_not`."""
    await tx.execute(RESOLVE, {"of_schedule": schedule_id, "now": now, "but_not": but_not})


async def resolve_one(tx: Connection, schedule_id: int, code: str, now: datetime) -> None:
    """Close one problem of a schedule."""
    await tx.execute(RESOLVE_ONE, {"of_schedule": schedule_id, "of_code": code, "now": now})

"""The tables of servers, schedules, drops and problems, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from bot.db import Flag, Id, Moment, Row, Words, table
from bot.features.schedules.recurrence import Recurrence
from bot.features.schedules.rules import ChannelKind, DropKind, Kind, Mode

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


def drop_of(row: Row) -> Drop:
    """Return a drop from its row; a discussion has a number of its own."""
    number = row["number"] if row["discussion"] is None else row["discussion"]
    return Drop(**{**row, "number": number})


def schedule_of(row: Row) -> Schedule:
    """Return a schedule from its row."""
    return Schedule(**row)

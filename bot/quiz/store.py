"""The tables of quizzes, their items and choices, and their SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, News, announce, fetch, fetch_one, table

QuizState = Literal["offered", "running", "ended"]
ItemState = Literal["planned", "open", "closed", "void"]

_RUNNING = sa.text("state = 'running'")

quizzes = table(
    "quizzes",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("channel_id", Id, nullable=False),
    sa.Column("starter_id", Id, nullable=False),
    sa.Column("starter_name", sa.Text, nullable=False),
    sa.Column("category", sa.Text),
    sa.Column("difficulty", sa.Text),
    sa.Column("size", Id, nullable=False),
    sa.Column("seconds", Id, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("position", Id, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("end_message_id", Id),
    sa.Column("thread_id", Id),
    sa.CheckConstraint("state IN ('offered', 'running', 'ended')", name="state"),
    sa.Index(
        "uq_quizzes_running", "channel_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING
    ),
)
quiz_items = table(
    "quiz_items",
    sa.Column("id", Id, primary_key=True),
    sa.Column("quiz_id", Id, sa.ForeignKey("quizzes.id", name="fk_quiz_items_quiz_id"), nullable=False),
    sa.Column("position", Id, nullable=False),
    sa.Column("question_id", Id, nullable=False),
    sa.Column(
        "version_id",
        Id,
        sa.ForeignKey("question_versions.id", name="fk_quiz_items_version_id"),
        nullable=False,
    ),
    sa.Column("shuffle", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("message_id", Id),
    sa.Column("opened_at", Moment),
    sa.Column("ends_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("touched_at", Moment),
    sa.Column("answered", Id, nullable=False),
    sa.Column("revision", Id, nullable=False),
    sa.Column("shown_revision", Id, nullable=False),
    sa.UniqueConstraint("quiz_id", "position"),
    sa.CheckConstraint("state IN ('planned', 'open', 'closed', 'void')", name="state"),
    sa.Index("ix_quiz_items_state_ends_at", "state", "ends_at"),
    sa.Index("ix_quiz_items_question_id", "question_id"),
    sa.Index("ix_quiz_items_stale", "id", sqlite_where=sa.text("revision > shown_revision")),
)
quiz_choices = table(
    "quiz_choices",
    sa.Column(
        "item_id", Id, sa.ForeignKey("quiz_items.id", name="fk_quiz_choices_item_id"), primary_key=True
    ),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("option", Id, nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
    sa.CheckConstraint("option BETWEEN 0 AND 3", name="option"),
)


@dataclass(frozen=True, slots=True)
class Quiz:
    """One quiz. `position` counts from 1 and is the item that is open or comes next; 0 before the first.

    `category` and `difficulty` None mean any; `seconds` is how long each question takes choices.
    """

    id: int
    guild_id: int
    channel_id: int
    starter_id: int
    starter_name: str
    category: str | None
    difficulty: str | None
    size: int
    seconds: int
    state: QuizState
    position: int
    reason: str | None
    created_at: datetime
    ended_at: datetime | None
    end_message_id: int | None
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a quiz. `shuffle` is the order of its options, as digits of the item's own order.

    `touched_at` is the last sign of life while it was open; `answered` counts those who chose.
    """

    id: int
    quiz_id: int
    position: int
    question_id: int
    version_id: int
    shuffle: str
    state: ItemState
    message_id: int | None
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    touched_at: datetime | None
    answered: int
    revision: int
    shown_revision: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose last; `option` counts in the item's own order, `name` is how they were called."""

    item_id: int
    user_id: int
    name: str
    option: int
    chosen_at: datetime

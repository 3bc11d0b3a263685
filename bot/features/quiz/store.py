"""The tables of quizzes, their items and choices, and their SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, News, announce, columns, fetch, fetch_one, get_row, set_row, table

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
    sa.Index("ix_quizzes_channel_id", "channel_id"),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuiz:
    """One quiz. `position` counts from 1 and is the item that is open or comes next; 0 before the first.

    `category` and `difficulty` None mean any; `seconds` is how long each question takes choices.
    """

    guild_id: int
    channel_id: int
    starter_id: int
    starter_name: str
    category: str | None
    difficulty: str | None
    size: int
    seconds: int
    state: QuizState
    position: int = 1
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(NewQuiz):
    """A quiz that is written down."""

    id: int
    reason: str | None
    ended_at: datetime | None
    end_message_id: int | None
    thread_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """One question of a quiz. `shuffle` is the order of its options, as digits of the item's own order.

    `answered` counts those who chose.
    """

    quiz_id: int
    position: int
    question_id: int
    version_id: int
    shuffle: str
    state: ItemState = "planned"
    answered: int = 0
    revision: int = 0
    shown_revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(NewItem):
    """A question of a quiz that is written down; `touched_at` is the last sign of life while it was open."""

    id: int
    message_id: int | None
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    touched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose last; `option` counts in the item's own order, `name` is how they were called."""

    item_id: int
    user_id: int
    name: str
    option: int
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What judging a choice needs: the item, its quiz, and the item before it."""

    item_id: int
    quiz_id: int
    guild_id: int
    channel_id: int
    running: bool
    current: bool
    seconds: int
    version_id: int
    shuffle: str
    state: ItemState
    ends_at: datetime | None
    touched_at: datetime | None
    before_id: int | None
    before_answered: int


async def add_quiz(tx: Connection, new: NewQuiz) -> int | None:
    """Write a quiz; None where another one runs in its channel."""
    query = insert(quizzes).on_conflict_do_nothing().returning(quizzes.c.id)
    return (await tx.execute(query, columns(new))).scalar()


async def set_quiz(tx: Connection, quiz_id: int, **values: Any) -> None:
    """Change columns of a quiz."""
    await set_row(tx, quizzes, quiz_id, **values)


async def get_quiz(tx: Connection, quiz_id: int) -> Quiz | None:
    row = await get_row(tx, quizzes, quiz_id)
    return None if row is None else Quiz(**row)


async def find_running(tx: Connection, channel_id: int) -> Quiz | None:
    """Return the quiz that runs in a channel."""
    query = sa.select(quizzes).where(quizzes.c.channel_id == channel_id, quizzes.c.state == "running")
    row = await fetch_one(tx, query)
    return None if row is None else Quiz(**row)


async def find_last(tx: Connection, channel_id: int) -> Quiz | None:
    """Return the quiz that ended last in a channel."""
    query = (
        sa.select(quizzes)
        .where(quizzes.c.channel_id == channel_id, quizzes.c.state == "ended")
        .order_by(quizzes.c.id.desc())
        .limit(1)
    )
    row = await fetch_one(tx, query)
    return None if row is None else Quiz(**row)


async def delete_offers(tx: Connection, before: datetime) -> None:
    """Forget the offers that nobody took up."""
    query = sa.delete(quizzes).where(quizzes.c.state == "offered", quizzes.c.created_at < before)
    await tx.execute(query)


async def add_items(tx: Connection, new: Sequence[NewItem]) -> None:
    """Write the items of a quiz."""
    await tx.execute(sa.insert(quiz_items), [columns(item) for item in new])


async def set_item(tx: Connection, item_id: int, **values: Any) -> None:
    """Change columns of an item; the alarm and the edits look at it again."""
    announce(tx, News.QUIZZES)
    await set_row(tx, quiz_items, item_id, **values)


async def mark_shown(tx: Connection, item_id: int, revision: int) -> None:
    """Record which revision an item's message shows."""
    query = sa.update(quiz_items).where(quiz_items.c.id == item_id)
    await tx.execute(query.values(shown_revision=revision))


async def get_item(tx: Connection, item_id: int) -> Item | None:
    row = await get_row(tx, quiz_items, item_id)
    return None if row is None else Item(**row)


async def get_item_at(tx: Connection, quiz_id: int, position: int) -> Item | None:
    """Return the item at a position (counted from 1)."""
    query = sa.select(quiz_items).where(quiz_items.c.quiz_id == quiz_id, quiz_items.c.position == position)
    row = await fetch_one(tx, query)
    return None if row is None else Item(**row)


async def list_items(tx: Connection, quiz_id: int) -> list[Item]:
    """Return a quiz's items in order."""
    query = sa.select(quiz_items).where(quiz_items.c.quiz_id == quiz_id).order_by(quiz_items.c.position)
    return [Item(**row) for row in await fetch(tx, query)]


async def list_open(tx: Connection) -> list[tuple[int, Item]]:
    """Return (guild_id, item) of all open items, the one that ends first first."""
    query = (
        sa.select(quiz_items, quizzes.c.guild_id)
        .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
        .where(quiz_items.c.state == "open")
        .order_by(quiz_items.c.ends_at)
    )
    rows = [dict(row) for row in await fetch(tx, query)]
    return [(row.pop("guild_id"), Item(**row)) for row in rows]


async def list_stale(tx: Connection) -> list[Item]:
    """Return the items whose message does not show their newest state."""
    query = (
        sa.select(quiz_items)
        .where(quiz_items.c.revision > quiz_items.c.shown_revision, quiz_items.c.message_id.is_not(None))
        .order_by(quiz_items.c.id)
    )
    return [Item(**row) for row in await fetch(tx, query)]


async def last_seen(tx: Connection, channel_id: int) -> dict[int, datetime]:
    """Map question_id to when a channel had it last."""
    query = (
        sa.select(quiz_items.c.question_id, sa.func.max(quiz_items.c.opened_at).label("at"))
        .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
        .where(quizzes.c.channel_id == channel_id, quiz_items.c.opened_at.is_not(None))
        .group_by(quiz_items.c.question_id)
    )
    return {row["question_id"]: row["at"] for row in await fetch(tx, query)}


async def list_being_asked(tx: Connection, guild_id: int) -> list[int]:
    """Return the items (question ids) of the quizzes that run in a server."""
    query = (
        sa.select(quiz_items.c.question_id)
        .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
        .where(quizzes.c.guild_id == guild_id, quizzes.c.state == "running")
    )
    return [row.question_id for row in await tx.execute(query)]


async def list_running(tx: Connection, guild_id: int) -> list[Quiz]:
    """Return the quizzes that run in a server."""
    query = (
        sa.select(quizzes)
        .where(quizzes.c.guild_id == guild_id, quizzes.c.state == "running")
        .order_by(quizzes.c.id)
    )
    return [Quiz(**row) for row in await fetch(tx, query)]


@cache
def _asked() -> sa.Select[*tuple[Any, ...]]:
    """Build the query once: every click of a quiz asks it."""
    before = quiz_items.alias("before")
    return (
        sa.select(
            quiz_items.c.id.label("item_id"),
            quiz_items.c.quiz_id,
            quizzes.c.guild_id,
            quizzes.c.channel_id,
            (quizzes.c.state == "running").label("running"),
            (quizzes.c.position == quiz_items.c.position).label("current"),
            quizzes.c.seconds,
            quiz_items.c.version_id,
            quiz_items.c.shuffle,
            quiz_items.c.state,
            quiz_items.c.ends_at,
            quiz_items.c.touched_at,
            before.c.id.label("before_id"),
            sa.func.coalesce(before.c.answered, 0).label("before_answered"),
        )
        .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
        .outerjoin(
            before,
            (before.c.quiz_id == quiz_items.c.quiz_id) & (before.c.position == quiz_items.c.position - 1),
        )
        .where(quiz_items.c.id == sa.bindparam("asked_id"))
    )


async def get_asked(tx: Connection, item_id: int) -> Asked | None:
    """Return what judging choices on an item needs."""
    row = (await tx.execute(_asked(), {"asked_id": item_id})).one_or_none()
    return None if row is None else Asked(*row)


@cache
def _choose() -> sa.Insert:
    """Build it once, as above."""
    query = insert(quiz_choices)
    return query.on_conflict_do_update(
        index_elements=["item_id", "user_id"],
        set_={name: query.excluded[name] for name in ("name", "option", "chosen_at")},
    )


@cache
def _count() -> sa.Executable:
    """Build it once, as above."""
    chosen = sa.select(sa.func.count()).where(quiz_choices.c.item_id == sa.bindparam("counted_id"))
    return (
        sa.update(quiz_items)
        .where(quiz_items.c.id == sa.bindparam("counted_id"))
        .values(
            answered=chosen.scalar_subquery(),
            revision=quiz_items.c.revision + 1,
            touched_at=sa.bindparam("chosen_at", type_=Moment),
        )
        .returning(quiz_items.c.answered)
    )


async def put_choices(tx: Connection, choices: Sequence[Choice], now: datetime) -> int:
    """Write choices on one item, each replacing the person's earlier one; return how many have chosen."""
    announce(tx, News.CHOICES)
    await tx.execute(_choose(), [columns(choice) for choice in choices])
    counted = await tx.execute(_count(), {"counted_id": choices[0].item_id, "chosen_at": now})
    return counted.scalar_one()


async def list_choices(tx: Connection, item_id: int) -> list[Choice]:
    """Return the choices on an item, the earliest first."""
    query = (
        sa.select(quiz_choices)
        .where(quiz_choices.c.item_id == item_id)
        .order_by(quiz_choices.c.chosen_at, quiz_choices.c.user_id)
    )
    return [Choice(**row) for row in await fetch(tx, query)]


async def list_all_choices(tx: Connection, quiz_id: int) -> Mapping[int, Sequence[Choice]]:
    """Map each closed item of a quiz (by id) to the choices on it."""
    query = (
        sa.select(quiz_choices)
        .join(quiz_items, quiz_items.c.id == quiz_choices.c.item_id)
        .where(quiz_items.c.quiz_id == quiz_id, quiz_items.c.state == "closed")
        .order_by(quiz_choices.c.item_id, quiz_choices.c.chosen_at)
    )
    found: dict[int, list[Choice]] = {}
    for row in await fetch(tx, query):
        found.setdefault(row["item_id"], []).append(Choice(**row))
    return found


async def get_choice(tx: Connection, item_id: int, user_id: int) -> Choice | None:
    """Return what a person chose."""
    query = sa.select(quiz_choices).where(
        quiz_choices.c.item_id == item_id, quiz_choices.c.user_id == user_id
    )
    row = await fetch_one(tx, query)
    return None if row is None else Choice(**row)


async def list_chose(tx: Connection, item_id: int) -> Collection[int]:
    """Return who has chosen on an item."""
    query = sa.select(quiz_choices.c.user_id).where(quiz_choices.c.item_id == item_id)
    return {row.user_id for row in await tx.execute(query)}

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


_QUIZ = quizzes.c.id == sa.bindparam("of_quiz")
_ITEM = quiz_items.c.id == sa.bindparam("of_item")
INSERT_QUIZ = insert(quizzes).on_conflict_do_nothing().returning(quizzes.c.id)
UPDATE_QUIZ = sa.update(quizzes).where(_QUIZ)
GET_QUIZ = sa.select(quizzes).where(_QUIZ)
FIND_RUNNING = sa.select(quizzes).where(
    quizzes.c.channel_id == sa.bindparam("of_channel"), quizzes.c.state == "running"
)
FIND_LAST = (
    sa.select(quizzes)
    .where(quizzes.c.channel_id == sa.bindparam("of_channel"), quizzes.c.state == "ended")
    .order_by(quizzes.c.id.desc())
    .limit(1)
)
DELETE_OFFERS = sa.delete(quizzes).where(
    quizzes.c.state == "offered", quizzes.c.created_at < sa.bindparam("before")
)
INSERT_ITEMS = sa.insert(quiz_items)
UPDATE_ITEM = sa.update(quiz_items).where(_ITEM)
GET_ITEM = sa.select(quiz_items).where(_ITEM)
GET_ITEM_AT = sa.select(quiz_items).where(
    quiz_items.c.quiz_id == sa.bindparam("of_quiz"), quiz_items.c.position == sa.bindparam("at")
)
LIST_ITEMS = (
    sa.select(quiz_items)
    .where(quiz_items.c.quiz_id == sa.bindparam("of_quiz"))
    .order_by(quiz_items.c.position)
)
LIST_OPEN = (
    sa.select(quiz_items, quizzes.c.guild_id)
    .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
    .where(quiz_items.c.state == "open")
    .order_by(quiz_items.c.ends_at)
)
LIST_STALE = (
    sa.select(quiz_items)
    .where(quiz_items.c.revision > quiz_items.c.shown_revision, quiz_items.c.message_id.is_not(None))
    .order_by(quiz_items.c.id)
)
LAST_SEEN = (
    sa.select(quiz_items.c.question_id, sa.func.max(quiz_items.c.opened_at).label("at"))
    .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
    .where(quizzes.c.channel_id == sa.bindparam("of_channel"), quiz_items.c.opened_at.is_not(None))
    .group_by(quiz_items.c.question_id)
)
LIST_BEING_ASKED = (
    sa.select(quiz_items.c.question_id)
    .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
    .where(quizzes.c.guild_id == sa.bindparam("of_guild"), quizzes.c.state == "running")
)
LIST_RUNNING = (
    sa.select(quizzes)
    .where(quizzes.c.guild_id == sa.bindparam("of_guild"), quizzes.c.state == "running")
    .order_by(quizzes.c.id)
)
_before = quiz_items.alias("before")
GET_ASKED = (
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
        _before.c.id.label("before_id"),
        sa.func.coalesce(_before.c.answered, 0).label("before_answered"),
    )
    .join(quizzes, quizzes.c.id == quiz_items.c.quiz_id)
    .outerjoin(
        _before,
        (_before.c.quiz_id == quiz_items.c.quiz_id) & (_before.c.position == quiz_items.c.position - 1),
    )
    .where(_ITEM)
)
_choice = insert(quiz_choices)
PUT_CHOICES = _choice.on_conflict_do_update(
    index_elements=["item_id", "user_id"],
    set_={name: _choice.excluded[name] for name in ("name", "option", "chosen_at")},
)
COUNT_CHOICES = (
    UPDATE_ITEM.values(
        answered=sa.select(sa.func.count())
        .where(quiz_choices.c.item_id == sa.bindparam("of_item"))
        .scalar_subquery(),
        revision=quiz_items.c.revision + 1,
        touched_at=sa.bindparam("now"),
    )
).returning(quiz_items.c.answered)
LIST_CHOICES = (
    sa.select(quiz_choices)
    .where(quiz_choices.c.item_id == sa.bindparam("of_item"))
    .order_by(quiz_choices.c.chosen_at, quiz_choices.c.user_id)
)
LIST_ALL_CHOICES = (
    sa.select(quiz_choices)
    .join(quiz_items, quiz_items.c.id == quiz_choices.c.item_id)
    .where(quiz_items.c.quiz_id == sa.bindparam("of_quiz"), quiz_items.c.state == "closed")
    .order_by(quiz_choices.c.item_id, quiz_choices.c.chosen_at)
)
GET_CHOICE = sa.select(quiz_choices).where(
    quiz_choices.c.item_id == sa.bindparam("of_item"), quiz_choices.c.user_id == sa.bindparam("of_user")
)
LIST_CHOSE = sa.select(quiz_choices.c.user_id).where(quiz_choices.c.item_id == sa.bindparam("of_item"))


async def add_quiz(tx: Connection, row: dict[str, Any]) -> int | None:
    """Write a quiz; None where another one runs in its channel."""
    return (await tx.execute(INSERT_QUIZ, row)).scalar()


async def set_quiz(tx: Connection, quiz_id: int, **values: Any) -> None:
    """Change columns of a quiz."""
    await tx.execute(UPDATE_QUIZ.values(**values), {"of_quiz": quiz_id})


async def get_quiz(tx: Connection, quiz_id: int) -> Quiz | None:
    """Return a quiz."""
    row = await fetch_one(tx, GET_QUIZ, {"of_quiz": quiz_id})
    return None if row is None else Quiz(**row)


async def find_running(tx: Connection, channel_id: int) -> Quiz | None:
    """Return the quiz that runs in a channel."""
    row = await fetch_one(tx, FIND_RUNNING, {"of_channel": channel_id})
    return None if row is None else Quiz(**row)


async def find_last(tx: Connection, channel_id: int) -> Quiz | None:
    """Return the quiz that ended last in a channel."""
    row = await fetch_one(tx, FIND_LAST, {"of_channel": channel_id})
    return None if row is None else Quiz(**row)


async def delete_offers(tx: Connection, before: datetime) -> None:
    """Forget the offers that nobody took up."""
    await tx.execute(DELETE_OFFERS, {"before": before})


async def add_items(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the items of a quiz."""
    fresh = {"state": "planned", "answered": 0, "revision": 0, "shown_revision": 0}
    await tx.execute(INSERT_ITEMS, [fresh | row for row in rows])


async def set_item(tx: Connection, item_id: int, **values: Any) -> None:
    """Change columns of an item; the alarm and the edits look at it again."""
    announce(tx, News.DUE)
    announce(tx, News.STALE)
    await tx.execute(UPDATE_ITEM.values(**values), {"of_item": item_id})


async def mark_shown(tx: Connection, item_id: int, revision: int) -> None:
    """Write down which revision an item's message shows."""
    await tx.execute(UPDATE_ITEM.values(shown_revision=revision), {"of_item": item_id})


async def get_item(tx: Connection, item_id: int) -> Item | None:
    """Return an item."""
    row = await fetch_one(tx, GET_ITEM, {"of_item": item_id})
    return None if row is None else Item(**row)


async def get_item_at(tx: Connection, quiz_id: int, position: int) -> Item | None:
    """Return the item at a position (counted from 1)."""
    row = await fetch_one(tx, GET_ITEM_AT, {"of_quiz": quiz_id, "at": position})
    return None if row is None else Item(**row)


async def list_items(tx: Connection, quiz_id: int) -> list[Item]:
    """Return a quiz's items in order."""
    return [Item(**row) for row in await fetch(tx, LIST_ITEMS, {"of_quiz": quiz_id})]


async def list_open(tx: Connection) -> list[tuple[int, Item]]:
    """Return (guild_id, item) of all open items, the one that ends first first."""
    rows = [dict(row) for row in await fetch(tx, LIST_OPEN)]
    return [(row.pop("guild_id"), Item(**row)) for row in rows]


async def list_stale(tx: Connection) -> list[Item]:
    """Return the items whose message does not show their newest state."""
    return [Item(**row) for row in await fetch(tx, LIST_STALE)]


async def last_seen(tx: Connection, channel_id: int) -> dict[int, datetime]:
    """Map question_id to when a channel had it last."""
    return {row["question_id"]: row["at"] for row in await fetch(tx, LAST_SEEN, {"of_channel": channel_id})}


async def list_being_asked(tx: Connection, guild_id: int) -> list[int]:
    """Return the items (question ids) of the quizzes that run in a server."""
    return [row.question_id for row in await tx.execute(LIST_BEING_ASKED, {"of_guild": guild_id})]


async def list_running(tx: Connection, guild_id: int) -> list[Quiz]:
    """Return the quizzes that run in a server."""
    return [Quiz(**row) for row in await fetch(tx, LIST_RUNNING, {"of_guild": guild_id})]


async def get_asked(tx: Connection, item_id: int) -> Asked | None:
    """Return what judging choices on an item needs."""
    row = (await tx.execute(GET_ASKED, {"of_item": item_id})).one_or_none()
    return None if row is None else Asked(*row)


async def put_choices(tx: Connection, choices: Sequence[Choice], now: datetime) -> int:
    """Write choices on one item, each replacing the person's earlier one; return how many have chosen."""
    announce(tx, News.STALE)
    await tx.execute(PUT_CHOICES, [asdict(choice) for choice in choices])
    key = {"of_item": choices[0].item_id, "now": now}
    return (await tx.execute(COUNT_CHOICES, key)).scalar_one()


async def list_choices(tx: Connection, item_id: int) -> list[Choice]:
    """Return the choices on an item, the earliest first."""
    return [Choice(**row) for row in await fetch(tx, LIST_CHOICES, {"of_item": item_id})]


async def list_all_choices(tx: Connection, quiz_id: int) -> Mapping[int, Sequence[Choice]]:
    """Map each closed item of a quiz (by id) to the choices on it."""
    found: dict[int, list[Choice]] = {}
    for row in await fetch(tx, LIST_ALL_CHOICES, {"of_quiz": quiz_id}):
        found.setdefault(row["item_id"], []).append(Choice(**row))
    return found


async def get_choice(tx: Connection, item_id: int, user_id: int) -> Choice | None:
    """Return what a person chose."""
    row = await fetch_one(tx, GET_CHOICE, {"of_item": item_id, "of_user": user_id})
    return None if row is None else Choice(**row)


async def list_chose(tx: Connection, item_id: int) -> Collection[int]:
    """Return who has chosen on an item."""
    return {row.user_id for row in await tx.execute(LIST_CHOSE, {"of_item": item_id})}

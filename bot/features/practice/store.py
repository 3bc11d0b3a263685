"""The tables of item answers, cards and practice sessions, and their SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, Words, fetch_one, table
from bot.features.practice.rules import Card

Source = Literal["quiz", "practice", "drop"]

item_answers = table(
    "item_answers",
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("question_id", Id, nullable=False),
    sa.Column(
        "version_id",
        Id,
        sa.ForeignKey("question_versions.id", name="fk_item_answers_version_id"),
        nullable=False,
    ),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_id", Id, nullable=False),
    sa.Column("option", Id, nullable=False),
    sa.Column("right", Flag, nullable=False),
    sa.Column("points", Id, nullable=False),
    sa.Column("answered_at", Moment, nullable=False),
    sa.UniqueConstraint("source", "source_id", "user_id"),
    sa.CheckConstraint("source IN ('quiz', 'practice', 'drop')", name="source"),
    sa.CheckConstraint("option BETWEEN 0 AND 3", name="option"),
    sa.Index("ix_item_answers_question_id_user_id", "question_id", "user_id"),
    sa.Index("ix_item_answers_user_id_answered_at", "user_id", "answered_at"),
)
cards = table(
    "cards",
    sa.Column("user_id", Id, primary_key=True),
    sa.Column(
        "question_id", Id, sa.ForeignKey("questions.id", name="fk_cards_question_id"), primary_key=True
    ),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Index("ix_cards_user_id_due_at", "user_id", "due_at"),
)
practice_sessions = table(
    "practice_sessions",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("category", sa.Text),
    sa.Column("queue", Words, nullable=False),
    sa.Column("number", Id, nullable=False),
    sa.Column(
        "version_id", Id, sa.ForeignKey("question_versions.id", name="fk_practice_sessions_version_id")
    ),
    sa.Column("shuffle", sa.Text),
    sa.Column("shown_at", Moment),
    sa.Column("option", Id),
    sa.Column("answered_at", Moment),
    sa.Column("rating", Id),
    sa.Column("card_before", sa.Text),
    sa.Column("ended_at", Moment),
    sa.Column("answered", Id, nullable=False),
    sa.Column("right", Id, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Given:
    """One person's answer to one item; (source, source_id, user_id) names it once and for all.

    `option` counts in the item's own order, `points` is what the ledger got for it.
    """

    user_id: int
    guild_id: int
    question_id: int
    version_id: int
    source: Source
    source_id: int
    option: int
    right: bool
    points: int
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Where one person stands in one server's practice.

    `version_id` is the question that was asked last, number `number`, with its options in the order
    `shuffle`; `option` (in the item's own order), `rating` (a Grade) and `card_before` (the card's state
    before the answer) are there once it is answered. `queue` holds the question ids to ask first.
    """

    guild_id: int
    user_id: int
    category: str | None = None
    queue: tuple[str, ...] = ()
    number: int = 0
    version_id: int | None = None
    shuffle: str | None = None
    shown_at: datetime | None = None
    option: int | None = None
    answered_at: datetime | None = None
    rating: int | None = None
    card_before: str | None = None
    ended_at: datetime | None = None
    answered: int = 0
    right: int = 0


PUT_ANSWER = insert(item_answers).on_conflict_do_nothing(index_elements=["source", "source_id", "user_id"])
LIST_PAID = (
    sa.select(item_answers.c.user_id)
    .where(
        item_answers.c.guild_id == sa.bindparam("of_guild"),
        item_answers.c.question_id == sa.bindparam("of_question"),
        # A wrong tap on the question of the day brings a point too: that is no pay for knowing it.
        item_answers.c.right,
        item_answers.c.points > 0,
        item_answers.c.user_id.in_(sa.bindparam("of_users", expanding=True)),
        item_answers.c.answered_at > sa.bindparam("since"),
    )
    .distinct()
)
LIST_CARDS = sa.select(cards.c.user_id, cards.c.card, cards.c.due_at).where(
    cards.c.question_id == sa.bindparam("of_question"),
    # The primary key begins with the person.
    cards.c.user_id.in_(sa.bindparam("of_users", expanding=True)),
)
_card = insert(cards)
PUT_CARD = _card.on_conflict_do_update(
    index_elements=["user_id", "question_id"],
    set_={"card": _card.excluded.card, "due_at": _card.excluded.due_at},
)
LIST_DUE = sa.select(cards.c.question_id, cards.c.due_at).where(cards.c.user_id == sa.bindparam("of_user"))
GET_CARD = sa.select(cards.c.card, cards.c.due_at).where(
    cards.c.user_id == sa.bindparam("of_user"), cards.c.question_id == sa.bindparam("of_question")
)
LIST_SEEN = (
    sa.select(item_answers.c.question_id).where(item_answers.c.user_id == sa.bindparam("of_user")).distinct()
)
# By the index on user and moment: numbers rise with time.
LAST_SOURCE_ID = (
    sa.select(item_answers.c.source_id)
    .where(item_answers.c.user_id == sa.bindparam("of_user"), item_answers.c.source == "practice")
    .order_by(item_answers.c.answered_at.desc(), item_answers.c.source_id.desc())
    .limit(1)
)
GET_SESSION = sa.select(practice_sessions).where(
    practice_sessions.c.guild_id == sa.bindparam("of_guild"),
    practice_sessions.c.user_id == sa.bindparam("of_user"),
)
_session = insert(practice_sessions)
PUT_SESSION = _session.on_conflict_do_update(
    index_elements=["guild_id", "user_id"],
    set_={
        column.name: _session.excluded[column.name]
        for column in practice_sessions.c
        if not column.primary_key
    },
)


async def add_answers(tx: Connection, given: Sequence[Given]) -> None:
    """Write answers; those that are written already stay as they are."""
    if given:
        await tx.execute(PUT_ANSWER, [asdict(answer) for answer in given])


async def list_paid(
    tx: Connection, guild_id: int, question_id: int, user_ids: Sequence[int], since: datetime
) -> set[int]:
    """Return which of these people got points in a server for knowing an item after `since`."""
    key = {"of_guild": guild_id, "of_question": question_id, "of_users": list(user_ids), "since": since}
    return {row.user_id for row in await tx.execute(LIST_PAID, key)}


async def list_cards(tx: Connection, question_id: int, user_ids: Sequence[int]) -> dict[int, Card]:
    """Map these people, as far as they have one, to their card of an item."""
    rows = await tx.execute(LIST_CARDS, {"of_question": question_id, "of_users": list(user_ids)})
    return {row.user_id: Card(row.card, row.due_at) for row in rows}


async def put_cards(tx: Connection, question_id: int, changed: Mapping[int, Card]) -> None:
    """Write the cards of an item by user_id."""
    if changed:
        rows = [
            {"user_id": user_id, "question_id": question_id, "card": card.state, "due_at": card.due_at}
            for user_id, card in changed.items()
        ]
        await tx.execute(PUT_CARD, rows)


async def get_card(tx: Connection, user_id: int, question_id: int) -> Card | None:
    """Return a person's card of an item."""
    row = await fetch_one(tx, GET_CARD, {"of_user": user_id, "of_question": question_id})
    return None if row is None else Card(row["card"], row["due_at"])


async def list_due(tx: Connection, user_id: int) -> dict[int, datetime]:
    """Map question_id to when it comes back, for all cards of a person."""
    rows = await tx.execute(LIST_DUE, {"of_user": user_id})
    return {row.question_id: row.due_at for row in rows}


async def list_seen(tx: Connection, user_id: int) -> set[int]:
    """Return the items that a person ever answered, in whichever server."""
    return {row.question_id for row in await tx.execute(LIST_SEEN, {"of_user": user_id})}


async def last_source_id(tx: Connection, user_id: int) -> int | None:
    """Return the number of a person's newest answer in practice."""
    return (await tx.execute(LAST_SOURCE_ID, {"of_user": user_id})).scalar()


async def get_session(tx: Connection, guild_id: int, user_id: int) -> Session | None:
    """Return where a person stands in a server's practice."""
    row = await fetch_one(tx, GET_SESSION, {"of_guild": guild_id, "of_user": user_id})
    return None if row is None else Session(**row)


async def put_session(tx: Connection, session: Session) -> None:
    """Write where a person stands."""
    await tx.execute(PUT_SESSION, asdict(session))

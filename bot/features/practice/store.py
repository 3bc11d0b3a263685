"""The tables of item answers, cards and practice sessions, and their SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, Words, columns, fetch_one, table
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


async def add_answers(tx: Connection, given: Sequence[Given]) -> None:
    """Write answers; those that are written already stay as they are."""
    if given:
        query = insert(item_answers).on_conflict_do_nothing(index_elements=["source", "source_id", "user_id"])
        await tx.execute(query, [columns(answer) for answer in given])


async def list_paid(
    tx: Connection, guild_id: int, question_id: int, user_ids: Sequence[int], since: datetime
) -> set[int]:
    """Return which of these people got points in a server for knowing an item after `since`."""
    query = (
        sa.select(item_answers.c.user_id)
        .where(
            item_answers.c.guild_id == guild_id,
            item_answers.c.question_id == question_id,
            # A wrong tap on the question of the day brings a point too: that is no pay for knowing it.
            item_answers.c.right,
            item_answers.c.points > 0,
            item_answers.c.user_id.in_(user_ids),
            item_answers.c.answered_at > since,
        )
        .distinct()
    )
    return {row.user_id for row in await tx.execute(query)}


async def list_cards(tx: Connection, question_id: int, user_ids: Sequence[int]) -> dict[int, Card]:
    """Map these people, as far as they have one, to their card of an item."""
    query = sa.select(cards.c.user_id, cards.c.card, cards.c.due_at).where(
        cards.c.question_id == question_id,
        # The primary key begins with the person.
        cards.c.user_id.in_(user_ids),
    )
    return {row.user_id: Card(row.card, row.due_at) for row in await tx.execute(query)}


async def put_cards(tx: Connection, question_id: int, changed: Mapping[int, Card]) -> None:
    """Write the cards of an item by user_id."""
    if not changed:
        return
    query = insert(cards)
    query = query.on_conflict_do_update(
        index_elements=["user_id", "question_id"],
        set_={"card": query.excluded.card, "due_at": query.excluded.due_at},
    )
    rows = [
        {"user_id": user_id, "question_id": question_id, "card": card.state, "due_at": card.due_at}
        for user_id, card in changed.items()
    ]
    await tx.execute(query, rows)


async def get_card(tx: Connection, user_id: int, question_id: int) -> Card | None:
    """Return a person's card of an item."""
    query = sa.select(cards.c.card, cards.c.due_at).where(
        cards.c.user_id == user_id, cards.c.question_id == question_id
    )
    row = await fetch_one(tx, query)
    return None if row is None else Card(row["card"], row["due_at"])


async def list_due(tx: Connection, user_id: int) -> dict[int, datetime]:
    """Map question_id to when it comes back, for all cards of a person."""
    query = sa.select(cards.c.question_id, cards.c.due_at).where(cards.c.user_id == user_id)
    return {row.question_id: row.due_at for row in await tx.execute(query)}


async def list_seen(tx: Connection, user_id: int) -> set[int]:
    """Return the items that a person ever answered, in whichever server."""
    query = sa.select(item_answers.c.question_id).where(item_answers.c.user_id == user_id).distinct()
    return {row.question_id for row in await tx.execute(query)}


async def last_source_id(tx: Connection, user_id: int) -> int | None:
    """Return the number of a person's newest answer in practice."""
    # By the index on user and moment: numbers rise with time.
    query = (
        sa.select(item_answers.c.source_id)
        .where(item_answers.c.user_id == user_id, item_answers.c.source == "practice")
        .order_by(item_answers.c.answered_at.desc(), item_answers.c.source_id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar()


async def get_session(tx: Connection, guild_id: int, user_id: int) -> Session | None:
    """Return where a person stands in a server's practice."""
    query = sa.select(practice_sessions).where(
        practice_sessions.c.guild_id == guild_id, practice_sessions.c.user_id == user_id
    )
    row = await fetch_one(tx, query)
    return None if row is None else Session(**row)


async def put_session(tx: Connection, session: Session) -> None:
    """Write where a person stands."""
    query = insert(practice_sessions)
    changed = (column.name for column in practice_sessions.c if not column.primary_key)
    query = query.on_conflict_do_update(
        index_elements=["guild_id", "user_id"], set_={name: query.excluded[name] for name in changed}
    )
    await tx.execute(query, columns(session))

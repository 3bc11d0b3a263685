"""The tables of reviews and votes, self-reviews and wishes for a reveal, and their SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, Row, fetch, fetch_one, table
from bot.features.reviews.ticks import ticks_of

reviews = table(
    "reviews",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("answer_id", Id, sa.ForeignKey("answers.id", name="fk_reviews_answer_id"), nullable=False),
    sa.Column("reviewer_id", Id, nullable=False),
    sa.Column("reviewer_name", sa.Text, nullable=False),
    sa.Column("ticks", sa.Text, nullable=False),
    sa.Column("praise", sa.Text),
    sa.Column("advice", sa.Text),
    sa.Column("anonymous", Flag, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("text_at", Moment, nullable=False),
    sa.Column("local_date", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("answer_id", "reviewer_id"),
    sa.CheckConstraint("state IN ('live', 'withdrawn')", name="state"),
    sa.Index("ix_reviews_guild_id_reviewer_id_local_date", "guild_id", "reviewer_id", "local_date"),
)

votes = table(
    "votes",
    sa.Column("answer_id", Id, sa.ForeignKey("answers.id", name="fk_votes_answer_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("text_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredReview:
    """One person's review of one answer: there is at most one row, whatever they withdraw and write again.

    `ticks` are the rubric's points, counted from 0. `text_at` is when the text was written that it is about:
    an author may withdraw it and write another. `anonymous` says that its author was promised to stay
    unnamed. `created_at` and `local_date` are those of the first review.
    """

    id: int
    guild_id: int
    answer_id: int
    reviewer_id: int
    reviewer_name: str
    ticks: frozenset[int]
    praise: str | None
    advice: str | None
    anonymous: bool
    state: Literal["live", "withdrawn"]
    text_at: datetime
    local_date: str
    created_at: datetime
    changed_at: datetime


INSERT_REVIEW = sa.insert(reviews).returning(reviews.c.id)

UPDATE_REVIEW = sa.update(reviews).where(reviews.c.id == sa.bindparam("of_review"))

FIND_REVIEW = sa.select(reviews).where(
    reviews.c.answer_id == sa.bindparam("of_answer"), reviews.c.reviewer_id == sa.bindparam("of_user")
)

LIST_REVIEWS = (
    sa.select(reviews)
    .where(reviews.c.answer_id.in_(sa.bindparam("of_answers", expanding=True)))
    .order_by(reviews.c.created_at, reviews.c.id)
)

LIST_OF_DAYS = (
    sa.select(reviews)
    .where(
        reviews.c.guild_id == sa.bindparam("of_guild"),
        reviews.c.reviewer_id.in_(sa.bindparam("of_users", expanding=True)),
        reviews.c.local_date.in_(sa.bindparam("of_days", expanding=True)),
    )
    .order_by(reviews.c.created_at, reviews.c.id)
)

_vote = insert(votes)

PUT_VOTE = _vote.on_conflict_do_update(
    index_elements=["answer_id", "user_id"],
    set_={"text_at": _vote.excluded.text_at, "created_at": _vote.excluded.created_at},
)

DELETE_VOTE = sa.delete(votes).where(
    votes.c.answer_id == sa.bindparam("of_answer"), votes.c.user_id == sa.bindparam("of_user")
)

LIST_VOTES = sa.select(votes.c.answer_id, votes.c.user_id, votes.c.text_at).where(
    votes.c.answer_id.in_(sa.bindparam("of_answers", expanding=True))
)


def _kept(row: Row) -> StoredReview:
    values: dict[str, Any] = dict(row) | {"ticks": ticks_of(row["ticks"])}
    return StoredReview(**values)


async def add_review(tx: Connection, row: dict[str, Any]) -> int:
    """Write a person's first review of an answer."""
    return (await tx.execute(INSERT_REVIEW, row)).scalar_one()


async def set_review(tx: Connection, review_id: int, **values: Any) -> None:
    """Change columns of a review."""
    await tx.execute(UPDATE_REVIEW.values(**values), {"of_review": review_id})


async def find_review(tx: Connection, answer_id: int, reviewer_id: int) -> StoredReview | None:
    """Return a person's review of an answer, a withdrawn one included."""
    row = await fetch_one(tx, FIND_REVIEW, {"of_answer": answer_id, "of_user": reviewer_id})
    return None if row is None else _kept(row)


async def list_reviews(tx: Connection, answer_ids: Collection[int]) -> list[StoredReview]:
    """Return the reviews of these answers, withdrawn ones included, the earliest first."""
    return [_kept(row) for row in await fetch(tx, LIST_REVIEWS, {"of_answers": list(answer_ids)})]


async def list_of_days(
    tx: Connection, guild_id: int, reviewer_ids: Collection[int], days: Collection[str]
) -> list[StoredReview]:
    """Return what these people reviewed in a server on any of these local dates, withdrawn ones included."""
    key = {"of_guild": guild_id, "of_users": list(reviewer_ids), "of_days": list(days)}
    return [_kept(row) for row in await fetch(tx, LIST_OF_DAYS, key)]


async def put_vote(tx: Connection, answer_id: int, user_id: int, text_at: datetime, now: datetime) -> None:
    """Write a person's vote for a text of an answer."""
    row = {"answer_id": answer_id, "user_id": user_id, "text_at": text_at, "created_at": now}
    await tx.execute(PUT_VOTE, row)


async def delete_vote(tx: Connection, answer_id: int, user_id: int) -> None:
    """Take a vote back."""
    await tx.execute(DELETE_VOTE, {"of_answer": answer_id, "of_user": user_id})


async def list_votes(tx: Connection, answer_ids: Collection[int]) -> list[tuple[int, int, datetime]]:
    """Return (answer_id, user_id, text_at) of the votes for these answers."""
    rows = await fetch(tx, LIST_VOTES, {"of_answers": list(answer_ids)})
    return [(row["answer_id"], row["user_id"], row["text_at"]) for row in rows]

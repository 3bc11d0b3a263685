"""The tables of reviews and votes, and their SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, Row, columns, fetch, fetch_one, set_row, table
from bot.features.reviews.ticks import ticks_of, ticks_text

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewText:
    """What a review says now, which its author may change.

    `ticks` are the rubric's points, counted from 0. `text_at` is when the text was written that it is about:
    an author may withdraw it and write another. `anonymous` says that its author was promised to stay
    unnamed.
    """

    reviewer_name: str
    ticks: frozenset[int]
    praise: str | None
    advice: str | None
    anonymous: bool
    state: Literal["live", "withdrawn"] = "live"
    text_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview(ReviewText):
    """One person's review of one answer: there is at most one row, whatever they withdraw and write again.

    `created_at` and `local_date` are those of the first review.
    """

    guild_id: int
    answer_id: int
    reviewer_id: int
    local_date: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview(NewReview):
    """A review that is written down."""

    id: int


def _kept(row: Row) -> StoredReview:
    values: dict[str, Any] = dict(row) | {"ticks": ticks_of(row["ticks"])}
    return StoredReview(**values)


def _columns(review: ReviewText) -> dict[str, Any]:
    return columns(review) | {"ticks": ticks_text(review.ticks)}


async def add_review(tx: Connection, new: NewReview) -> int:
    """Write a person's first review of an answer."""
    query = sa.insert(reviews).returning(reviews.c.id)
    return (await tx.execute(query, _columns(new))).scalar_one()


async def change_review(tx: Connection, review_id: int, said: ReviewText) -> None:
    """Write what a review says now."""
    await set_review(tx, review_id, **_columns(said))


async def set_review(tx: Connection, review_id: int, **values: Any) -> None:
    """Change columns of a review."""
    await set_row(tx, reviews, review_id, **values)


async def find_review(tx: Connection, answer_id: int, reviewer_id: int) -> StoredReview | None:
    """Return a person's review of an answer, a withdrawn one included."""
    query = sa.select(reviews).where(reviews.c.answer_id == answer_id, reviews.c.reviewer_id == reviewer_id)
    row = await fetch_one(tx, query)
    return None if row is None else _kept(row)


async def list_reviews(tx: Connection, answer_ids: Collection[int]) -> list[StoredReview]:
    """Return the reviews of these answers, withdrawn ones included, the earliest first."""
    query = (
        sa.select(reviews)
        .where(reviews.c.answer_id.in_(list(answer_ids)))
        .order_by(reviews.c.created_at, reviews.c.id)
    )
    return [_kept(row) for row in await fetch(tx, query)]


async def list_of_days(
    tx: Connection, guild_id: int, reviewer_ids: Collection[int], days: Collection[str]
) -> list[StoredReview]:
    """Return what these people reviewed in a server on any of these local dates, withdrawn ones included."""
    query = (
        sa.select(reviews)
        .where(
            reviews.c.guild_id == guild_id,
            reviews.c.reviewer_id.in_(list(reviewer_ids)),
            reviews.c.local_date.in_(list(days)),
        )
        .order_by(reviews.c.created_at, reviews.c.id)
    )
    return [_kept(row) for row in await fetch(tx, query)]


async def put_vote(tx: Connection, answer_id: int, user_id: int, text_at: datetime, now: datetime) -> None:
    """Write a person's vote for a text of an answer."""
    query = insert(votes)
    query = query.on_conflict_do_update(
        index_elements=["answer_id", "user_id"],
        set_={"text_at": query.excluded.text_at, "created_at": query.excluded.created_at},
    )
    row = {"answer_id": answer_id, "user_id": user_id, "text_at": text_at, "created_at": now}
    await tx.execute(query, row)


async def delete_vote(tx: Connection, answer_id: int, user_id: int) -> None:
    """Take a vote back."""
    await tx.execute(sa.delete(votes).where(votes.c.answer_id == answer_id, votes.c.user_id == user_id))


async def list_votes(tx: Connection, answer_ids: Collection[int]) -> list[tuple[int, int, datetime]]:
    """Return (answer_id, user_id, text_at) of the votes for these answers."""
    query = sa.select(votes.c.answer_id, votes.c.user_id, votes.c.text_at).where(
        votes.c.answer_id.in_(list(answer_ids))
    )
    return [(row["answer_id"], row["user_id"], row["text_at"]) for row in await fetch(tx, query)]

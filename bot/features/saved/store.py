"""The table of what members have saved and its SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, columns, fetch, fetch_one, get_row, table

saved = table(
    "saved",
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_saved_drop_id"), nullable=False),
    sa.Column("answer_id", Id, sa.ForeignKey("answers.id", name="fk_saved_answer_id")),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_saved_user_id_guild_id", "user_id", "guild_id"),
    # The model answer of a question has no answer_id, and NULLs are never equal to each other.
    sa.Index("uq_saved_model", "user_id", "drop_id", unique=True, sqlite_where=sa.text("answer_id IS NULL")),
    sa.Index("uq_saved_answer", "user_id", "answer_id", unique=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSaved:
    """What one person keeps: an answer, or (no `answer_id`) the model answer of a question."""

    user_id: int
    guild_id: int
    drop_id: int
    answer_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(NewSaved):
    """An entry that is written down."""

    id: int


async def add(tx: Connection, new: NewSaved) -> None:
    """Record that a person keeps something; what they keep already stays as it is."""
    await tx.execute(insert(saved).on_conflict_do_nothing(), columns(new))


async def remove(tx: Connection, user_id: int, saved_id: int) -> None:
    """Forget an entry of a person's own."""
    await tx.execute(sa.delete(saved).where(saved.c.id == saved_id, saved.c.user_id == user_id))


async def get(tx: Connection, saved_id: int) -> Saved | None:
    """Return an entry."""
    row = await get_row(tx, saved, saved_id)
    return None if row is None else Saved(**row)


async def find(tx: Connection, user_id: int, drop_id: int, answer_id: int | None) -> Saved | None:
    """Return a person's entry of an answer, or (None) of a question's model answer."""
    query = sa.select(saved).where(saved.c.user_id == user_id)
    if answer_id is None:
        query = query.where(saved.c.drop_id == drop_id, saved.c.answer_id.is_(None))
    else:
        query = query.where(saved.c.answer_id == answer_id)
    row = await fetch_one(tx, query)
    return None if row is None else Saved(**row)


async def list_of(tx: Connection, user_id: int, guild_id: int) -> list[Saved]:
    """Return what a person keeps in a server, the newest first."""
    query = (
        sa.select(saved)
        .where(saved.c.user_id == user_id, saved.c.guild_id == guild_id)
        .order_by(saved.c.created_at.desc(), saved.c.id.desc())
    )
    return [Saved(**row) for row in await fetch(tx, query)]

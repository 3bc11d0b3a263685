"""The tables of answers, drafts, hints seen and reminders and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import (
    Connection,
    Flag,
    Id,
    Moment,
    News,
    announce,
    columns,
    fetch,
    fetch_one,
    get_row,
    set_row,
    table,
)
from bot.ui.refusals import Refusal

Source = Literal["form", "message"]

answers = table(
    "answers",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_answers_drop_id"), nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("user_name", sa.Text, nullable=False),
    sa.Column("avatar_url", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("addition", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_url", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("round", Id, nullable=False),
    sa.Column("scored", Flag, nullable=False),
    sa.Column("late", Flag, nullable=False),
    sa.Column("hidden", Flag, nullable=False, server_default="0"),
    sa.Column("message_id", Id),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("added_at", Moment),
    sa.Column("revision", Id, nullable=False),
    sa.Column("shown_revision", Id, nullable=False),
    sa.UniqueConstraint("drop_id", "user_id"),
    sa.CheckConstraint("state IN ('live', 'withdrawn')", name="state"),
    sa.Index("ix_answers_user_id_guild_id", "user_id", "guild_id"),
    sa.Index("ix_answers_stale", "id", sqlite_where=sa.text("revision > shown_revision")),
)
drafts = table(
    "drafts",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("user_id", "purpose", "subject_id"),
)
hints_seen = table(
    "hints_seen",
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_hints_seen_drop_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("seen", Id, nullable=False),
)
reminders = table(
    "reminders",
    sa.Column("id", Id, primary_key=True),
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_reminders_drop_id"), nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.UniqueConstraint("drop_id", "user_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """One person's answer to one drop: there is at most one row, whatever they withdraw and write again.

    `round` counts from 1 with each new text after a withdrawal; `text` is what was scored or not,
    `addition` what Edit added. `message_id` is its message in the room. `hidden` is what organisers did.
    """

    guild_id: int
    drop_id: int
    user_id: int
    user_name: str
    avatar_url: str | None
    text: str
    addition: str | None = None
    source: Source
    source_url: str | None
    state: Literal["live", "withdrawn"] = "live"
    round: int = 1
    scored: bool
    late: bool
    hidden: bool = False
    message_id: int | None = None
    created_at: datetime
    added_at: datetime | None = None
    revision: int = 0
    shown_revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(NewAnswer):
    """An answer that is written down; `refused` is set where that was looked for (lifecycle.refusal_of)."""

    id: int
    refused: Refusal | None = None

    @property
    def stands(self) -> bool:
        """Return True if it can be seen at all: it is neither withdrawn nor hidden."""
        return self.state == "live" and not self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A text that could not be taken yet; `purpose` is answer or addition, `subject_id` the drop's id."""

    guild_id: int
    user_id: int
    purpose: str
    subject_id: int
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(NewDraft):
    """A draft that is written down."""

    id: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom to remind of which drop, and when."""

    id: int
    drop_id: int
    user_id: int
    due_at: datetime


async def add_answer(tx: Connection, new: NewAnswer) -> int:
    """Write a person's first answer to a drop."""
    query = sa.insert(answers).returning(answers.c.id)
    return (await tx.execute(query, columns(new))).scalar_one()


async def set_answer(tx: Connection, answer_id: int, **values: Any) -> None:
    """Change columns of an answer."""
    announce(tx, News.ANSWERS)
    await set_row(tx, answers, answer_id, **values)


async def forget_message(tx: Connection, answer: Answer) -> None:
    """Clear an answer's message, unless it has another one by now."""
    query = sa.update(answers).where(answers.c.id == answer.id, answers.c.message_id == answer.message_id)
    await tx.execute(query.values(message_id=None, shown_revision=answer.revision))


async def _one(tx: Connection, *conditions: sa.ColumnElement[bool]) -> Answer | None:
    row = await fetch_one(tx, sa.select(answers).where(*conditions))
    return None if row is None else Answer(**row)


async def get_answer(tx: Connection, answer_id: int) -> Answer | None:
    """Return an answer, withdrawn ones included."""
    return await _one(tx, answers.c.id == answer_id)


async def find_answer(tx: Connection, drop_id: int, user_id: int) -> Answer | None:
    """Return a person's answer to a drop, a withdrawn one included."""
    return await _one(tx, answers.c.drop_id == drop_id, answers.c.user_id == user_id)


async def list_of(tx: Connection, drop_id: int, user_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these people to their answers to a drop, withdrawn ones included."""
    query = sa.select(answers).where(answers.c.drop_id == drop_id, answers.c.user_id.in_(user_ids))
    return {row["user_id"]: Answer(**row) for row in await fetch(tx, query)}


async def list_these(tx: Connection, answer_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these ids to their answers, withdrawn ones included."""
    query = sa.select(answers).where(answers.c.id.in_(answer_ids))
    return {row["id"]: Answer(**row) for row in await fetch(tx, query)}


async def list_live(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a drop's answers, the earliest first."""
    query = (
        sa.select(answers)
        .where(answers.c.drop_id == drop_id, answers.c.state == "live")
        .order_by(answers.c.created_at, answers.c.id)
    )
    return [Answer(**row) for row in await fetch(tx, query)]


async def list_all(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a drop's answers, withdrawn and hidden ones included, the earliest first."""
    query = (
        sa.select(answers).where(answers.c.drop_id == drop_id).order_by(answers.c.created_at, answers.c.id)
    )
    return [Answer(**row) for row in await fetch(tx, query)]


async def show_again(tx: Connection, answer_id: int) -> None:
    """Have an answer's message edited: what stands on it besides the text has changed."""
    await set_answer(tx, answer_id, revision=answers.c.revision + 1)


async def list_stale(tx: Connection) -> list[Answer]:
    """Return the answers whose message does not show their newest state."""
    query = sa.select(answers).where(
        answers.c.revision > answers.c.shown_revision, answers.c.message_id.is_not(None)
    )
    return [Answer(**row) for row in await fetch(tx, query)]


async def put_draft(tx: Connection, new: NewDraft) -> int:
    """Keep a text, replacing the person's earlier draft of the same thing."""
    query = insert(drafts)
    query = query.on_conflict_do_update(
        index_elements=["user_id", "purpose", "subject_id"],
        set_={"text": query.excluded.text, "created_at": query.excluded.created_at},
    )
    return (await tx.execute(query.returning(drafts.c.id), columns(new))).scalar_one()


async def get_draft(tx: Connection, draft_id: int) -> Draft | None:
    row = await get_row(tx, drafts, draft_id)
    return None if row is None else Draft(**row)


async def find_draft(tx: Connection, user_id: int, purpose: str, subject_id: int) -> Draft | None:
    """Return a person's draft of one thing."""
    query = sa.select(drafts).where(
        drafts.c.user_id == user_id,
        drafts.c.purpose == purpose,
        drafts.c.subject_id == subject_id,
    )
    row = await fetch_one(tx, query)
    return None if row is None else Draft(**row)


async def list_drafts(
    tx: Connection, purpose: str, subject_id: int, user_ids: Sequence[int]
) -> dict[int, str]:
    """Map these people to the text of their draft of one thing."""
    query = sa.select(drafts.c.user_id, drafts.c.text).where(
        drafts.c.purpose == purpose,
        drafts.c.subject_id == subject_id,
        drafts.c.user_id.in_(user_ids),
    )
    return {row["user_id"]: row["text"] for row in await fetch(tx, query)}


async def delete_draft(tx: Connection, user_id: int, purpose: str, subject_id: int) -> None:
    """Forget a draft: its text was taken."""
    query = sa.delete(drafts).where(
        drafts.c.user_id == user_id,
        drafts.c.purpose == purpose,
        drafts.c.subject_id == subject_id,
    )
    await tx.execute(query)


async def get_seen(tx: Connection, drop_id: int, user_id: int) -> int:
    """Return how many hints a person has seen."""
    query = sa.select(hints_seen.c.seen).where(
        hints_seen.c.drop_id == drop_id, hints_seen.c.user_id == user_id
    )
    return (await tx.execute(query)).scalar() or 0


async def put_seen(tx: Connection, drop_id: int, user_id: int, seen: int) -> None:
    """Remember how many hints a person has seen."""
    query = insert(hints_seen)
    query = query.on_conflict_do_update(
        index_elements=["drop_id", "user_id"], set_={"seen": query.excluded.seen}
    )
    await tx.execute(query, {"drop_id": drop_id, "user_id": user_id, "seen": seen})


async def put_reminder(tx: Connection, drop_id: int, user_id: int, due_at: datetime) -> Reminder:
    """Make sure that a person has a reminder of a drop; asking twice keeps the first."""
    new = insert(reminders).on_conflict_do_nothing(index_elements=["drop_id", "user_id"])
    await tx.execute(new, {"drop_id": drop_id, "user_id": user_id, "due_at": due_at})
    query = sa.select(reminders).where(reminders.c.drop_id == drop_id, reminders.c.user_id == user_id)
    rows = await fetch(tx, query)
    return Reminder(**rows[0])


async def get_reminder(tx: Connection, reminder_id: int) -> Reminder | None:
    row = await get_row(tx, reminders, reminder_id)
    return None if row is None else Reminder(**row)

"""The tables of answers, drafts, hints seen and reminders and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, News, announce, fetch, fetch_one, table

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


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to one drop: there is at most one row, whatever they withdraw and write again.

    `round` counts from 1 with each new text after a withdrawal; `text` is what was scored or not,
    `addition` what Edit added. `message_id` is its message in the room. `hidden` is what organisers did.
    """

    id: int
    guild_id: int
    drop_id: int
    user_id: int
    user_name: str
    avatar_url: str | None
    text: str
    addition: str | None
    source: Source
    source_url: str | None
    state: Literal["live", "withdrawn"]
    round: int
    scored: bool
    late: bool
    hidden: bool
    message_id: int | None
    created_at: datetime
    added_at: datetime | None
    revision: int
    shown_revision: int

    @property
    def stands(self) -> bool:
        """Return True if it can be seen at all: it is neither withdrawn nor hidden."""
        return self.state == "live" and not self.hidden


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that could not be taken yet; `purpose` is answer or addition, `subject_id` the drop's id."""

    id: int
    guild_id: int
    user_id: int
    purpose: str
    subject_id: int
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom to remind of which drop, and when."""

    id: int
    drop_id: int
    user_id: int
    due_at: datetime


INSERT_ANSWER = sa.insert(answers).returning(answers.c.id)
UPDATE_ANSWER = sa.update(answers).where(answers.c.id == sa.bindparam("of_answer"))
FORGET_MESSAGE = UPDATE_ANSWER.where(answers.c.message_id == sa.bindparam("of_message")).values(
    message_id=None, shown_revision=sa.bindparam("to_revision")
)
GET_ANSWER = sa.select(answers).where(answers.c.id == sa.bindparam("of_answer"))
FIND_ANSWER = sa.select(answers).where(
    answers.c.drop_id == sa.bindparam("of_drop"), answers.c.user_id == sa.bindparam("of_user")
)
LIST_OF = sa.select(answers).where(
    answers.c.drop_id == sa.bindparam("of_drop"),
    answers.c.user_id.in_(sa.bindparam("of_users", expanding=True)),
)
LIST_THESE = sa.select(answers).where(answers.c.id.in_(sa.bindparam("these", expanding=True)))
LIST_LIVE = (
    sa.select(answers)
    .where(answers.c.drop_id == sa.bindparam("of_drop"), answers.c.state == "live")
    .order_by(answers.c.created_at, answers.c.id)
)
LIST_ALL = (
    sa.select(answers)
    .where(answers.c.drop_id == sa.bindparam("of_drop"))
    .order_by(answers.c.created_at, answers.c.id)
)
SHOW_AGAIN = UPDATE_ANSWER.values(revision=answers.c.revision + 1)
LIST_STALE = sa.select(answers).where(
    answers.c.revision > answers.c.shown_revision, answers.c.message_id.is_not(None)
)
_draft = insert(drafts)
PUT_DRAFT = _draft.on_conflict_do_update(
    index_elements=["user_id", "purpose", "subject_id"],
    set_={"text": _draft.excluded.text, "created_at": _draft.excluded.created_at},
).returning(drafts.c.id)
GET_DRAFT = sa.select(drafts).where(drafts.c.id == sa.bindparam("of_draft"))
FIND_DRAFT = sa.select(drafts).where(
    drafts.c.user_id == sa.bindparam("of_user"),
    drafts.c.purpose == sa.bindparam("of_purpose"),
    drafts.c.subject_id == sa.bindparam("of_subject"),
)
LIST_DRAFTS = sa.select(drafts.c.user_id, drafts.c.text).where(
    drafts.c.purpose == sa.bindparam("of_purpose"),
    drafts.c.subject_id == sa.bindparam("of_subject"),
    drafts.c.user_id.in_(sa.bindparam("of_users", expanding=True)),
)
DELETE_DRAFT = sa.delete(drafts).where(
    drafts.c.user_id == sa.bindparam("of_user"),
    drafts.c.purpose == sa.bindparam("of_purpose"),
    drafts.c.subject_id == sa.bindparam("of_subject"),
)
GET_SEEN = sa.select(hints_seen.c.seen).where(
    hints_seen.c.drop_id == sa.bindparam("of_drop"), hints_seen.c.user_id == sa.bindparam("of_user")
)
_seen = insert(hints_seen)
PUT_SEEN = _seen.on_conflict_do_update(
    index_elements=["drop_id", "user_id"], set_={"seen": _seen.excluded.seen}
)
PUT_REMINDER = insert(reminders).on_conflict_do_nothing(index_elements=["drop_id", "user_id"])
FIND_REMINDER = sa.select(reminders).where(
    reminders.c.drop_id == sa.bindparam("of_drop"), reminders.c.user_id == sa.bindparam("of_user")
)
GET_REMINDER = sa.select(reminders).where(reminders.c.id == sa.bindparam("of_reminder"))


async def add_answer(tx: Connection, row: dict[str, Any]) -> int:
    """Write a person's first answer to a drop."""
    return (await tx.execute(INSERT_ANSWER, row)).scalar_one()


async def set_answer(tx: Connection, answer_id: int, **values: Any) -> None:
    """Change columns of an answer."""
    announce(tx, News.STALE)
    await tx.execute(UPDATE_ANSWER.values(**values), {"of_answer": answer_id})


async def forget_message(tx: Connection, answer: Answer) -> None:
    """Clear an answer's message, unless it has another one by now."""
    key = {"of_answer": answer.id, "of_message": answer.message_id, "to_revision": answer.revision}
    await tx.execute(FORGET_MESSAGE, key)


async def _one(tx: Connection, query: sa.Select[Any], key: dict[str, Any]) -> Answer | None:
    row = await fetch_one(tx, query, key)
    return None if row is None else Answer(**row)


async def get_answer(tx: Connection, answer_id: int) -> Answer | None:
    """Return an answer, withdrawn ones included."""
    return await _one(tx, GET_ANSWER, {"of_answer": answer_id})


async def find_answer(tx: Connection, drop_id: int, user_id: int) -> Answer | None:
    """Return a person's answer to a drop, a withdrawn one included."""
    return await _one(tx, FIND_ANSWER, {"of_drop": drop_id, "of_user": user_id})


async def list_of(tx: Connection, drop_id: int, user_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these people to their answers to a drop, withdrawn ones included."""
    rows = await fetch(tx, LIST_OF, {"of_drop": drop_id, "of_users": list(user_ids)})
    return {row["user_id"]: Answer(**row) for row in rows}


async def list_these(tx: Connection, answer_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these ids to their answers, withdrawn ones included."""
    rows = await fetch(tx, LIST_THESE, {"these": list(answer_ids)})
    return {row["id"]: Answer(**row) for row in rows}


async def list_live(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a drop's answers, the earliest first."""
    return [Answer(**row) for row in await fetch(tx, LIST_LIVE, {"of_drop": drop_id})]


async def list_all(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a drop's answers, withdrawn and hidden ones included, the earliest first."""
    return [Answer(**row) for row in await fetch(tx, LIST_ALL, {"of_drop": drop_id})]


async def show_again(tx: Connection, answer_id: int) -> None:
    """Have an answer's message edited: what stands on it besides the text has changed."""
    announce(tx, News.STALE)
    await tx.execute(SHOW_AGAIN, {"of_answer": answer_id})


async def list_stale(tx: Connection) -> list[Answer]:
    """Return the answers whose message does not show their newest state."""
    return [Answer(**row) for row in await fetch(tx, LIST_STALE)]


async def put_draft(tx: Connection, row: dict[str, Any]) -> int:
    """Keep a text, replacing the person's earlier draft of the same thing."""
    return (await tx.execute(PUT_DRAFT, row)).scalar_one()


async def get_draft(tx: Connection, draft_id: int) -> Draft | None:
    """Return a draft."""
    row = await fetch_one(tx, GET_DRAFT, {"of_draft": draft_id})
    return None if row is None else Draft(**row)


async def find_draft(tx: Connection, user_id: int, purpose: str, subject_id: int) -> Draft | None:
    """Return a person's draft of one thing."""
    key = {"of_user": user_id, "of_purpose": purpose, "of_subject": subject_id}
    row = await fetch_one(tx, FIND_DRAFT, key)
    return None if row is None else Draft(**row)


async def list_drafts(
    tx: Connection, purpose: str, subject_id: int, user_ids: Sequence[int]
) -> dict[int, str]:
    """Map these people to the text of their draft of one thing."""
    key = {"of_purpose": purpose, "of_subject": subject_id, "of_users": list(user_ids)}
    return {row["user_id"]: row["text"] for row in await fetch(tx, LIST_DRAFTS, key)}


async def delete_draft(tx: Connection, user_id: int, purpose: str, subject_id: int) -> None:
    """Forget a draft: its text was taken."""
    key = {"of_user": user_id, "of_purpose": purpose, "of_subject": subject_id}
    await tx.execute(DELETE_DRAFT, key)


async def get_seen(tx: Connection, drop_id: int, user_id: int) -> int:
    """Return how many hints a person has seen."""
    return (await tx.execute(GET_SEEN, {"of_drop": drop_id, "of_user": user_id})).scalar() or 0


async def put_seen(tx: Connection, drop_id: int, user_id: int, seen: int) -> None:
    """Remember how many hints a person has seen."""
    await tx.execute(PUT_SEEN, {"drop_id": drop_id, "user_id": user_id, "seen": seen})


async def put_reminder(tx: Connection, drop_id: int, user_id: int, due_at: datetime) -> Reminder:
    """Make sure that a person has a reminder of a drop; asking twice keeps the first."""
    await tx.execute(PUT_REMINDER, {"drop_id": drop_id, "user_id": user_id, "due_at": due_at})
    rows = await fetch(tx, FIND_REMINDER, {"of_drop": drop_id, "of_user": user_id})
    return Reminder(**rows[0])


async def get_reminder(tx: Connection, reminder_id: int) -> Reminder | None:
    """Return a reminder."""
    row = await fetch_one(tx, GET_REMINDER, {"of_reminder": reminder_id})
    return None if row is None else Reminder(**row)

"""The table of reports and its SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Id, Moment, News, announce, columns, fetch, fetch_one, get_row, set_row, table
from bot.features.moderation.rules import Decision, State

reports = table(
    "reports",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("answer_id", Id, sa.ForeignKey("answers.id", name="fk_reports_answer_id"), nullable=False),
    sa.Column("reporter_id", Id, nullable=False),
    sa.Column("reporter_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text_at", Moment, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("addition", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("decided_by", Id),
    sa.Column("decided_at", Moment),
    sa.Column("channel_id", Id),
    sa.Column("message_id", Id),
    sa.Column("revision", Id, nullable=False),
    sa.Column("shown_revision", Id, nullable=False),
    sa.Column("old_messages", sa.Text),
    sa.UniqueConstraint("answer_id", "reporter_id", "text_at"),
    sa.CheckConstraint("state IN ('open', 'hidden', 'dismissed', 'shown')", name="state"),
    sa.Index("ix_reports_guild_id_state", "guild_id", "state"),
    sa.Index("ix_reports_stale", "id", sqlite_where=sa.text("revision > shown_revision")),
    sa.Index("ix_reports_moved", "id", sqlite_where=sa.text("old_messages IS NOT NULL")),
)


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Where a message stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What one person said of one text of an answer.

    `text` and `addition` are the answer as it was then, since its author may change it; `text_at` says when
    that was written. While it is open its message shows the answer too: `shown_revision` then counts the
    revisions of both.
    """

    guild_id: int
    answer_id: int
    reporter_id: int
    reporter_name: str
    reason: str
    text_at: datetime
    text: str
    addition: str | None
    state: State = "open"
    created_at: datetime
    revision: int = 0
    shown_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(NewReport):
    """A report that is written down.

    `channel_id` and `message_id` say where organisers read it. `old_messages` are those that it was posted
    anew for and that are still to be deleted; None where there are none.
    """

    id: int
    decided_by: int | None
    decided_at: datetime | None
    channel_id: int | None
    message_id: int | None
    old_messages: str | None = None

    @property
    def leftovers(self) -> tuple[PostedMessage, ...]:
        """Return the earlier messages, the first one first."""
        pairs = [pair.split("/") for pair in (self.old_messages or "").split()]
        return tuple(PostedMessage(int(channel_id), int(message_id)) for channel_id, message_id in pairs)


def messages_text(places: Iterable[PostedMessage]) -> str | None:
    """Return places as their column holds them: "7/12 8/34"; None for no place."""
    return " ".join(f"{place.channel_id}/{place.message_id}" for place in places) or None


async def add_report(tx: Connection, new: NewReport) -> int | None:
    """Write a report; None where the person has reported this text before."""
    query = (
        insert(reports)
        .on_conflict_do_nothing(index_elements=["answer_id", "reporter_id", "text_at"])
        .returning(reports.c.id)
    )
    return (await tx.execute(query, columns(new))).scalar()


async def get_report(tx: Connection, report_id: int) -> Report | None:
    row = await get_row(tx, reports, report_id)
    return None if row is None else Report(**row)


async def find_report(tx: Connection, answer_id: int, user_id: int, text_at: datetime) -> Report | None:
    """Return what a person has reported of a text."""
    query = sa.select(reports).where(
        reports.c.answer_id == answer_id,
        reports.c.reporter_id == user_id,
        reports.c.text_at == text_at,
    )
    row = await fetch_one(tx, query)
    return None if row is None else Report(**row)


async def set_report(tx: Connection, report_id: int, **values: Any) -> None:
    """Change columns of a report."""
    announce(tx, News.REPORTS)
    await set_row(tx, reports, report_id, **values)


async def decide(
    tx: Connection, answer_id: int, answers_revision: int, before: State, to: Decision, by: int, now: datetime
) -> None:
    """Decide all reports of an answer that are in the state `before`.

    From then on a message shows the report alone: its revision goes beyond what was shown of both.
    """
    announce(tx, News.REPORTS)
    query = (
        sa.update(reports)
        .where(reports.c.answer_id == answer_id, reports.c.state == before)
        .values(
            state=to,
            decided_by=by,
            decided_at=now,
            revision=reports.c.revision + answers_revision + 1,
        )
    )
    await tx.execute(query)


async def show_again(tx: Connection, guild_id: int, channel_id: int | None) -> None:
    """Have the reports that stand in a channel (None: in any of the server's) edited."""
    announce(tx, News.REPORTS)
    query = sa.update(reports).where(reports.c.guild_id == guild_id, reports.c.message_id.is_not(None))
    if channel_id is not None:
        query = query.where(reports.c.channel_id == channel_id)
    await tx.execute(query.values(revision=reports.c.revision + 1))


async def list_open(tx: Connection, guild_id: int) -> list[Report]:
    """Return the reports of a server that nobody has decided, the earliest first."""
    query = (
        sa.select(reports)
        .where(reports.c.guild_id == guild_id, reports.c.state == "open")
        .order_by(reports.c.id)
    )
    return [Report(**row) for row in await fetch(tx, query)]


async def list_posted(tx: Connection) -> list[Report]:
    """Return the reports whose message may not show their newest state: those changed, and all open ones."""
    # The open ones are read from their index alone: this is asked after every change of any message.
    waiting = reports.alias()
    query = sa.select(reports).where(
        sa.or_(
            reports.c.revision > reports.c.shown_revision,
            reports.c.id.in_(sa.select(waiting.c.id).where(waiting.c.state == "open")),
        ),
        reports.c.message_id.is_not(None),
    )
    return [Report(**row) for row in await fetch(tx, query)]


async def list_moved(tx: Connection) -> list[Report]:
    """Return the reports of which earlier messages are still to be deleted."""
    query = sa.select(reports).where(reports.c.old_messages.is_not(None)).order_by(reports.c.id)
    return [Report(**row) for row in await fetch(tx, query)]

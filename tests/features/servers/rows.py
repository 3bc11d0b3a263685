"""Rows for every table there is, made from the metadata: a new table is filled without a word here."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from bot.app import StudyBot
from bot.db import Connection, Flag, Moment, Words, metadata
from bot.features.servers.store import departures

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# What a check wants to have instead of a number or an "x".
FITTING: dict[str, Any] = {
    "schedules.state": "active",
    "schedules.days": 127,
    "schedules.minutes": 540,
    "schedules.channel_kind": "text",
    "schedules.zone": "UTC",
    "schedules.late_hours": 12,
    "drops.state": "open",
    "answers.state": "live",
    "posts.state": "pending",
    "item_answers.source": "quiz",
    "quizzes.state": "ended",
    "quiz_items.state": "closed",
    "reports.state": "open",
    "reviews.state": "live",
    "option": 1,
}
# The client knows every feature: with it every table is declared.
KNOWS_ALL = StudyBot
_numbers = count(1000)


async def fill(tx: Connection, guild_id: int, user_id: int) -> dict[str, dict[str, Any]]:
    """Write a row of a server into each table; return them by the table's name."""
    rows: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table is departures:
            continue
        row = {column.name: _value(column, rows, guild_id, user_id) for column in table.columns}
        await tx.execute(sa.insert(table), row)
        rows[table.name] = row
    return rows


def _value(column: sa.Column[Any], rows: dict[str, dict[str, Any]], guild_id: int, user_id: int) -> Any:
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    if column.name == "guild_id":
        return guild_id
    if column.name in {"user_id", "reviewer_id", "reporter_id", "starter_id"}:
        return user_id
    fitting = FITTING.get(f"{column.table.name}.{column.name}", FITTING.get(column.name))
    return _of_type(column) if fitting is None else fitting


def _of_type(column: sa.Column[Any]) -> Any:
    match column.type:
        case Moment():
            return NOW
        case Words():
            return ()
        case Flag():
            return True
        case sa.Text():
            return f"x{next(_numbers)}"
        case _:
            return next(_numbers)


async def everything(tx: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    return {
        table.name: sorted(tuple(row) for row in await tx.execute(sa.text(f"SELECT * FROM {table.name}")))  # noqa: S608 our own
        for table in metadata.sorted_tables
    }

"""What happens to a problem: it is reported, told once, and resolved, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.db import Connection
from bot.features.problems import store
from bot.features.problems.store import NewProblem
from bot.outbox import service as outbox
from bot.outbox.message import Trouble

NOTICE_NOT_AFTER = timedelta(days=7)
DIRECT = 0


async def report(
    tx: Connection, guild_id: int, schedule_id: int, trouble: Trouble, detail: str, now: datetime
) -> None:
    """Record a problem and queue its notice; the same problem is told once until it is mended."""
    if trouble is Trouble.UNAVAILABLE:
        return  # Discord's own failure: nobody here can mend it
    problem_id = await store.open_problem(tx, NewProblem(guild_id, schedule_id, trouble.value, detail, now))
    if problem_id is not None:
        await _queue_notice(tx, guild_id, problem_id, 0, now)


async def tell_in_server(tx: Connection, guild_id: int, problem_id: int, now: datetime) -> None:
    """Queue a notice for a channel: its direct message could not be delivered."""
    await _queue_notice(tx, guild_id, problem_id, 1, now)


async def _queue_notice(tx: Connection, guild_id: int, problem_id: int, part: int, now: datetime) -> None:
    await outbox.queue(
        tx,
        "notice",
        problem_id,
        part=part,
        guild_id=guild_id,
        channel_id=DIRECT,
        due_at=now,
        not_after=now + NOTICE_NOT_AFTER,
    )


async def resolve(
    tx: Connection, schedule_id: int, now: datetime, *, but_not: Collection[Trouble] = ()
) -> None:
    """Close the problems of a schedule, except those of the kinds `but_not`."""
    await store.resolve(tx, schedule_id, now, [trouble.value for trouble in but_not])


async def resolve_one(tx: Connection, schedule_id: int, trouble: Trouble, now: datetime) -> None:
    """Close one problem of a schedule."""
    await store.resolve_one(tx, schedule_id, trouble.value, now)

"""Telling organisers once what has to be mended."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.db import Connection
from bot.features.drops import store
from bot.features.drops.store import Drop
from bot.features.schedules import rules
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import Blocked, Trouble

NOTICE_NOT_AFTER = timedelta(days=7)
DIRECT = 0


async def report(
    tx: Connection, guild_id: int, schedule_id: int, trouble: Trouble, detail: str, now: datetime
) -> None:
    """Write a problem down and queue its notice; the same problem is told once until it is mended."""
    if trouble is Trouble.UNAVAILABLE:
        return  # Discord's own failure: nobody here can mend it
    row = {
        "guild_id": guild_id,
        "schedule_id": schedule_id,
        "code": trouble.value,
        "detail": detail,
        "created_at": now,
        "resolved_at": None,
    }
    problem_id = await store.open_problem(tx, row)
    if problem_id is not None:
        await outbox.queue(
            tx,
            "notice",
            problem_id,
            guild_id=guild_id,
            channel_id=DIRECT,
            due_at=now,
            not_after=now + NOTICE_NOT_AFTER,
        )


async def report_blocked(
    tx: Connection, directory: Directory, drop: Drop, blocked: Blocked, now: datetime
) -> None:
    """Report what keeps a drop's post from going out, naming the permissions that are missing."""
    detail = blocked.detail
    trouble = blocked.trouble
    if trouble in {Trouble.NO_PERMISSION, Trouble.NO_ACCESS}:
        needed = rules.needed_permissions(drop.channel_kind, drop.mode, drop.kind)
        missing = directory.missing(drop.guild_id, drop.channel_id, (*needed, *blocked.needs))
        if missing is None:
            trouble = Trouble.CHANNEL_GONE
        else:
            # Where the cache sees nothing missing, Discord's own words would only say so once more.
            names = missing or blocked.needs
            detail = ", ".join(rules.PERMISSION_LABELS[name] for name in names)
            if "manage_threads" in names:
                detail += f" (the room of {drop.called} was locked: to unlock it helps too)"
    await report(tx, drop.guild_id, drop.schedule_id, trouble, detail, now)


async def report_full(tx: Connection, drop: Drop, now: datetime) -> None:
    """Report that a room has as many members as Discord allows: answers go on, their authors stay outside."""
    await report(tx, drop.guild_id, drop.schedule_id, Trouble.ROOM_FULL, drop.called, now)

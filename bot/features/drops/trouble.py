"""Reporting what keeps a drop's posts from going out, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.drops import permissions
from bot.features.drops.store import Drop
from bot.features.problems import lifecycle as problems
from bot.gateway.directory import Directory
from bot.outbox.message import Blocked, Trouble
from bot.ui import refusals


async def report_blocked(
    tx: Connection, directory: Directory, drop: Drop, blocked: Blocked, now: datetime
) -> None:
    """Report what keeps a drop's post from going out, naming the permissions that are missing."""
    detail = refusals.kept(blocked.code, blocked.detail)
    trouble = blocked.trouble
    if trouble in {Trouble.NO_PERMISSION, Trouble.NO_ACCESS}:
        needed = permissions.needed_permissions(drop.channel_kind, drop.mode, drop.kind)
        missing = directory.missing(drop.guild_id, drop.channel_id, (*needed, *blocked.needs))
        if missing is None:
            trouble = Trouble.CHANNEL_GONE
        else:
            # Where the cache sees nothing missing, Discord's own words would only say so once more.
            names = missing or blocked.needs
            detail = ", ".join(permissions.PERMISSION_LABELS[name] for name in names)
            if "manage_threads" in names:
                detail += f" (the room of {drop.called} was locked: to unlock it helps too)"
    await problems.report(tx, drop.guild_id, drop.schedule_id, trouble, detail, now)


async def report_full(tx: Connection, drop: Drop, now: datetime) -> None:
    """Report that a room has as many members as Discord allows: answers go on, their authors stay outside."""
    await problems.report(tx, drop.guild_id, drop.schedule_id, Trouble.ROOM_FULL, drop.called, now)


async def report_lost_role(tx: Connection, drop: Drop, role_id: int, now: datetime) -> None:
    """Report that the role to ping is gone: the question goes out without."""
    await problems.report(tx, drop.guild_id, drop.schedule_id, Trouble.ROLE_GONE, str(role_id), now)

"""What becomes of a server's schedules and questions when the bot is removed from it and when it is back."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.schedules import store
from bot.features.schedules.flaws import flaw
from bot.features.schedules.recurrence import occurrences
from bot.outbox import service as outbox

LEFT = "I was not in this server at that time"


async def left(tx: Connection, guild_id: int, now: datetime) -> None:
    """Take back the questions that have not gone out; schedules keep their state for the day it is back."""
    for drop in await drops.list_being_asked(tx, guild_id):
        if await drops.is_waiting(tx, drop):
            await lifecycle.skip(tx, drop, LEFT, now)
            await outbox.skip(tx, "drop", drop.id, LEFT)


async def came_back(tx: Connection, guild_id: int, now: datetime) -> datetime | None:
    """Go on with each schedule's next occurrence from now; return the first of them, None without any."""
    moments: list[datetime] = []
    for schedule in await store.list_schedules(tx, guild_id):
        if schedule.state != "active" or flaw(schedule) is not None:
            # An organiser resumes or mends it, which looks for the next occurrence anyway.
            continue
        for occurrence in occurrences(schedule.recurrence, now):
            if not await drops.has_drop_on(tx, schedule.id, occurrence.local_date):
                await store.set_schedule(tx, schedule.id, next_run_at=occurrence.at)
                moments.append(occurrence.at)
                break
    return min(moments, default=None)

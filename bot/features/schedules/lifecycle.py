"""What happens to schedules beside their organisers' acts, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.drops.modes import ChannelKind, DropKind, Mode
from bot.features.schedules import rules, store
from bot.features.schedules.recurrence import EVERY_DAY
from bot.features.schedules.store import NewSchedule, Schedule


async def add_once(
    tx: Connection,
    guild_id: int,
    user_id: int,
    zone: str,
    channel: tuple[int, ChannelKind],
    kind: DropKind,
    mode: Mode,
    now: datetime,
) -> Schedule:
    """Write a schedule that is never due and stands in no list, for a question that a member begins.

    Whoever began it is told what keeps its question from going out.
    """
    channel_id, channel_kind = channel
    return await store.add_schedule(
        tx,
        NewSchedule(
            guild_id=guild_id,
            channel_id=channel_id,
            channel_kind=channel_kind,
            minutes=0,
            zone=zone,
            days=EVERY_DAY,
            mode=mode,
            kind=kind,
            late_hours=rules.DEFAULT_LATE_HOURS,
            state="removed",
            next_run_at=now,
            created_by=user_id,
            created_at=now,
        ),
    )

"""Looking whether a server's schedules can post: what was changed while nobody looked is told at once."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.drops import store
from bot.features.drops.store import Schedule
from bot.features.problems import reports
from bot.features.schedules import rules
from bot.gateway.directory import Directory
from bot.outbox.message import Trouble

# What a look can find, and therefore can see mended.
OF_THE_PLACE = (Trouble.CHANNEL_GONE, Trouble.NO_ACCESS, Trouble.NO_PERMISSION)


async def check(db: Database, clock: Clock, directory: Directory, guild_id: int) -> None:
    """Report what keeps a server's active schedules from posting, once, and close what was mended.

    Of a server that is unavailable nothing is known; the role of everybody has its server's id.
    """
    if directory.has_role(guild_id, guild_id) is None:
        return
    async with db.reading() as tx:
        active = [s for s in await store.list_schedules(tx, guild_id) if s.state == "active"]
        known = {(p.schedule_id, p.code) for p in await store.list_problems(tx, guild_id)}
    for schedule in active:
        found = {
            **_place(directory, schedule),
            **_role(directory, schedule),
        }
        wrong = {trouble for trouble, detail in found.items() if detail is not None}
        right = {trouble for trouble in found if trouble not in wrong}
        new = {trouble for trouble in wrong if (schedule.id, trouble.value) not in known}
        mended = {trouble for trouble in right if (schedule.id, trouble.value) in known}
        if new or mended:
            async with db.transaction() as tx:
                await _write(tx, clock, schedule, {t: found[t] or "" for t in new}, mended)


async def _write(
    tx: Connection, clock: Clock, schedule: Schedule, new: dict[Trouble, str], mended: set[Trouble]
) -> None:
    now = clock.now()
    for trouble in mended:
        await store.resolve_one(tx, schedule.id, trouble.value, now)
    for trouble, detail in new.items():
        await reports.report(tx, schedule.guild_id, schedule.id, trouble, detail, now)


def _place(directory: Directory, schedule: Schedule) -> dict[Trouble, str | None]:
    """Map what can be wrong with a channel to the details of what is; None where it is all right."""
    needed = rules.needed_permissions(schedule.channel_kind, schedule.mode, schedule.kind)
    missing = directory.missing(schedule.guild_id, schedule.channel_id, needed)
    found: dict[Trouble, str | None] = dict.fromkeys(OF_THE_PLACE)
    if missing is None:
        return {Trouble.CHANNEL_GONE: ""}
    if missing:
        # As Discord would refuse a post, so that this and a post's refusal are told once together.
        trouble = Trouble.NO_ACCESS if "view_channel" in missing else Trouble.NO_PERMISSION
        found[trouble] = ", ".join(rules.PERMISSION_LABELS[name] for name in missing)
    return found


def _role(directory: Directory, schedule: Schedule) -> dict[Trouble, str | None]:
    there = None if schedule.role_id is None else directory.has_role(schedule.guild_id, schedule.role_id)
    if there is None:
        return {}
    return {Trouble.ROLE_GONE: None if there else str(schedule.role_id)}

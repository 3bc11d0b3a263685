"""Which question a schedule asks, and the drop that comes of it: in the caller's transaction."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.bank.service import BankItem, BankQuestion, BankService, Candidate
from bot.features.drops import lifecycle
from bot.features.drops.modes import DropKind, drop_mode
from bot.features.drops.queries import Past
from bot.features.drops.store import NewDrop
from bot.features.problems import lifecycle as problems
from bot.features.schedules import rules
from bot.features.schedules.recurrence import Occurrence
from bot.features.schedules.store import Schedule
from bot.outbox.message import Trouble
from questions import letters

Pools = dict[DropKind, list[Candidate]]
NO_QUESTION = "no question left after the filters"


async def list_pools(tx: Connection, bank: BankService, schedule: Schedule, local_date: date) -> Pools:
    """Map each kind that a schedule may ask on a date to what its filters leave, the wanted kind first."""
    pools: Pools = {}
    for kind in rules.kinds_on(schedule.kind, local_date):
        filters = (tx, schedule.guild_id, schedule.categories, schedule.difficulties)
        # An item of a quiz that is running would be solved in front of everybody within minutes.
        pools[kind] = await (bank.list_free if kind == "choice" else bank.list_candidates)(*filters)
    return pools


async def preview(
    tx: Connection, bank: BankService, schedule: Schedule, pools: Pools
) -> BankQuestion | BankItem:
    """Return an example of what is asked next; `pools` must not be all empty."""
    kind, left = next((kind, left) for kind, left in pools.items() if left)
    version_id = left[schedule.id % len(left)].version_id
    return await (bank.get_item if kind == "choice" else bank.get_question)(tx, version_id)


async def add_drop(
    tx: Connection,
    bank: BankService,
    schedule: Schedule,
    past: Past,
    occurrence: Occurrence | None,
    now: datetime,
) -> int | None:
    """Choose a question and queue its post; without an occurrence it is an extra one, due now.

    `past` is what the server was asked before.

    Return the drop's id; None where that local date has its drop already, or no question is left.
    """
    due_at = occurrence.at if occurrence else now
    local_date = occurrence.local_date if occurrence else now.astimezone(ZoneInfo(schedule.zone)).date()
    seed = f"{schedule.id} {due_at.isoformat()}"
    found = await _choose(tx, bank, schedule, past, local_date, seed)
    if found is None:
        if occurrence is not None:
            await leave_out(tx, schedule, occurrence, NO_QUESTION)
        await problems.report(tx, schedule.guild_id, schedule.id, Trouble.NO_QUESTION, NO_QUESTION, now)
        return None
    kind, chosen = found
    new = NewDrop(
        guild_id=schedule.guild_id,
        schedule_id=schedule.id,
        channel_id=schedule.channel_id,
        channel_kind=schedule.channel_kind,
        mode=drop_mode(kind, schedule.mode),
        role_id=schedule.role_id,
        local_date=occurrence.local_date.isoformat() if occurrence else None,
        number=past.last_number + 1,
        due_at=due_at,
        reveal_at=rules.reveal_at(schedule.recurrence, schedule.reveal_minutes, due_at, now),
        kind=kind,
        version_id=chosen.version_id,
        question_id=chosen.question_id,
        category=chosen.category,
        shuffle=order_of(seed) if kind == "choice" else None,
    )
    return await lifecycle.plan(tx, new, timedelta(hours=schedule.late_hours))


async def leave_out(tx: Connection, schedule: Schedule, occurrence: Occurrence, reason: str) -> bool:
    """Record that an occurrence has no question, and why; False where that was known, or it has one."""
    new = NewDrop(
        guild_id=schedule.guild_id,
        schedule_id=schedule.id,
        channel_id=schedule.channel_id,
        channel_kind=schedule.channel_kind,
        mode=schedule.mode,
        local_date=occurrence.local_date.isoformat(),
        due_at=occurrence.at,
        reveal_at=occurrence.at,
        state="skipped",
        reason=reason,
    )
    return await lifecycle.leave_out(tx, new)


async def _choose(
    tx: Connection, bank: BankService, schedule: Schedule, past: Past, local_date: date, seed: str
) -> tuple[DropKind, Candidate] | None:
    for kind, left in (await list_pools(tx, bank, schedule, local_date)).items():
        # What is being answered in the server already would be revealed twice, the second time to all.
        rest = [one for one in left if one.question_id not in past.open_now]
        chosen = rules.choose(rest or left, past.uses, past.last_category, seed)
        if chosen is not None:
            return kind, chosen
    return None


def order_of(seed: str) -> str:
    """Return the order of the options, fixed for good: everybody sees the same."""
    return letters.shuffle(random.Random(f"{seed} options"))  # noqa: S311 no secret

"""Choosing what a schedule asks, and the drop that comes of it: within the caller's transaction."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.bank import letters
from bot.features.bank.service import BankItem, BankQuestion, BankService, Candidate
from bot.features.drops import store
from bot.features.drops.store import Schedule
from bot.features.problems import reports
from bot.features.schedules import rules
from bot.features.schedules.recurrence import Occurrence
from bot.features.schedules.rules import DropKind
from bot.outbox import service as outbox
from bot.outbox.message import Trouble

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
    tx: Connection, bank: BankService, schedule: Schedule, occurrence: Occurrence | None, now: datetime
) -> int | None:
    """Choose a question and queue its post; without an occurrence it is an extra one, due now.

    None where that local date has its drop already, or no question is left.
    """
    due_at = occurrence.at if occurrence else now
    local_date = occurrence.local_date if occurrence else now.astimezone(ZoneInfo(schedule.zone)).date()
    seed = f"{schedule.id} {due_at.isoformat()}"
    found = await _choose(tx, bank, schedule, local_date, seed)
    if found is None:
        if occurrence is not None:
            await add_skipped(tx, schedule, occurrence, NO_QUESTION)
        await reports.report(tx, schedule.guild_id, schedule.id, Trouble.NO_QUESTION, NO_QUESTION, now)
        return None
    kind, chosen = found
    reveal_at = rules.reveal_at(schedule.recurrence, schedule.reveal_minutes, due_at, now)
    row = _row(schedule, occurrence, due_at, reveal_at) | {
        "version_id": chosen.version_id,
        "question_id": chosen.question_id,
        "category": chosen.category,
        "kind": kind,
        "shuffle": order_of(seed) if kind == "choice" else None,
        "mode": rules.drop_mode(kind, schedule.mode),
        "state": "planned",
        "reason": None,
    }
    drop_id = await store.add_drop(tx, row)
    if drop_id is None:
        return None
    await store.set_drop(tx, drop_id, number=await store.next_number(tx, schedule.guild_id))
    await outbox.queue(
        tx,
        "drop",
        drop_id,
        guild_id=schedule.guild_id,
        channel_id=schedule.channel_id,
        due_at=due_at,
        not_after=due_at + timedelta(hours=schedule.late_hours),
    )
    return drop_id


async def add_skipped(tx: Connection, schedule: Schedule, occurrence: Occurrence, reason: str) -> None:
    """Write down that an occurrence has no question, and why."""
    row = _row(schedule, occurrence, occurrence.at, occurrence.at)
    await store.add_drop(tx, row | {"state": "skipped", "reason": reason})


async def _choose(
    tx: Connection, bank: BankService, schedule: Schedule, local_date: date, seed: str
) -> tuple[DropKind, Candidate] | None:
    uses = await store.uses(tx, schedule.guild_id)
    last_category = await store.last_category(tx, schedule.guild_id)
    open_now = {drop.question_id for drop in await store.list_being_asked(tx, schedule.guild_id)}
    for kind, left in (await list_pools(tx, bank, schedule, local_date)).items():
        # What is being answered in the server already would be revealed twice, the second time to all.
        rest = [one for one in left if one.question_id not in open_now]
        chosen = rules.choose(rest or left, uses, last_category, seed)
        if chosen is not None:
            return kind, chosen
    return None


def order_of(seed: str) -> str:
    """Return the order of the options, fixed for good: everybody sees the same."""
    return letters.shuffle(random.Random(f"{seed} options"))  # noqa: S311 no secret


def _row(
    schedule: Schedule, occurrence: Occurrence | None, due_at: datetime, reveal_at: datetime
) -> dict[str, object]:
    return {
        "guild_id": schedule.guild_id,
        "schedule_id": schedule.id,
        "local_date": occurrence.local_date.isoformat() if occurrence else None,
        "mode": schedule.mode,
        "channel_id": schedule.channel_id,
        "channel_kind": schedule.channel_kind,
        "role_id": schedule.role_id,
        "due_at": due_at,
        "reveal_at": reveal_at,
    }

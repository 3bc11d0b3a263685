"""Schedules: what an organiser sets up, changes, pauses and removes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankItem, BankQuestion, BankService, Category
from bot.features.drops import store
from bot.features.drops.service import MISSED, REVEALS, SKIPPED_BY, DailyService
from bot.features.drops.store import Drop, Problem, Schedule
from bot.features.schedules import plan, rules
from bot.features.schedules.options import Refused, Wish, read_wish
from bot.features.schedules.recurrence import EVERY_DAY, Occurrence, next_occurrence, occurrences
from bot.outbox import service as outbox
from bot.outbox.service import Post

REMOVED = "the schedule was removed"
PAUSED = "paused by an organiser"
# Two presses of one button are one wish.
DOUBLE_PRESS = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Saved:
    """A schedule as it is now, with an example of what it asks next.

    `questions` and `items` are how many it can choose from, to write about and to tap an option of.
    `created` and `changed` say what was done; `others` counts the server's further schedules.
    """

    schedule: Schedule
    categories: tuple[Category, ...]
    preview: BankQuestion | BankItem
    questions: int
    items: int
    created: bool
    posted_before: bool
    changed: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class NoSchedule:
    """There is no such schedule in this server any more."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The occurrence that will not be posted, and the one after it."""

    schedule: Schedule
    skipped: Occurrence
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """A question is on its way."""

    schedule: Schedule
    drop_id: int


@dataclass(frozen=True, slots=True)
class AlreadyPosting:
    """One was asked for a moment ago."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Health:
    """A schedule with its last drops (newest first), and what keeps posts from going out."""

    schedules: tuple[tuple[Schedule, tuple[Drop, ...]], ...]
    problems: tuple[Problem, ...]
    waiting: tuple[Post, ...]


class SchedulesService:
    """What organisers do; every method opens its own transaction."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, daily: DailyService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._daily = daily

    async def set_up(self, guild_id: int, user_id: int, wish: Wish, locale: str) -> Saved | Refused:
        """Make the schedule of a channel, or change it where the channel has one."""
        async with self._db.transaction() as tx:
            found = [s for s in await store.list_schedules(tx, guild_id) if s.channel_id == wish.channel_id]
            if found:
                return await self._change(tx, found[0], wish)
            return await self._add(tx, guild_id, user_id, wish, locale)

    async def add(self, guild_id: int, user_id: int, wish: Wish, locale: str) -> Saved | Refused:
        """Make a further schedule."""
        async with self._db.transaction() as tx:
            return await self._add(tx, guild_id, user_id, wish, locale)

    async def edit(self, guild_id: int, schedule_id: int, wish: Wish) -> Saved | Refused | NoSchedule:
        """Change a schedule; what is still waiting to be posted follows it to a new channel."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            return await self._change(tx, schedule, wish)

    async def _add(
        self, tx: Connection, guild_id: int, user_id: int, wish: Wish, locale: str
    ) -> Saved | Refused:
        now = self._clock.now()
        if len(await store.list_schedules(tx, guild_id)) >= rules.SCHEDULES_A_SERVER:
            return Refused(
                f"This server has {rules.SCHEDULES_A_SERVER} schedules, which is the most: "
                "remove one with `/manage schedule remove` first."
            )
        zone = await store.get_zone(tx, guild_id) or locale
        blank = Schedule(
            id=0,
            guild_id=guild_id,
            channel_id=wish.channel_id or 0,
            channel_kind=wish.channel_kind or "text",
            minutes=rules.DEFAULT_MINUTES,
            zone=zone,
            days=EVERY_DAY,
            categories=(),
            difficulties=(),
            mode="blind" if (wish.channel_kind or "text") == "text" else "open",
            kind=rules.DEFAULT_KIND,
            role_id=None,
            reveal_minutes=None,
            late_hours=rules.DEFAULT_LATE_HOURS,
            state="active",
            next_run_at=now,
            created_by=user_id,
            created_at=now,
        )
        wanted = await self._apply(tx, blank, wish)
        if isinstance(wanted, Refused):
            return wanted
        await store.put_guild(tx, guild_id, wanted.zone, now)
        if wish.zone is not None:
            await store.set_zone(tx, guild_id, wanted.zone)
        wanted = replace(wanted, next_run_at=next_occurrence(wanted.recurrence, now).at)
        schedule_id = await store.add_schedule(tx, _columns(wanted))
        return await self._saved(tx, replace(wanted, id=schedule_id), created=True)

    async def _change(self, tx: Connection, schedule: Schedule, wish: Wish) -> Saved | Refused:
        now = self._clock.now()
        wanted = await self._apply(tx, schedule, wish)
        if isinstance(wanted, Refused):
            return wanted
        if wanted.recurrence != schedule.recurrence:
            wanted = replace(wanted, next_run_at=await self._next_free(tx, wanted, now))
        await store.set_schedule(tx, schedule.id, **_columns(wanted))
        if wish.zone is not None:
            await store.set_zone(tx, schedule.guild_id, wanted.zone)
        for drop in await self._waiting(tx, schedule):
            await store.set_drop(
                tx,
                drop.id,
                channel_id=wanted.channel_id,
                channel_kind=wanted.channel_kind,
                mode=rules.drop_mode(drop.kind, wanted.mode),
                role_id=wanted.role_id,
            )
            await outbox.move(tx, "drop", drop.id, wanted.channel_id)
        if _might_mend(schedule, wanted):
            await store.resolve(tx, schedule.id, now)
        await outbox.retry_guild(tx, schedule.guild_id, now)
        return await self._saved(tx, wanted, created=False, changed=wanted != schedule)

    async def _waiting(self, tx: Connection, schedule: Schedule) -> list[Drop]:
        """Return the questions that have not been sent: what is on its way to Discord cannot be changed."""
        planned = [d for d in await store.list_recent_drops(tx, schedule.id, 5) if d.state == "planned"]
        posts = {drop.id: await outbox.get_post(tx, "drop", drop.id) for drop in planned}
        return [d for d in planned if (post := posts[d.id]) is not None and post.state == "pending"]

    async def _next_free(self, tx: Connection, schedule: Schedule, now: datetime) -> datetime:
        """Return the next run on a local date that had no question yet and is not left out."""
        for occurrence in occurrences(schedule.recurrence, now):
            if not await store.has_drop_on(tx, schedule.id, occurrence.local_date):
                return occurrence.at
        raise AssertionError("a schedule has no last occurrence")

    async def _apply(self, tx: Connection, schedule: Schedule, wish: Wish) -> Schedule | Refused:
        """Read what was typed onto a schedule; one that no question is left for is refused too."""
        wanted = read_wish(schedule, wish, await self._bank.list_categories(tx, schedule.guild_id))
        if isinstance(wanted, Refused):
            return wanted
        if any((await self._pools(tx, wanted)).values()):
            return wanted
        other = "" if wanted.kind == "mixed" else ", or `kind: mixed`"
        return Refused(
            "No question is left with these categories, this difficulty and this kind: "
            f"choose more categories, or `difficulty: any`{other}."
        )

    async def _pools(self, tx: Connection, schedule: Schedule) -> plan.Pools:
        """Return what a schedule can choose from, the kind of its next question first."""
        coming = next_occurrence(schedule.recurrence, self._clock.now())
        return await plan.list_pools(tx, self._bank, schedule, coming.local_date)

    async def _saved(
        self, tx: Connection, schedule: Schedule, *, created: bool, changed: bool = False
    ) -> Saved:
        pools = await self._pools(tx, schedule)
        known = await self._bank.list_categories(tx, schedule.guild_id)
        return Saved(
            schedule=schedule,
            categories=tuple(c for c in known if c.key in schedule.categories),
            preview=await plan.preview(tx, self._bank, schedule, pools),
            questions=len(pools.get("open", ())),
            items=len(pools.get("choice", ())),
            created=created,
            posted_before=await store.last_drop_of(tx, schedule.id) is not None,
            changed=changed,
            others=len(await store.list_schedules(tx, schedule.guild_id)) - 1,
        )

    async def get(self, guild_id: int, schedule_id: int) -> Saved | NoSchedule:
        """Return a schedule as its panel shows it."""
        async with self._db.reading() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            return NoSchedule() if schedule is None else await self._saved(tx, schedule, created=False)

    async def list_all(self, guild_id: int) -> list[Schedule]:
        """Return a server's schedules."""
        async with self._db.reading() as tx:
            return await store.list_schedules(tx, guild_id)

    async def list_categories(self, guild_id: int) -> list[Category]:
        """Return the categories a server can choose from."""
        async with self._db.reading() as tx:
            return await self._bank.list_categories(tx, guild_id)

    async def pause(self, guild_id: int, schedule_id: int) -> Schedule | NoSchedule:
        """Post nothing more until it is resumed; what is open goes on to its reveal."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            await store.set_schedule(tx, schedule.id, state="paused")
            for drop in await self._waiting(tx, schedule):
                await self._daily.skip_drop(tx, drop, PAUSED)
                await outbox.skip(tx, "drop", drop.id, PAUSED)
            return replace(schedule, state="paused")

    async def resume(self, guild_id: int, schedule_id: int) -> Schedule | NoSchedule:
        """Go on with the next occurrence from now; what was missed in the pause stays missed."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            next_at = await self._next_free(tx, schedule, self._clock.now())
            await store.set_schedule(tx, schedule.id, state="active", next_run_at=next_at)
            return replace(schedule, state="active", next_run_at=next_at)

    async def skip(self, guild_id: int, schedule_id: int) -> Skipped | NoSchedule:
        """Leave out the next occurrence that is not left out yet."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            for occurrence in occurrences(schedule.recurrence, now):
                row = {
                    "guild_id": guild_id,
                    "schedule_id": schedule.id,
                    "local_date": occurrence.local_date.isoformat(),
                    "mode": schedule.mode,
                    "channel_id": schedule.channel_id,
                    "channel_kind": schedule.channel_kind,
                    "role_id": None,
                    "due_at": occurrence.at,
                    "reveal_at": occurrence.at,
                    "state": "skipped",
                    "reason": SKIPPED_BY,
                }
                if await store.add_drop(tx, row) is not None:
                    next_at = await self._next_free(tx, schedule, now)
                    if schedule.next_run_at >= occurrence.at:
                        await store.set_schedule(tx, schedule.id, next_run_at=next_at)
                    return Skipped(schedule, occurrence, next_at)
        raise AssertionError("a schedule has no last occurrence")

    async def remove(self, guild_id: int, schedule_id: int) -> Schedule | NoSchedule:
        """End a schedule for good: nothing of it is posted any more; answers and points stay."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            await store.set_schedule(tx, schedule.id, state="removed")
            for drop in await store.list_recent_drops(tx, schedule.id, 50):
                # Written answers were paid at once; choices are at the reveal, which therefore still comes.
                if drop.state == "planned" or (drop.state == "open" and drop.kind == "open"):
                    await store.set_drop(
                        tx, drop.id, state="skipped", reason=REMOVED, revision=drop.revision + 1
                    )
                    for kind in ("drop", "room", *REVEALS.values()):
                        await outbox.skip(tx, kind, drop.id, REMOVED)
            await store.resolve(tx, schedule.id, self._clock.now())
            return schedule

    async def post_now(
        self, guild_id: int, schedule_id: int
    ) -> Posting | AlreadyPosting | Refused | NoSchedule:
        """Post a question at once, besides the scheduled ones; pressing twice posts one."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            last = await store.last_drop_of(tx, schedule.id)
            if last is not None and (last.state == "planned" or now - last.due_at < DOUBLE_PRESS):
                return AlreadyPosting(last)
            drop_id = await plan.add_drop(tx, self._bank, schedule, None, now)
            if drop_id is None:
                return Refused(
                    "No question is left with this schedule's filters: "
                    "widen them with `/manage schedule edit`."
                )
            return Posting(schedule, drop_id)

    async def health(self, guild_id: int) -> Health:
        """Return what an organiser needs to see when a question did not come."""
        async with self._db.reading() as tx:
            schedules = await store.list_schedules(tx, guild_id)
            rows = [(s, tuple(await store.list_recent_drops(tx, s.id, 3))) for s in schedules]
            return Health(
                tuple(rows),
                tuple(await store.list_problems(tx, guild_id)),
                tuple(await outbox.list_struggling(tx, guild_id)),
            )

    async def try_again(self, guild_id: int) -> int:
        """Make everything that waits in a server due now; return how many posts."""
        async with self._db.transaction() as tx:
            return await outbox.retry_guild(tx, guild_id, self._clock.now())

    async def _find(self, tx: Connection, guild_id: int, schedule_id: int) -> Schedule | None:
        schedule = await store.get_schedule(tx, schedule_id)
        if schedule is None or schedule.guild_id != guild_id or schedule.state == "removed":
            return None
        return schedule


def _might_mend(before: Schedule, after: Schedule) -> bool:
    """Say whether an edit changed what a problem can come from; if it is still there, it is told anew."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("channel_id", "mode", "kind", "role_id", "categories", "difficulties")
    )


def _columns(schedule: Schedule) -> dict[str, Any]:
    names = [name for name in Schedule.__slots__ if name != "id"]
    return {name: getattr(schedule, name) for name in names}


__all__ = [
    "MISSED",
    "AlreadyPosting",
    "Health",
    "NoSchedule",
    "Posting",
    "Refused",
    "Saved",
    "SchedulesService",
    "Skipped",
    "Wish",
]

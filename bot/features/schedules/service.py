"""Schedules: what an organiser sets up, changes, pauses and removes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import randbelow

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService, Category
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.problems import lifecycle as problem_lifecycle
from bot.features.problems import queries as problems
from bot.features.schedules import checks, rules, selection, store
from bot.features.schedules.flaws import flaw
from bot.features.schedules.options import ScheduleOptions, read_options
from bot.features.schedules.outcomes import (
    AlreadyPosting,
    Health,
    Listing,
    NoSchedule,
    NothingLeft,
    NothingMatches,
    Paused,
    Posting,
    Refused,
    Removed,
    Resumed,
    Saved,
    SettingUnknown,
    Skipped,
    TooMany,
)
from bot.features.schedules.recurrence import EVERY_DAY, next_occurrence, occurrences
from bot.features.schedules.store import Schedule
from bot.features.server_settings import changes
from bot.features.server_settings import queries as server_settings
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import Trouble

PAUSED = "paused by an organiser"

SKIPPED_BY = "skipped by an organiser"

# Two presses of one button are one.
DOUBLE_PRESS = timedelta(seconds=30)


class SchedulesService:
    """What organisers do; every method opens its own transaction."""

    def __init__(
        self, db: Database, clock: Clock, bank: BankService, draw: Callable[[int], int] = randbelow
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._draw = draw  # returns a number from 0 to one less than what it is given

    async def set_up(
        self, guild_id: int, user_id: int, options: ScheduleOptions, locale: str
    ) -> Saved | Refused:
        """Make the schedule of a channel, or change it where the channel has one."""
        async with self._db.transaction() as tx:
            found = [
                s for s in await store.list_schedules(tx, guild_id) if s.channel_id == options.channel_id
            ]
            if found:
                return await self._change(tx, found[0], options)
            return await self._add(tx, guild_id, user_id, options, locale)

    async def add(
        self, guild_id: int, user_id: int, options: ScheduleOptions, locale: str
    ) -> Saved | Refused:
        """Make a further schedule."""
        async with self._db.transaction() as tx:
            return await self._add(tx, guild_id, user_id, options, locale)

    async def edit(
        self, guild_id: int, schedule_id: int, options: ScheduleOptions
    ) -> Saved | Refused | NoSchedule:
        """Change a schedule; what is still waiting to be posted follows it to a new channel."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            return await self._change(tx, schedule, options)

    async def _add(
        self, tx: Connection, guild_id: int, user_id: int, options: ScheduleOptions, locale: str
    ) -> Saved | Refused:
        now = self._clock.now()
        if len(await store.list_schedules(tx, guild_id)) >= rules.SCHEDULES_A_SERVER:
            return TooMany()
        zone = await server_settings.get_zone(tx, guild_id) or locale
        blank = Schedule(
            id=0,
            guild_id=guild_id,
            channel_id=options.channel_id or 0,
            channel_kind=options.channel_kind or "text",
            minutes=rules.DEFAULT_MINUTES + self._draw(rules.SPREAD_MINUTES),
            zone=zone,
            days=EVERY_DAY,
            mode="blind" if (options.channel_kind or "text") == "text" else "open",
            kind=rules.DEFAULT_KIND,
            late_hours=rules.DEFAULT_LATE_HOURS,
            state="active",
            next_run_at=now,
            created_by=user_id,
            created_at=now,
        )
        wanted = await self._apply(tx, blank, options)
        if isinstance(wanted, Refused):
            return wanted
        await changes.put_zone(tx, guild_id, wanted.zone, now)
        if options.zone is not None:
            await changes.set_zone(tx, guild_id, wanted.zone)
        wanted = replace(wanted, next_run_at=next_occurrence(wanted.recurrence, now).at)
        schedule = await store.add_schedule(tx, wanted)
        return replace(await self._saved(tx, schedule, created=True), drawn=options.time is None)

    async def _change(self, tx: Connection, schedule: Schedule, options: ScheduleOptions) -> Saved | Refused:
        now = self._clock.now()
        wanted = await self._apply(tx, schedule, options)
        if isinstance(wanted, Refused):
            return wanted
        if wanted.recurrence != schedule.recurrence:
            wanted = replace(wanted, next_run_at=await self._next_free(tx, wanted, now))
        await store.change_schedule(tx, wanted)
        if options.zone is not None:
            await changes.set_zone(tx, schedule.guild_id, wanted.zone)
        for drop in await self._waiting(tx, schedule):
            await lifecycle.move(
                tx, drop, wanted.channel_id, wanted.channel_kind, wanted.mode, wanted.role_id
            )
        # Every setting can be read now, and what failed for a reason of mine is tried anew.
        for trouble in (Trouble.UNREADABLE, Trouble.MY_ERROR):
            await problem_lifecycle.resolve_one(tx, schedule.id, trouble, now)
        if _might_mend(schedule, wanted):
            await problem_lifecycle.resolve(tx, schedule.id, now)
        await outbox.retry_guild(tx, schedule.guild_id, now)
        return await self._saved(tx, wanted, created=False, changed=wanted != schedule)

    async def _waiting(self, tx: Connection, schedule: Schedule) -> list[Drop]:
        """Return the questions that have not been sent."""
        recent = await drops.list_recent(tx, schedule.id, 5)
        return [drop for drop in recent if await drops.is_waiting(tx, drop)]

    async def _next_free(self, tx: Connection, schedule: Schedule, now: datetime) -> datetime:
        """Return the next run on a local date that had no question yet and is not left out."""
        for occurrence in occurrences(schedule.recurrence, now):
            if not await drops.has_drop_on(tx, schedule.id, occurrence.local_date):
                return occurrence.at
        raise AssertionError("a schedule has no last occurrence")

    async def _apply(
        self, tx: Connection, schedule: Schedule, options: ScheduleOptions
    ) -> Schedule | Refused:
        """Read what was typed onto a schedule; one that no question is left for is refused too."""
        wanted = read_options(schedule, options, await self._bank.list_categories(tx, schedule.guild_id))
        if isinstance(wanted, Refused):
            return wanted
        if any((await self._pools(tx, wanted)).values()):
            return wanted
        return NothingMatches(mixed=wanted.kind == "mixed")

    async def _pools(self, tx: Connection, schedule: Schedule) -> selection.Pools:
        """Return what a schedule can choose from, the kind of its next question first."""
        coming = next_occurrence(schedule.recurrence, self._clock.now())
        return await selection.list_pools(tx, self._bank, schedule, coming.local_date)

    async def _saved(
        self, tx: Connection, schedule: Schedule, *, created: bool, changed: bool = False
    ) -> Saved:
        pools = await self._pools(tx, schedule)
        known = await self._bank.list_categories(tx, schedule.guild_id)
        return Saved(
            schedule=schedule,
            categories=tuple(c for c in known if c.key in schedule.categories),
            preview=await selection.preview(tx, self._bank, schedule, pools),
            questions=len(pools.get("open", ())),
            items=len(pools.get("choice", ())),
            created=created,
            posted_before=await drops.last_of(tx, schedule.id) is not None,
            changed=changed,
            others=len(await store.list_schedules(tx, schedule.guild_id)) - 1,
        )

    async def get(self, guild_id: int, schedule_id: int) -> Saved | NoSchedule | SettingUnknown:
        """Return a schedule as its panel shows it."""
        async with self._db.reading() as tx:
            schedule = await self._find_plain(tx, guild_id, schedule_id)
            if not isinstance(schedule, Schedule):
                return schedule
            return await self._saved(tx, schedule, created=False)

    async def list_all(self, guild_id: int) -> list[Schedule]:
        """Return a server's schedules."""
        async with self._db.reading() as tx:
            return await store.list_schedules(tx, guild_id)

    async def listing(self, guild_id: int) -> Listing:
        """Return a server's schedules, and which of them need an organiser."""
        async with self._db.reading() as tx:
            held = rules.held(await problems.list_problems(tx, guild_id))
            return Listing(await store.list_schedules(tx, guild_id), held)

    async def list_categories(self, guild_id: int) -> list[Category]:
        """Return the categories a server can choose from."""
        async with self._db.reading() as tx:
            return await self._bank.list_categories(tx, guild_id)

    async def pause(self, guild_id: int, schedule_id: int) -> Paused | NoSchedule:
        """Post nothing more until it is resumed; what is open goes on to its reveal."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            await store.set_schedule(tx, schedule.id, state="paused")
            for drop in await self._waiting(tx, schedule):
                await lifecycle.skip(tx, drop, PAUSED, self._clock.now())
                await outbox.skip(tx, "drop", drop.id, PAUSED)
            return Paused(replace(schedule, state="paused"))

    async def resume(self, guild_id: int, schedule_id: int) -> Resumed | NoSchedule | SettingUnknown:
        """Go on with the next occurrence from now; what was missed in the pause stays missed."""
        async with self._db.transaction() as tx:
            schedule = await self._find_plain(tx, guild_id, schedule_id)
            if not isinstance(schedule, Schedule):
                return schedule
            next_at = await self._next_free(tx, schedule, self._clock.now())
            await store.set_schedule(tx, schedule.id, state="active", next_run_at=next_at)
            return Resumed(replace(schedule, state="active", next_run_at=next_at))

    async def skip(self, guild_id: int, schedule_id: int) -> Skipped | NoSchedule | SettingUnknown:
        """Leave out the next occurrence that is not left out yet."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            schedule = await self._find_plain(tx, guild_id, schedule_id)
            if not isinstance(schedule, Schedule):
                return schedule
            for occurrence in occurrences(schedule.recurrence, now):
                if await selection.leave_out(tx, schedule, occurrence, SKIPPED_BY):
                    next_at = await self._next_free(tx, schedule, now)
                    if schedule.next_run_at >= occurrence.at:
                        await store.set_schedule(tx, schedule.id, next_run_at=next_at)
                    return Skipped(schedule, occurrence, next_at)
        raise AssertionError("a schedule has no last occurrence")

    async def remove(self, guild_id: int, schedule_id: int) -> Removed | NoSchedule:
        """End a schedule for good: nothing of it is posted any more; answers and points stay."""
        async with self._db.transaction() as tx:
            schedule = await self._find(tx, guild_id, schedule_id)
            if schedule is None:
                return NoSchedule()
            await store.set_schedule(tx, schedule.id, state="removed")
            for drop in await drops.list_recent(tx, schedule.id, 50):
                # Written answers were paid at once; choices are at the reveal, which therefore still comes.
                if drop.state == "planned" or (drop.state == "open" and drop.kind == "open"):
                    await lifecycle.withdraw(tx, drop, lifecycle.REMOVED)
            await problem_lifecycle.resolve(tx, schedule.id, self._clock.now())
            return Removed(schedule, await store.list_schedules(tx, guild_id))

    async def post_now(
        self, guild_id: int, schedule_id: int
    ) -> Posting | AlreadyPosting | Refused | NoSchedule:
        """Post a question at once, besides the scheduled ones; pressing twice posts one."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            schedule = await self._find_plain(tx, guild_id, schedule_id)
            if not isinstance(schedule, Schedule):
                return schedule
            last = await drops.last_of(tx, schedule.id)
            if last is not None and (last.state == "planned" or now - last.due_at < DOUBLE_PRESS):
                return AlreadyPosting(last)
            past = (await drops.list_past(tx, [guild_id]))[guild_id]
            drop_id = await selection.add_drop(tx, self._bank, schedule, past, None, now)
            return NothingLeft() if drop_id is None else Posting(schedule, drop_id)

    async def health(self, guild_id: int) -> Health:
        """Return what an organiser needs to see when a question did not come."""
        async with self._db.reading() as tx:
            schedules = await store.list_schedules(tx, guild_id)
            rows = [(s, tuple(await drops.list_recent(tx, s.id, 3))) for s in schedules]
            return Health(
                tuple(rows),
                tuple(await problems.list_problems(tx, guild_id)),
                tuple(await outbox.list_struggling(tx, guild_id)),
            )

    async def look(self, directory: Directory, guild_id: int) -> Health:
        """Compare what is set up with the server as it is now, and return what an organiser needs to see."""
        await self.check(directory, guild_id)
        report = await self.health(guild_id)
        async with self._db.reading() as tx:
            log_channel = await server_settings.get_log_channel(tx, guild_id)
        if log_channel is None or directory.has_role(guild_id, guild_id) is None:
            return report
        usable = directory.missing(guild_id, log_channel, server_settings.LOG_NEEDS) == ()
        return report if usable else replace(report, lost_log=log_channel)

    async def next_in(self, guild_id: int) -> Schedule | None:
        """Return the schedule whose question comes next in a server; None where none will come."""
        async with self._db.reading() as tx:
            held = rules.held(await problems.list_problems(tx, guild_id))
            schedules = await store.list_schedules(tx, guild_id)
        active = [s for s in schedules if s.state == "active" and s.id not in held]
        return min(active, key=lambda s: s.next_run_at, default=None)

    async def check(self, directory: Directory, guild_id: int) -> None:
        """Report what keeps a server's active schedules from posting, once, and close what was mended.

        Of a server that is unavailable nothing is known; the role of everybody has its server's id.
        """
        if directory.has_role(guild_id, guild_id) is None:
            return
        async with self._db.reading() as tx:
            schedules = await store.list_schedules(tx, guild_id)
            known = {(p.schedule_id, p.code) for p in await problems.list_problems(tx, guild_id)}
        if any(_has_changed(directory, one) for one in schedules):
            await self._fit(directory, guild_id)
        active = [one for one in schedules if one.state == "active"]
        now = self._clock.now()
        for schedule in active:
            found = checks.look(directory, schedule)
            new, mended = checks.compare(schedule, found, known)
            if new or mended:
                async with self._db.transaction() as tx:
                    for trouble in mended:
                        await problem_lifecycle.resolve_one(tx, schedule.id, trouble, now)
                    for trouble, detail in new.items():
                        await problem_lifecycle.report(tx, guild_id, schedule.id, trouble, detail, now)

    async def _fit(self, directory: Directory, guild_id: int) -> None:
        """Bring schedules and questions in line with channels that are of another kind by now."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            for schedule in await store.list_schedules(tx, guild_id):
                kind = directory.kind(guild_id, schedule.channel_id)
                if kind is not None:
                    await store.set_schedule(tx, schedule.id, channel_kind=kind)
            for drop in await drops.list_being_asked(tx, guild_id):
                kind = directory.kind(guild_id, drop.channel_id)
                if kind is not None:
                    await lifecycle.fit(tx, drop, kind, now)
            await outbox.retry_guild(tx, guild_id, now)

    async def try_again(self, guild_id: int) -> int:
        """Make everything that waits in a server due now; return how many posts."""
        async with self._db.transaction() as tx:
            return await outbox.retry_guild(tx, guild_id, self._clock.now())

    async def _find_plain(
        self, tx: Connection, guild_id: int, schedule_id: int
    ) -> Schedule | NoSchedule | SettingUnknown:
        """Return a schedule of which every setting can be read."""
        schedule = await self._find(tx, guild_id, schedule_id)
        if schedule is None:
            return NoSchedule()
        unknown = flaw(schedule)
        return schedule if unknown is None else SettingUnknown(unknown.option, unknown.value)

    async def _find(self, tx: Connection, guild_id: int, schedule_id: int) -> Schedule | None:
        schedule = await store.get_schedule(tx, schedule_id)
        if schedule is None or schedule.guild_id != guild_id or schedule.state == "removed":
            return None
        return schedule


def _has_changed(directory: Directory, schedule: Schedule) -> bool:
    """Return True if a channel is of another kind than when its schedule was written."""
    kind = directory.kind(schedule.guild_id, schedule.channel_id)
    return kind is not None and kind != schedule.channel_kind


def _might_mend(before: Schedule, after: Schedule) -> bool:
    """Return True if an edit changed what a problem can come from; if it is still there, it is told anew."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("channel_id", "mode", "kind", "role_id", "categories", "difficulties")
    )

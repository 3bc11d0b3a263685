"""The runs of schedules: what has come due becomes a drop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.db.trouble import trouble_of
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.queries import Past
from bot.features.problems import lifecycle as problems
from bot.features.schedules import rules, selection, store
from bot.features.schedules.flaws import Flaw, flaw
from bot.features.schedules.store import Schedule
from bot.outbox import service as outbox
from bot.outbox.message import Trouble

log = logging.getLogger("studyloop.daily")
# A schedule that cannot be planned is tried again after this long.
PUT_OFF = timedelta(minutes=10)
# So many runs are planned before what else is due has its turn.
AT_ONCE = 25
PAGE = 100
MISSED = "I was not running at that time"


class _FlawedError(Exception):
    """A schedule has a setting that nothing here knows."""

    def __init__(self, unknown: Flaw) -> None:
        super().__init__(unknown.detail)
        self.flaw = unknown


class ScheduleRuns:
    """Plans what is due, many schedules in a transaction, and knows when to look again."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        # Schedules that could not be planned as they were, and until when each is left alone.
        self._put_off: dict[int, tuple[Schedule, datetime]] = {}
        self._told: dict[int, str] = {}

    async def plan_due(self, mine: Callable[[int], bool] = outbox.everybody) -> datetime | None:
        """Turn schedules whose time has come into drops; return when the next one comes.

        Where many have come it plans some and returns the past: what else is due has its turn between.

        `mine` says by guild_id which servers this process works for. A schedule that cannot be planned is
        put off, so that it keeps no other waiting.
        """
        now = self._clock.now()
        due = await self._list_due(mine, now)
        if due and not await self._plan_together(due, now):
            for schedule in due:
                await self._plan_alone(schedule, now)
        return await self.next_at(mine)

    async def _plan_together(self, due: list[Schedule], now: datetime) -> bool:
        """Plan all in one transaction; False where one of them cannot be, and none was."""
        try:
            async with self._db.transaction() as tx:
                await self._plan(tx, due, now)
        except Exception as error:
            if trouble_of(error) is not None:
                raise  # of all schedules alike: the alarm looks again in a minute
            log.info("one of %s schedules cannot be planned: %r", len(due), error)
            return False
        for schedule in due:
            self._forget(schedule)
        return True

    async def _plan_alone(self, schedule: Schedule, now: datetime) -> None:
        """Plan one schedule; one that cannot be is put off."""
        try:
            async with self._db.transaction() as tx:
                await self._plan(tx, [schedule], now)
        except Exception as error:
            if trouble_of(error) is not None:
                raise
            await self._fail(schedule, error, now)
        else:
            self._forget(schedule)

    def _forget(self, schedule: Schedule) -> None:
        """Forget that a schedule could not be planned."""
        self._put_off.pop(schedule.id, None)
        self._told.pop(schedule.id, None)

    async def _fail(self, schedule: Schedule, error: Exception, now: datetime) -> None:
        """Put a schedule off; its organisers hear of it once, and the log says once why."""
        unknown = error.flaw if isinstance(error, _FlawedError) else None
        self._put_off[schedule.id] = (schedule, now + PUT_OFF)
        if self._told.get(schedule.id) != repr(error):
            self._told[schedule.id] = repr(error)
            log.error(
                "guild=%s schedule=%s cannot be planned%s",
                schedule.guild_id,
                schedule.id,
                "" if unknown is None else f": its {unknown.option} {unknown.value!r} is not known here",
                exc_info=error if unknown is None else None,
            )
        trouble, detail = (Trouble.MY_ERROR, "") if unknown is None else (Trouble.UNREADABLE, unknown.detail)
        async with self._db.transaction() as tx:
            await problems.report(tx, schedule.guild_id, schedule.id, trouble, detail, now)

    async def _list_due(self, mine: Callable[[int], bool], now: datetime) -> list[Schedule]:
        """Return the first schedules that this process can plan now."""
        found, seen = list[Schedule](), 0
        async with self._db.reading() as tx:
            while len(found) < AT_ONCE:
                page = await store.list_due_schedules(tx, now, PAGE, seen)
                found += [s for s in page if mine(s.guild_id) and self._left_until(s, now) <= now]
                seen += len(page)
                if len(page) < PAGE:
                    break
        # What one schedule of a server asks, the server's next one has to know: it comes in the next look.
        one_each: dict[int, Schedule] = {}
        for schedule in found:
            one_each.setdefault(schedule.guild_id, schedule)
        return list(one_each.values())[:AT_ONCE]

    def _left_until(self, schedule: Schedule, now: datetime) -> datetime:
        """Return until when a schedule is left alone; one that was changed since it failed is not."""
        failed, until = self._put_off.get(schedule.id, (schedule, now))
        return until if failed == schedule else now

    def _attention_at(self, schedule_id: int, next_run_at: datetime) -> datetime:
        failed = self._put_off.get(schedule_id)
        if failed is None or failed[0].next_run_at != next_run_at:
            return next_run_at
        return max(next_run_at, failed[1])

    async def _plan(self, tx: Connection, due: list[Schedule], now: datetime) -> None:
        past = await drops.list_past(tx, [schedule.guild_id for schedule in due])
        for schedule in await store.list_these(tx, [schedule.id for schedule in due]):
            # Else another process was faster, or an organiser paused it meanwhile.
            if schedule.state == "active" and schedule.next_run_at <= now:
                await self._plan_one(tx, schedule, past[schedule.guild_id], now)

    async def _plan_one(self, tx: Connection, schedule: Schedule, past: Past, now: datetime) -> None:
        unknown = flaw(schedule)
        if unknown is not None:
            raise _FlawedError(unknown)
        decision = rules.plan(schedule.recurrence, schedule.next_run_at, schedule.late_hours, now)
        for missed in decision.missed:
            await selection.leave_out(tx, schedule, missed, MISSED)
        if decision.post is not None:
            await selection.add_drop(tx, self._bank, schedule, past, decision.post, now)
        await store.set_schedule(tx, schedule.id, next_run_at=decision.next_at)

    async def next_at(self, mine: Callable[[int], bool] = outbox.everybody) -> datetime | None:
        """Return when the next schedule of this process wants attention."""
        seen = 0
        async with self._db.reading() as tx:
            while runs := await store.list_next_runs(tx, PAGE, seen):
                moments = [self._attention_at(id_, at) for id_, guild_id, at in runs if mine(guild_id)]
                if moments:
                    return min(moments)
                # Those of servers that have removed the bot stand first, for the thirty days they are kept.
                seen += len(runs)
        return None

"""One APScheduler job at the nearest due moment; a run drains what is due and arms the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.core.clock import Clock

log = logging.getLogger("studyloop.alarm")

# Another process may write a row, and a machine may sleep: look at least this often.
LOOK_EVERY = timedelta(seconds=60)
# So long after its time the job has had its chance.
WATCH_AFTER = timedelta(seconds=2)
# A due moment in a lane that is being worked on would otherwise call again at once.
SHORTEST = timedelta(milliseconds=50)
JOB = "alarm"
Work = Callable[[], Awaitable[None]]
NextAt = Callable[[], Awaitable[datetime | None]]


async def _nothing() -> None:
    """Do nothing: nothing has been started yet."""


class Alarm:
    """Calls `work()` when something is due; `next_at()` returns when that is, or None."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._work: Work = _nothing
        self._next_at: NextAt = _nothing
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        self._watch: asyncio.TimerHandle | None = None
        self._run: asyncio.Task[None] | None = None
        self._again = False
        self._stopped = True

    def start(self, work: Work, next_at: NextAt) -> None:
        """Begin; must be called in the running loop. Until then `wake()` does nothing."""
        self._work, self._next_at = work, next_at
        self._stopped = False
        self._scheduler.start()
        self.wake()

    def stop(self) -> None:
        """End: nothing is started any more; a run in progress ends by itself."""
        if not self._stopped:
            self._stopped = True
            self._scheduler.shutdown(wait=False)
            if self._watch is not None:
                self._watch.cancel()

    def wake(self) -> None:
        """Look now. During a run this makes it look once more when it is through."""
        if self._stopped:
            return
        if self._run is not None and not self._run.done():
            self._again = True
            return
        self._run = asyncio.get_running_loop().create_task(self._drain(), name="alarm")

    async def _ring(self) -> None:
        """Run as the scheduler's job; it would run a plain function in a thread, without a loop to wake."""
        self.wake()

    async def settle(self) -> None:
        """Wait until no run is in progress."""
        while self._run is not None and not self._run.done():
            await asyncio.wait([self._run])

    async def _drain(self) -> None:
        while True:
            self._again = False
            try:
                await self._work()
                wait = self._wait(await self._next_at())
            except Exception:
                # Whatever failed is still due: the next look is in a minute, and the log says why.
                log.exception("the alarm's work failed")
                wait = LOOK_EVERY
            if not self._again:
                break
        if not self._stopped:
            self._arm(wait)

    def _wait(self, due_at: datetime | None) -> timedelta:
        if due_at is None:
            return LOOK_EVERY
        return min(max(due_at - self._clock.now(), SHORTEST), LOOK_EVERY)

    def _arm(self, wait: timedelta) -> None:
        """Put the one job at the machine's time: the bot's clock may be ahead of it.

        The scheduler reckons with the wall clock: when that is set back by an hour, the job sleeps an hour
        longer. The loop's own time knows no such jumps, and wakes where the job has not.
        """
        if self._watch is not None:
            self._watch.cancel()
        after = (wait + WATCH_AFTER).total_seconds()
        self._watch = asyncio.get_running_loop().call_later(after, self.wake)
        self._scheduler.add_job(
            self._ring,
            DateTrigger(datetime.now(UTC) + wait),
            id=JOB,
            replace_existing=True,
            misfire_grace_time=None,
        )

"""One APScheduler job at the nearest due moment; a look does what is due and arms the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.core.clock import Clock
from bot.core.watch import QUIET, Watch

log = logging.getLogger("studyloop.alarm")

# Every duty looks at least this often: another process may have written a row, or the machine slept.
LOOK_EVERY = timedelta(seconds=60)
# A timer of the loop looks this long after the job was due, in case the job has not.
WATCH_AFTER = timedelta(seconds=2)
# A due moment that stays due would otherwise call again at once.
SHORTEST = timedelta(milliseconds=50)
JOB = "alarm"
Duty = Callable[[], Awaitable[datetime | None]]


@dataclass(slots=True)
class _State:
    """When a duty is due next, as it said itself; `asked` where it should look before that."""

    due_at: datetime | None = None
    asked: bool = True


class Alarm:
    """Calls each duty when it is due or was woken: it does its work and returns when it is due next, or None.

    The others are not called, so that the cost of a commit does not grow with the number of duties.
    """

    def __init__(self, clock: Clock, watch: Watch = QUIET) -> None:
        self._clock = clock
        self._watch = watch
        self._duties: Mapping[str, Duty] = {}
        self._states: dict[str, _State] = {}
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        self._timer: asyncio.TimerHandle | None = None
        self._run: asyncio.Task[None] | None = None
        self._whole_look_at = 0.0  # in the loop's time: from then on a look calls every duty
        self._again = False
        self._stopped = True

    def start(self, duties: Mapping[str, Duty]) -> None:
        """Begin; must be called in the running loop. Until then `wake()` does nothing.

        The duties take their turns in their order, and one that fails keeps no other from its turn.
        """
        self._duties = duties
        self._states = {name: _State() for name in duties}
        self._stopped = False
        self._scheduler.start()
        self.wake()

    def stop(self) -> None:
        """End: nothing is started any more; a look in progress ends by itself."""
        if not self._stopped:
            self._stopped = True
            self._scheduler.shutdown(wait=False)
            if self._timer is not None:
                self._timer.cancel()

    def wake(self, names: Collection[str] | None = None) -> None:
        """Have these duties look now (None: all); names of no duty are ignored.

        During a look this makes them look once more.
        """
        wanted = self._states.keys() if names is None else self._states.keys() & names
        if self._stopped or not wanted:
            return
        for name in wanted:
            self._states[name].asked = True
        self._look_soon()

    def _look_soon(self) -> None:
        if self._stopped:
            return
        if self._run is not None and not self._run.done():
            self._again = True
            return
        self._run = asyncio.get_running_loop().create_task(self._drain(), name="alarm")

    async def _ring(self) -> None:
        """Run as the scheduler's job: a coroutine, since APScheduler runs plain functions in a thread."""
        self._look_soon()

    @property
    def due_at(self) -> datetime | None:
        """When the next duty is due, or None."""
        return min((s.due_at for s in self._states.values() if s.due_at is not None), default=None)

    async def settle(self) -> None:
        """Wait until no look is in progress."""
        while self._run is not None and not self._run.done():
            await asyncio.wait([self._run])

    async def _drain(self) -> None:
        try:
            while True:
                self._again = False
                await self._look()
                if not self._again:
                    break
        finally:
            if not self._stopped:
                self._arm(self._wait())

    async def _look(self) -> None:
        """Call every duty that is due or was woken."""
        now = asyncio.get_running_loop().time()
        if now >= self._whole_look_at:
            self._whole_look_at = now + LOOK_EVERY.total_seconds()
            for state in self._states.values():
                state.asked = True
        failed = False
        for name, duty in self._duties.items():
            state = self._states[name]
            if not state.asked and (state.due_at is None or state.due_at > self._clock.now()):
                continue
            state.asked = False
            try:
                state.due_at = await duty()
            except Exception:
                # Whatever failed is still due: its next look is in a minute, and the log says why. What it
                # committed before it failed does not wake it earlier.
                log.exception("the alarm's work failed: %s", name)
                state.asked = False
                state.due_at = self._clock.now() + LOOK_EVERY
                failed = True
        self._watch.looked(failed=failed)

    def _wait(self) -> timedelta:
        """Return how long there is nothing to do."""
        whole = timedelta(seconds=self._whole_look_at - asyncio.get_running_loop().time())
        wait = whole if self.due_at is None else min(whole, self.due_at - self._clock.now())
        return max(wait, SHORTEST)

    def _arm(self, wait: timedelta) -> None:
        """Set the one job `wait` from now, by the machine's clock; the bot's own may be ahead of it.

        The scheduler reckons with the wall clock: when that is set back by an hour, the job sleeps an hour
        longer. The loop's own time knows no such jumps, and wakes where the job has not.
        """
        if self._timer is not None:
            self._timer.cancel()
        after = (wait + WATCH_AFTER).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(after, self._look_soon)
        self._scheduler.add_job(
            self._ring,
            DateTrigger(datetime.now(UTC) + wait),
            id=JOB,
            replace_existing=True,
            misfire_grace_time=None,
        )

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

import bot.core.alarm
from bot.core.alarm import LOOK_EVERY, SHORTEST, Alarm
from bot.core.clock import ManualClock
from tests.loopcord.waiting import PATIENCE

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Work:
    """Counts its runs; `due` are the moments still to come, each is done when its time has come."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.due: list[datetime] = []
        self.runs: list[datetime] = []
        self.errors: list[Exception] = []
        self.during: asyncio.Event | None = None
        self.ran = asyncio.Event()

    async def __call__(self) -> datetime | None:
        self.runs.append(self.clock.now())
        self.ran.set()
        if self.during is not None:
            await self.during.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.due = [at for at in self.due if at > self.clock.now()]
        return min(self.due, default=None)

    async def again(self) -> None:
        """Wait for the next run."""
        self.ran.clear()
        async with asyncio.timeout(PATIENCE):
            await self.ran.wait()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def work(clock: ManualClock) -> Work:
    return Work(clock)


@pytest.fixture
async def alarm(clock: ManualClock) -> AsyncIterator[Alarm]:
    alarm = Alarm(clock)
    yield alarm
    alarm.stop()
    await alarm.settle()


def waits(alarm: Alarm) -> timedelta:
    """Return how far ahead the one job is."""
    (job,) = alarm._scheduler.get_jobs()
    return job.next_run_time - datetime.now(UTC)


def our_tasks() -> set[asyncio.Task[object]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_it_looks_at_its_start_and_then_at_the_due_moment(
    alarm: Alarm, work: Work, clock: ManualClock
) -> None:
    work.due = [NOW + timedelta(milliseconds=100)]
    alarm.start({"work": work})
    await alarm.settle()
    assert work.runs == [NOW]
    assert timedelta() < waits(alarm) <= timedelta(milliseconds=100)
    clock.shift(timedelta(milliseconds=100))
    await work.again()
    await alarm.settle()
    assert work.runs == [NOW, NOW + timedelta(milliseconds=100)]
    assert work.due == []


@pytest.mark.parametrize("due", [None, NOW + timedelta(hours=5)])
async def test_with_nothing_near_it_looks_once_a_minute(
    alarm: Alarm, work: Work, due: datetime | None
) -> None:
    work.due = [due] if due else []
    alarm.start({"work": work})
    await alarm.settle()
    assert LOOK_EVERY - timedelta(seconds=5) < waits(alarm) <= LOOK_EVERY
    assert len(work.runs) == 1


async def test_a_wake_brings_the_next_look_forward(alarm: Alarm, work: Work) -> None:
    alarm.start({"work": work})
    await alarm.settle()
    work.due = [NOW + timedelta(seconds=2)]
    alarm.wake()
    await alarm.settle()
    assert len(work.runs) == 2
    assert waits(alarm) <= timedelta(seconds=2)


async def test_a_wake_during_a_run_makes_it_look_once_more(alarm: Alarm, work: Work) -> None:
    work.during = asyncio.Event()
    alarm.start({"work": work})
    await work.ran.wait()
    for _ in range(5):
        alarm.wake()
    work.during.set()
    await alarm.settle()
    assert len(work.runs) == 2


async def test_a_wake_out_of_its_own_work_is_not_lost(alarm: Alarm, work: Work) -> None:
    async def plan() -> datetime | None:
        if not work.runs:
            alarm.wake({"plan"})
        return await work()

    alarm.start({"plan": plan})
    await alarm.settle()
    assert len(work.runs) == 2


async def test_only_what_was_woken_or_is_due_is_asked(alarm: Alarm, work: Work, clock: ManualClock) -> None:
    other = Work(clock)
    other.due = [NOW + timedelta(seconds=5)]
    alarm.start({"work": work, "other": other})
    await alarm.settle()
    assert (len(work.runs), len(other.runs)) == (1, 1)
    alarm.wake({"work", "nobody's"})
    await alarm.settle()
    assert (len(work.runs), len(other.runs)) == (2, 1)
    alarm.wake({"nobody's"})
    assert alarm._run is not None
    assert alarm._run.done()
    clock.shift(timedelta(seconds=5))
    alarm.wake({"work"})
    await alarm.settle()
    assert (len(work.runs), len(other.runs)) == (3, 2)


async def test_every_duty_is_asked_once_a_minute(
    alarm: Alarm, work: Work, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have written what this one was not told of."""
    monkeypatch.setattr(bot.core.alarm, "LOOK_EVERY", timedelta(milliseconds=200))
    busy = Work(clock)
    alarm.start({"busy": busy, "work": work})
    await alarm.settle()
    for _ in range(200):
        # However often one is woken, the others are not forgotten.
        alarm.wake({"busy"})
        await alarm.settle()
        await asyncio.sleep(0.01)
    assert 2 <= len(work.runs) < len(busy.runs)


async def test_a_duty_that_fails_hides_no_other(
    alarm: Alarm, work: Work, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Work(clock)
    failing.errors = [RuntimeError("the disk is full")]
    alarm.start({"failing": failing, "work": work})
    await alarm.settle()
    assert len(work.runs) == 1
    assert "the alarm's work failed: failing" in caplog.text
    alarm.wake({"work"})
    await alarm.settle()
    assert len(failing.runs) == 1, "it has its minute"


async def test_an_error_is_logged_and_it_comes_back(
    alarm: Alarm, work: Work, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.core.alarm, "LOOK_EVERY", timedelta(milliseconds=50))
    work.errors = [RuntimeError("the disk is full")]
    alarm.start({"work": work})
    await alarm.settle()
    assert "the disk is full" in caplog.text
    await work.again()
    await alarm.settle()
    assert len(work.runs) >= 2


async def test_a_duty_that_is_cancelled_inside_does_not_end_the_alarm(
    alarm: Alarm, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.core.alarm, "LOOK_EVERY", timedelta(milliseconds=50))
    cut = [True]

    async def cancelled() -> datetime | None:
        if cut.pop() if cut else False:
            raise asyncio.CancelledError
        return None

    alarm.start({"cancelled": cancelled, "work": work})
    await work.again()
    assert work.runs


async def test_a_duty_that_fails_is_not_woken_by_what_it_has_committed(alarm: Alarm, work: Work) -> None:
    async def failing() -> datetime | None:
        await work()
        alarm.wake({"failing"})
        raise RuntimeError("the disk is full")

    alarm.start({"failing": failing})
    await alarm.settle()
    assert len(work.runs) == 1
    assert waits(alarm) > timedelta(seconds=50)


async def test_after_an_error_it_waits_a_minute_not_a_moment(alarm: Alarm, work: Work) -> None:
    work.due = [NOW]
    work.errors = [RuntimeError("the disk is full")]
    alarm.start({"work": work})
    await alarm.settle()
    assert waits(alarm) > timedelta(seconds=50)


async def test_what_stays_due_does_not_spin(alarm: Alarm, work: Work) -> None:
    async def stays() -> datetime | None:
        await work()
        return NOW - timedelta(hours=1)

    began = time.monotonic()
    alarm.start({"work": stays})
    await asyncio.sleep(0.2)
    # However long this sleep was: one look at the start, and one after each shortest pause.
    assert 1 <= len(work.runs) <= 2 + (time.monotonic() - began) / SHORTEST.total_seconds()


async def test_nothing_of_it_runs_between_two_looks(alarm: Alarm, work: Work) -> None:
    before = our_tasks()
    alarm.start({"work": work})
    await alarm.settle()
    assert our_tasks() == before
    assert len(alarm._scheduler.get_jobs()) == 1
    alarm.wake()
    await alarm.settle()
    assert len(alarm._scheduler.get_jobs()) == 1


async def test_after_the_stop_nothing_is_started(
    alarm: Alarm, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    alarm.wake()  # before the start neither
    assert work.runs == []
    alarm.start({"work": work})
    await alarm.settle()
    alarm.stop()
    alarm.stop()
    alarm.wake()
    await asyncio.sleep(0.01)
    assert len(work.runs) == 1
    assert "Exception" not in caplog.text  # a bot is closed more than once


async def test_a_stop_during_a_run_lets_it_end_and_arms_nothing(alarm: Alarm, work: Work) -> None:
    work.during = asyncio.Event()
    alarm.start({"work": work})
    await work.ran.wait()
    alarm.stop()
    work.during.set()
    await alarm.settle()
    assert work.runs == [NOW]
    assert not alarm._scheduler.running


async def test_a_clock_that_is_set_back_does_not_make_it_sleep_longer(
    alarm: Alarm, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler reckons with the wall clock: an hour back would be an hour without a look."""
    monkeypatch.setattr(bot.core.alarm, "LOOK_EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr(bot.core.alarm, "WATCH_AFTER", timedelta(seconds=0.1))
    alarm.start({"work": work})
    await alarm.settle()
    seen = len(work.runs)
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=True):
        for _ in range(2):
            await work.again()
    assert len(work.runs) >= seen + 2


async def test_a_clock_that_is_set_forward_is_seen_at_the_next_look(
    alarm: Alarm, work: Work, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.core.alarm, "LOOK_EVERY", timedelta(seconds=0.2))
    work.due = [NOW + timedelta(hours=2), NOW + timedelta(hours=3)]
    alarm.start({"work": work})
    await alarm.settle()
    clock.shift(timedelta(hours=5))
    await work.again()
    await alarm.settle()
    assert work.due == []


async def test_what_fails_when_it_is_due_waits_a_minute_too(
    alarm: Alarm, work: Work, clock: ManualClock
) -> None:
    work.due = [NOW + timedelta(seconds=1)]
    alarm.start({"work": work})
    await alarm.settle()
    clock.shift(timedelta(seconds=1))
    work.errors = [OSError("the disk is full")]
    alarm.wake()
    await alarm.settle()
    assert alarm.due_at == clock.now() + LOOK_EVERY

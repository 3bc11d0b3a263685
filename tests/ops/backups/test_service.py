"""The running bot's daily backups: when, how many, and what happens when they fail."""

import asyncio
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.alarm import Alarm
from bot.core.clock import ManualClock
from bot.core.watch import Watch
from bot.ops.backups import copies, store
from bot.ops.backups.copies import Made
from bot.ops.backups.service import BackupsService, Failed, Outcome
from tests.loopcord.waiting import PATIENCE, until
from tests.ops.backups.samples import filled, names, people

START = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


class DailyBackups(Watch):
    """A database, a folder, a clock, and a service that is asked as the alarm asks it."""

    def __init__(self, folder: Path, keep: int = 3) -> None:
        self.database = filled(folder / "studyloop.db")
        self.folder = folder / "backups"
        self.folder.mkdir()
        self.clock = ManualClock(START)
        self.keep = keep
        self.outcomes: list[Outcome] = []
        self.restart()

    def backed_up(self, *, failed: bool) -> None:
        del failed
        assert self.service.last is not None
        self.outcomes.append(self.service.last)

    def restart(self, rested: Callable[[], None] | None = None) -> None:
        self.rested = asyncio.Event()
        url = f"sqlite+aiosqlite:///{self.database}"
        self.service = BackupsService(
            url, self.folder, self.keep, self.clock, self, rested or self.rested.set
        )

    async def turn(self) -> datetime | None:
        """Ask once, wait until it rests, and return when it wants to be asked again."""
        self.rested.clear()
        if (at := await self.service.make_due()) is not None:
            return at
        await asyncio.wait_for(self.rested.wait(), PATIENCE)
        return await self.service.make_due()

    def made(self) -> list[str]:
        return [name.removeprefix("studyloop-").removesuffix(".db") for name in names(self.folder)]


@pytest.fixture
def backups(tmp_path: Path) -> DailyBackups:
    return DailyBackups(tmp_path)


async def test_the_first_start_makes_one_and_the_next_comes_at_four(backups: DailyBackups) -> None:
    assert await backups.turn() == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert backups.made() == ["2026-03-02T10-15-00Z"]
    assert people(backups.folder / names(backups.folder)[0]) == 3
    assert isinstance(backups.service.last, Made)
    assert backups.outcomes == [backups.service.last]


async def test_a_restart_makes_none_while_one_is_young(backups: DailyBackups) -> None:
    await backups.turn()
    for hours in (1, 10):
        backups.clock.shift(timedelta(hours=hours))
        backups.restart()
        assert await backups.turn() == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert len(backups.made()) == 1
    backups.clock.shift(timedelta(hours=20))
    backups.restart()
    await backups.turn()
    assert len(backups.made()) == 2


async def test_one_a_day_and_the_newest_stay(backups: DailyBackups) -> None:
    others = ["notes.txt", "studyloop.db", "other-2020-01-01T04-00-00Z.db", "studyloop-mine.db"]
    for name in others:
        (backups.folder / name).write_text("not ours")
    for _ in range(6):
        at = await backups.turn()
        assert at is not None
        backups.clock.shift(at - backups.clock.now())
    ours = [name for name in names(backups.folder) if name not in others]
    assert ours == [f"studyloop-2026-03-0{day}T04-00-00Z.db" for day in (5, 6, 7)]
    assert all((backups.folder / name).read_text() == "not ours" for name in others)


async def test_what_a_kill_left_behind_goes_with_the_next_one(backups: DailyBackups) -> None:
    (backups.folder / ".studyloop-2026-03-01T04-00-00Z.db.x1.part").touch()
    (backups.folder / ".studyloop-2026-03-01T04-00-00Z.db.x1.part-journal").touch()
    (backups.folder / ".mine.part").touch()
    await backups.turn()
    assert names(backups.folder) == [".mine.part", "studyloop-2026-03-02T10-15-00Z.db"]


async def test_a_clock_that_was_ahead_and_is_right_again(backups: DailyBackups) -> None:
    backups.clock.shift(timedelta(days=400))
    await backups.turn()
    backups.clock.shift(timedelta(days=-400))
    assert await backups.turn() == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert backups.made() == ["2026-03-02T10-15-00Z", "2027-04-06T10-15-00Z"]


async def test_without_a_folder_nothing_happens(tmp_path: Path) -> None:
    database = filled(tmp_path / "studyloop.db")
    service = BackupsService(f"sqlite+aiosqlite:///{database}", None, 7, ManualClock(START))
    assert await service.make_due() is None
    await service.close()
    assert names(tmp_path) == ["studyloop.db"]


async def test_a_failure_is_tried_hourly_and_logged_daily(
    backups: DailyBackups, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(backups.folder)
    for hour in range(25):
        assert await backups.turn() == backups.clock.now() + timedelta(hours=1)
        assert isinstance(backups.service.last, Failed)
        assert str(backups.folder) in backups.service.last.sentence
        told = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert len(told) == (1 if hour < 24 else 2)
        backups.clock.shift(timedelta(hours=1))
    assert len(backups.outcomes) == 25
    backups.folder.mkdir()
    await backups.turn()
    assert isinstance(backups.service.last, Made)
    assert len(backups.made()) == 1


async def test_another_failure_is_logged_at_once(
    backups: DailyBackups, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(backups.folder)
    await backups.turn()
    backups.folder.touch()
    backups.clock.shift(timedelta(hours=1))
    await backups.turn()
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 2


async def test_an_old_one_that_cannot_be_deleted_is_said(backups: DailyBackups) -> None:
    for day in range(1, 4):
        (backups.folder / f"studyloop-2026-02-0{day}T04-00-00Z.db").mkdir()
    await backups.turn()
    assert isinstance(backups.service.last, Failed)
    assert "Deleting old backups" in backups.service.last.sentence


async def test_the_loop_goes_on_meanwhile(backups: DailyBackups, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy waits at each step for a turn of the loop, which would never come if it kept the loop."""
    monkeypatch.setattr(store, "PAGES", 2)
    turned, turns = threading.Event(), 0
    copy = store.copy

    def waiting(connection: sqlite3.Connection, target: Path, after_step: Any) -> None:
        def wait(*given: Any) -> None:
            turned.clear()
            assert turned.wait(PATIENCE)
            after_step(*given)

        assert threading.current_thread() is not threading.main_thread()
        copy(connection, target, wait)

    monkeypatch.setattr(store, "copy", waiting)
    await backups.service.make_due()
    while not backups.rested.is_set():
        await asyncio.sleep(0.002)
        turned.set()
        turns += 1
    assert turns > 10
    assert isinstance(backups.service.last, Made)


async def test_closing_ends_one_that_is_being_made(
    backups: DailyBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PAGES", 1)
    monkeypatch.setattr(copies, "BREATH_SECONDS", 60)
    await backups.service.make_due()
    await until(lambda: names(backups.folder))
    await backups.service.close()
    assert names(backups.folder) == []
    assert backups.outcomes == []
    assert await backups.service.make_due() is None
    assert people(backups.database) == 3


async def test_driven_by_the_alarm(backups: DailyBackups) -> None:
    alarm = Alarm(backups.clock)
    backups.restart(alarm.wake)
    alarm.start({"backups": backups.service.make_due})
    await until(lambda: backups.outcomes)
    await alarm.settle()
    alarm.stop()
    assert len(backups.made()) == 1
    assert len(backups.outcomes) == 1


def test_the_sample_is_no_empty_database(backups: DailyBackups) -> None:
    with sqlite3.connect(backups.database) as connection:
        assert connection.execute("SELECT count(*) FROM ledger").fetchone() == (3,)
    connection.close()

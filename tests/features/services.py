"""The services on a real file, without Discord: what the outbox would send is said to have been sent."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.answers.service import AnswersService
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.service import DropsService
from bot.features.drops.store import Drop
from bot.features.reveals.settlement import Settlement
from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.outcomes import Posting, Saved
from bot.features.schedules.runs import ScheduleRuns
from bot.features.schedules.service import SchedulesService
from bot.features.scores.service import ScoresService
from bot.outbox import store as outbox
from bot.outbox.message import Receipt
from bot.outbox.store import Post
from tests.db.files import url_of

GUILD, CHANNEL, OLGA = 1, 10, 100
# A Monday, nine o'clock in Berlin.
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class FeatureServices:
    """The services and a clock; `schedule_id` is one at 09:00 in Berlin, every day."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        self.db = db
        self.clock = clock
        self.bank = BankService(db, clock)
        self.drops = DropsService(db, clock, self.bank)
        self.runs = ScheduleRuns(db, clock, self.bank)
        self.schedules = SchedulesService(db, clock, self.bank, lambda _: 0)
        self.peers = Settlement(self.bank)
        self.answers = AnswersService(db, clock, self.bank, self.peers)
        self.scores = ScoresService(db)
        self._snowflakes = count(1000)

    async def set_up(self, **wish: Any) -> int:
        """Make a schedule; return its id."""
        typed = {
            "channel_id": CHANNEL,
            "channel_kind": "text",
            "time": "9:00",
            "zone": "Europe/Berlin",
            "kind": "open",
        }
        outcome = await self.schedules.set_up(GUILD, OLGA, ScheduleOptions(**(typed | wish)), "UTC")
        assert isinstance(outcome, Saved), outcome
        return outcome.schedule.id

    async def open_question(self, schedule_id: int) -> Drop:
        """Post a question now."""
        outcome = await self.schedules.post_now(GUILD, schedule_id)
        assert isinstance(outcome, Posting), outcome
        return await self.sent(outcome.drop_id)

    async def sent(self, drop_id: int) -> Drop:
        """Say that the question and, but for a forum, its room were posted."""
        drop = await self.drop(drop_id)
        async with self.db.transaction() as tx:
            await lifecycle.opened(tx, drop, self._receipt(), self.clock.now())
        drop = await self.drop(drop_id)
        if drop.room_id is None:
            async with self.db.transaction() as tx:
                await lifecycle.room_opened(tx, drop, next(self._snowflakes), self.clock.now())
        return await self.drop(drop_id)

    async def reveal(self, drop_id: int) -> Drop:
        """Say that the reveal was posted, at its time."""
        drop = await self.drop(drop_id)
        self.clock.shift(max(drop.reveal_at, self.clock.now()) - self.clock.now())
        async with self.db.transaction() as tx:
            await lifecycle.revealed(tx, drop, next(self._snowflakes), self.clock.now())
        return await self.drop(drop_id)

    def _receipt(self) -> Receipt:
        return Receipt(CHANNEL, next(self._snowflakes), self.clock.now())

    async def drop(self, drop_id: int) -> Drop:
        async with self.db.reading() as tx:
            drop = await drops.get_drop(tx, drop_id)
        assert drop is not None
        return drop

    async def post(self, kind: str, subject_id: int, part: int = 0) -> Post | None:
        async with self.db.reading() as tx:
            return await outbox.get_post(tx, kind, subject_id, part)

    async def points(self, user_id: int) -> int:
        board = await self.scores.leaderboard(GUILD, user_id)
        return board.own.points if board.own else 0

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.db.reading() as tx:
            return [tuple(row) for row in await tx.exec_driver_sql(query)]


@asynccontextmanager
async def open_services(prepared: Path, folder: Path) -> AsyncIterator[FeatureServices]:
    """Give a services on a copy of a prepared file."""
    path = Path(shutil.copy(prepared, folder / "studyloop.db"))
    db = Database(url_of(path))
    try:
        yield FeatureServices(db, ManualClock(START))
    finally:
        await db.close()

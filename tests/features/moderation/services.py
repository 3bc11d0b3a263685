"""The services on a real file with organisers at them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.answers import store
from bot.features.answers.outcomes import Accepted, Author
from bot.features.answers.posts import AnswerPost
from bot.features.answers.store import Answer
from bot.features.drops.store import Drop
from bot.features.moderation.outcomes import Decided, Reported
from bot.features.moderation.posts import HiddenNoticePost, ReportPost
from bot.features.moderation.service import ModerationService
from bot.features.moderation.store import Report
from bot.gateway.directory import Directory, Readers
from bot.outbox.message import Prepared, Receipt
from bot.outbox.store import mark
from tests.db.files import url_of
from tests.features.services import CHANNEL, GUILD, OLGA, START, FeatureServices

ADA, BEN, CEM = Author(1, "ada", None), Author(2, "ben", None), Author(3, "cem", None)
TEXT = "First I would ask how many requests a second there are, and what a late one costs us."
LOG, NOTICES = 77, 78


class Facts:
    """What a directory says; tests change it."""

    def __init__(self) -> None:
        self.lacking: dict[int, tuple[str, ...] | None] = {LOG: ()}
        self.public = {NOTICES, CHANNEL}
        self.roles: dict[int, tuple[int, ...]] = {}
        self.notices: int | None = NOTICES

    def missing(self, guild_id: int, channel_id: int, names: object) -> tuple[str, ...] | None:
        del guild_id, names
        return self.lacking.get(channel_id)

    async def readers(self, guild_id: int, channel_id: int) -> Readers:
        del guild_id
        return Readers(everybody=channel_id in self.public, roles=self.roles.get(channel_id, ()))

    def notice_channel(self, guild_id: int) -> int | None:
        del guild_id
        return self.notices

    def server_name(self, guild_id: int) -> str:
        return f"Server {guild_id}"


class ModerationServices(FeatureServices):
    """A services with reports and what the outbox asks about them."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        super().__init__(db, clock)
        self.facts = Facts()
        directory: Directory = self.facts  # pyright: ignore[reportAssignmentType] the rest is not asked here
        self.moderation = ModerationService(db, clock, self.bank, self.peers)
        self.reports = ReportPost(db, self.moderation, directory)
        self.notices = HiddenNoticePost(db, self.moderation, directory)
        self.in_room = AnswerPost(db, clock, self.bank, directory, self.peers)

    async def question(self, mode: str = "open") -> Drop:
        return await self.open_question(await self.set_up(mode=mode))

    async def write(self, drop: Drop, who: Author = ADA, text: str = TEXT, *, post: bool = True) -> Answer:
        outcome = await self.answers.submit(GUILD, drop.id, who, text)
        assert isinstance(outcome, Accepted), outcome
        if post:
            await self.send_answer(outcome.answer.id)
        return await self.answer(outcome.answer.id)

    async def answer(self, answer_id: int) -> Answer:
        async with self.db.reading() as tx:
            found = await store.get_answer(tx, answer_id)
        assert found is not None
        return found

    async def send_answer(self, answer_id: int) -> Prepared:
        """Do what the outbox does with an answer's newest post."""
        post = await self.post("answer", answer_id, (await self.answer(answer_id)).round)
        assert post is not None
        assert post.state == "pending"
        prepared = await self.in_room.prepare(post)
        sent = type(prepared).__name__ == "InChannel"
        async with self.db.transaction() as tx:
            await mark(tx, post.id, state="sent" if sent else "skipped")
            if sent:
                await self.in_room.sent(tx, post, self._receipt())
        return prepared

    async def report(self, answer: Answer, who: Author = BEN, reason: str = "Spam") -> Report:
        outcome = await self.moderation.report(GUILD, answer.id, who, reason)
        assert isinstance(outcome, Reported), outcome
        rows = await self.rows(f"SELECT MAX(id) FROM reports WHERE reporter_id = {who.user_id}")  # noqa: S608 ours
        return await self.reported(rows[0][0])

    async def reported(self, report_id: int) -> Report:
        async with self.db.reading() as tx:
            case = await self.moderation.get(tx, report_id)
        assert case is not None
        return case.report

    async def decide(self, act: str, report: Report, by: int = OLGA) -> Decided:
        outcome = await getattr(self.moderation, act)(GUILD, report.id, by)
        assert isinstance(outcome, Decided), outcome
        return outcome

    async def prepare(self, kind: Any, name: str, subject_id: int, part: int = 0) -> Prepared:
        post = await self.post(name, subject_id, part)
        assert post is not None, f"no {name} {subject_id}, part {part}"
        return await kind.prepare(post)

    async def say_sent(self, name: str, subject_id: int, part: int = 0) -> None:
        post = await self.post(name, subject_id, part)
        assert post is not None
        async with self.db.transaction() as tx:
            await mark(tx, post.id, state="sent")
            if name == "report":
                await self.reports.sent(tx, post, Receipt(LOG, 5000 + post.id, self.clock.now()))

    async def everything(self) -> list[Any]:
        """Return what hiding changes and showing again has to bring back."""
        answers = await self.rows("SELECT id, state, hidden, text, addition, scored FROM answers")
        totals = await self.rows("SELECT user_id, points FROM totals WHERE points ORDER BY 1")
        ledger = await self.rows(
            "SELECT user_id, SUM(points) FROM ledger GROUP BY 1 HAVING SUM(points) ORDER BY 1"
        )
        assert totals == ledger
        return [answers, totals, await self.rows("SELECT id, answered FROM drops")]


@asynccontextmanager
async def open_services(prepared: Path, folder: Path) -> AsyncIterator[ModerationServices]:
    """Give a services on a copy of a prepared file."""
    path = Path(shutil.copy(prepared, folder / "studyloop.db"))
    db = Database(url_of(path))
    try:
        yield ModerationServices(db, ManualClock(START))
    finally:
        await db.close()

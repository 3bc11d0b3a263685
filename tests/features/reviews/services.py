"""The services on a real file with reviewers at it, and a plain second reckoning of everybody's points."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.answers import store
from bot.features.answers.outcomes import Accepted, Author, Withdrawn
from bot.features.answers.store import Answer
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reveals.posts import RevealPost
from bot.features.reviews.outcomes import Reviewer, Reviewing, Written
from bot.features.reviews.service import ReviewsService
from bot.gateway.directory import Directory
from bot.outbox.message import Receipt
from tests.db.files import url_of
from tests.features.services import CHANNEL, GUILD, START, FeatureServices

TEXT = "First clarify the load, then cache what is asked most, then measure it again. " * 2
MINUTE = timedelta(minutes=1)


class NoDirectory:
    """Nothing of it is asked when a reveal was sent."""


class ReviewServices(FeatureServices):
    """A services with reviews. Every act takes a minute, so that no two come at the same moment."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        super().__init__(db, clock)
        self.reviews = ReviewsService(db, clock, self.bank)

    async def write(self, drop_id: int, user_id: int, text: str = TEXT) -> Answer:
        self.clock.shift(MINUTE)
        outcome = await self.answers.submit(GUILD, drop_id, Author(user_id, f"p{user_id}", None), text)
        assert isinstance(outcome, Accepted), outcome
        return outcome.answer

    async def review(self, user_id: int, answer_id: int, *ticks: int, **lines: str) -> Reviewing:
        self.clock.shift(MINUTE)
        written = Written(frozenset(ticks), lines.get("praise", ""), lines.get("advice", ""), None)
        return await self.reviews.review(GUILD, answer_id, Reviewer(user_id, f"p{user_id}"), written)

    async def vote(self, user_id: int, answer_id: int) -> object:
        self.clock.shift(MINUTE)
        return await self.reviews.vote(GUILD, answer_id, user_id)

    async def withdraw_review(self, user_id: int, answer_id: int) -> object:
        self.clock.shift(MINUTE)
        return await self.reviews.withdraw(GUILD, answer_id, user_id)

    async def withdraw_answer(self, user_id: int, answer_id: int) -> bool:
        self.clock.shift(MINUTE)
        return isinstance(await self.answers.withdraw(GUILD, answer_id, user_id), Withdrawn)

    async def hide(self, answer_id: int, *, hidden: bool) -> None:
        """Do what an organiser's Hide does to points."""
        self.clock.shift(MINUTE)
        async with self.db.transaction() as tx:
            answer = await store.get_answer(tx, answer_id)
            assert answer is not None
            await store.set_answer(tx, answer_id, hidden=hidden)
            drop = await drops.get_drop(tx, answer.drop_id)
            assert drop is not None
            await self.peers.settle(tx, drop, self.clock.now())

    async def reveal_now(self, drop_id: int) -> None:
        """Say that the reveal went out."""
        self.clock.shift(MINUTE)
        directory: Directory = NoDirectory()  # pyright: ignore[reportAssignmentType] as it says
        reveals = RevealPost(self.db, self.clock, self.bank, directory)
        post = await self.post("reveal", drop_id)
        assert post is not None
        async with self.db.transaction() as tx:
            await reveals.sent(tx, post, Receipt(CHANNEL, drop_id + 5000, self.clock.now()))

    async def answer(self, answer_id: int) -> Answer:
        async with self.db.reading() as tx:
            found = await store.get_answer(tx, answer_id)
        assert found is not None
        return found

    async def all_points(self) -> dict[int, int]:
        """Return the totals; they have to be what the ledger says."""
        totals = await self.rows("SELECT user_id, points FROM totals")
        ledger = await self.rows("SELECT user_id, SUM(points) FROM ledger GROUP BY user_id")
        assert sorted(totals) == sorted(ledger)
        return {user_id: points for user_id, points in totals if points}


@dataclass
class Said:
    """A review as the second reckoning knows it."""

    ticks: frozenset[int]
    text: int
    first_at: datetime
    day: date
    live: bool = True


@dataclass
class Text:
    """An answer as the second reckoning knows it; `text` counts the texts that its author wrote."""

    drop: int
    author: int
    text: int = 0
    withdrawn: bool = False
    hidden: bool = False
    scored: bool = True
    reviews: dict[int, Said] = field(default_factory=dict[int, Said])
    votes: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def stands(self) -> bool:
        return not self.withdrawn and not self.hidden


class Reckoning:
    """What everybody should have, from what stands in the end: nothing is taken from the bot's code."""

    def __init__(self, answers: dict[int, Text], zone: str, blind: frozenset[int]) -> None:
        self.answers = answers
        self.zone = ZoneInfo(zone)
        self.blind = blind
        self.revealed: dict[int, datetime] = {}

    def answered(self, user: int, drop: int) -> bool:
        own = [a for a in self.answers.values() if a.drop == drop and a.author == user]
        return drop in self.revealed or any(not a.withdrawn for a in own)

    def over(self, drop: int, now: datetime) -> bool:
        """Say whether a day has passed since the reveal."""
        revealed = self.revealed.get(drop)
        return revealed is not None and now - revealed >= timedelta(hours=24)

    def review(self, user: int, answer_id: int, ticks: frozenset[int], now: datetime) -> None:
        """Reviews show the points of a good answer: they are for those who have answered, in both modes."""
        answer = self.answers[answer_id]
        may = answer.stands and answer.author != user and self.answered(user, answer.drop)
        if not may or self.over(answer.drop, now):
            return
        said = answer.reviews.get(user)
        day = now.astimezone(self.zone).date()
        answer.reviews[user] = (
            Said(ticks, answer.text, said.first_at, said.day) if said else Said(ticks, answer.text, now, day)
        )

    def withdraw_review(self, user: int, answer_id: int, now: datetime) -> None:
        """What was said can be taken back as long as it can be said, whoever may see the answer now."""
        answer = self.answers[answer_id]
        if user in answer.reviews and not self.over(answer.drop, now):
            answer.reviews[user].live = False

    def vote(self, user: int, answer_id: int) -> None:
        answer = self.answers[answer_id]
        hidden = answer.drop in self.blind and not self.answered(user, answer.drop)
        if hidden or not answer.stands or answer.author == user:
            return
        if answer.votes.get(user) == answer.text:
            del answer.votes[user]
        else:
            answer.votes[user] = answer.text

    def points(self) -> dict[int, int]:
        points: dict[int, int] = {}
        for answer in self.answers.values():
            points[answer.author] = points.get(answer.author, 0) + self._of_answer(answer)
        for drop in self.revealed:
            for author in self._best_of(drop):
                points[author] += 10
        for user, earned in self._of_reviewers().items():
            points[user] = points.get(user, 0) + earned
        return {user: earned for user, earned in points.items() if earned}

    def _about(self, answer: Text, text: int) -> list[Said]:
        return [said for said in answer.reviews.values() if said.live and said.text == text]

    def _confirmed(self, answer: Text) -> int:
        said = self._about(answer, answer.text)
        return sum(bool(said) and median(point in s.ticks for s in said) == 1 for point in range(10))

    def _votes(self, answer: Text) -> int:
        return sum(text == answer.text for text in answer.votes.values())

    def _of_answer(self, answer: Text) -> int:
        if not answer.stands or not answer.scored:
            return 0
        return 10 + 2 * self._confirmed(answer) + min(10, self._votes(answer))

    def _best_of(self, drop: int) -> list[int]:
        # Answers are numbered in the order in which they came.
        running = [a for _, a in sorted(self.answers.items()) if a.drop == drop and a.stands and a.scored]
        if len(running) < 3:
            return []
        best = max(running, key=lambda a: (self._confirmed(a), self._votes(a)))
        return [best.author] if self._confirmed(best) or self._votes(best) else []

    def _of_reviewers(self) -> dict[int, int]:
        kept: dict[tuple[int, date], list[datetime]] = {}
        for answer in self.answers.values():
            for user, said in answer.reviews.items():
                others = [len(s.ticks) for s in self._about(answer, said.text)]
                near = len(others) < 3 or abs(len(said.ticks) - median(others)) <= 1
                if said.live and near:
                    kept.setdefault((user, said.day), []).append(said.first_at)
        earned: dict[int, int] = {}
        for (user, _), moments in kept.items():
            earned[user] = earned.get(user, 0) + 3 * min(5, len(moments))
        return earned


@asynccontextmanager
async def open_services(
    prepared: Path, folder: Path, start: datetime = START
) -> AsyncIterator[ReviewServices]:
    """Give a services on a copy of a prepared file."""
    path = Path(shutil.copy(prepared, folder / "services.db"))
    db = Database(url_of(path))
    try:
        yield ReviewServices(db, ManualClock(start))
    finally:
        await db.close()


async def ask(services: ReviewServices, mode: str = "open", channel: int = CHANNEL) -> Drop:
    """Post a question in a channel of its own."""
    return await services.open_question(await services.set_up(mode=mode, channel_id=channel))

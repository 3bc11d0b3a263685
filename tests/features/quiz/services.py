"""The services of quizzes on a real file, without Discord: what would be posted is said to have been."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.bank.service import BankService
from bot.features.quiz import store
from bot.features.quiz.boards import Boards
from bot.features.quiz.options import QuizOptions
from bot.features.quiz.outcomes import Ending, Shown, Started
from bot.features.quiz.posts import ItemPost
from bot.features.quiz.rounds import Rounds
from bot.features.quiz.service import QuizService
from bot.features.quiz.store import Item, Quiz
from bot.features.quiz.taps import Choosing, QuizTaps, Tap
from bot.outbox import store as outbox
from bot.outbox.message import Receipt
from questions import letters

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GUILD, OTHER_GUILD, CHANNEL, OTHER_CHANNEL = 10, 11, 20, 21
ADA, BEN, CEM, DIA = 1, 2, 3, 4
NAMES = {ADA: "ada", BEN: "ben", CEM: "cem", DIA: "dia"}


class QuizServices:
    """The quiz of one channel, and a clock."""

    def __init__(self, db: Database, pack: Path) -> None:
        self.db = db
        self.pack = pack
        self.clock = ManualClock(NOW)
        self.message_ids = count(1000)
        self.restart()

    def restart(self) -> None:
        """Begin as a new process does: what was open before is interrupted."""
        self.bank = BankService(self.db, self.clock)
        self.rounds = Rounds(self.db, self.clock, self.bank)
        self.quizzes = QuizService(self.db, self.clock, self.bank)
        self.choices = QuizTaps(self.db, self.clock, self.bank, self.rounds, gather=0)
        self.boards = Boards(self.db, self.bank)
        self.posts = ItemPost(self.db, self.rounds, self.boards)

    async def load(self) -> None:
        await self.bank.load(self.pack)

    def wait(self, seconds: float) -> None:
        self.clock.shift(seconds * SECOND)

    def wish(self, **changes: Any) -> QuizOptions:
        usual: dict[str, Any] = {
            "guild_id": GUILD,
            "channel_id": CHANNEL,
            "user_id": ADA,
            "name": "ada",
            "category": None,
            "difficulty": None,
            "size": 3,
            "seconds": 20,
        }
        return QuizOptions(**(usual | changes))

    async def start(self, **changes: Any) -> Quiz:
        """Start a quiz."""
        outcome = await self.quizzes.start(self.wish(**changes))
        assert isinstance(outcome, Started), outcome
        return outcome.quiz

    async def ask(self) -> Item:
        """Wait until the next question is due and say that it was posted."""
        ((post_id, kind, subject, due_at),) = await self.rows(
            "SELECT id, kind, subject_id, due_at FROM posts WHERE state = 'pending' AND kind = 'quiz_item'"
        )
        due = datetime.fromtimestamp(due_at / 1e6, UTC)
        self.clock.shift(max(due - self.clock.now(), timedelta()))
        async with self.db.transaction() as tx:
            post = await outbox.get_post(tx, kind, subject)
            assert post is not None
            await outbox.mark(tx, post_id, state="sent")
            await self.posts.sent(tx, post, self.receipt())
        return await self.item(subject)

    async def claim(self, item: Item) -> None:
        """Say that a question's message is on its way."""
        async with self.db.transaction() as tx:
            post = await outbox.get_post(tx, "quiz_item", item.id)
            assert post is not None
            await outbox.mark(tx, post.id, state="sending")

    def receipt(self) -> Receipt:
        return Receipt(CHANNEL, next(self.message_ids), self.clock.now())

    async def close(self) -> None:
        """Wait until the open question's time is up and close it."""
        at = await self.rounds.next_at()
        assert at is not None
        self.clock.shift(max(at - self.clock.now(), timedelta()))
        await self.rounds.close_due()

    async def choose(
        self, item: Item, *choices: tuple[int, int], at: datetime | None = None
    ) -> list[Choosing]:
        """Have (user, option) choose in this order, each at once after the other; `option` 0 is right."""
        return await asyncio.gather(
            *(self.choices.choose(self.click(item, user, option, at)) for user, option in choices)
        )

    def click(self, item: Item, user_id: int, option: int, at: datetime | None = None) -> Tap:
        action = letters.ACTIONS[item.shuffle.index(str(option))]
        return Tap(item.id, GUILD, user_id, NAMES[user_id], action, at or self.clock.now())

    async def item(self, item_id: int) -> Item:
        async with self.db.reading() as tx:
            item = await store.get_item(tx, item_id)
        assert item is not None
        return item

    async def items(self) -> list[Item]:
        async with self.db.reading() as tx:
            return await store.list_items(tx, (await self.quiz()).id)

    async def quiz(self, quiz_id: int | None = None) -> Quiz:
        """Return a quiz, the newest unless said otherwise."""
        ((newest,),) = await self.rows("SELECT max(id) FROM quizzes")
        async with self.db.reading() as tx:
            quiz = await store.get_quiz(tx, quiz_id or newest)
        assert quiz is not None
        return quiz

    async def shown(self, item: Item) -> Shown:
        async with self.db.reading() as tx:
            shown = await self.boards.shown_as(tx, await self.item(item.id))
        assert shown is not None
        return shown

    async def ending(self) -> Ending:
        async with self.db.reading() as tx:
            ending = await self.boards.ending(tx, (await self.quiz()).id)
        assert ending is not None
        return ending

    async def chosen(self, item: Item) -> dict[int, int]:
        """Map users to what they chose last in a question."""
        return dict(await self.rows(f"SELECT user_id, option FROM quiz_choices WHERE item_id = {item.id}"))  # noqa: S608 our own

    async def points(self) -> dict[int, int]:
        return dict(await self.rows("SELECT user_id, sum(points) FROM ledger GROUP BY user_id"))

    async def open_posts(self, kind: str) -> int:
        ((found,),) = await self.rows(
            f"SELECT count(*) FROM posts WHERE kind = '{kind}' AND state IN ('pending', 'sending')"  # noqa: S608 our own
        )
        return found

    async def rows(self, query: str) -> list[Any]:
        async with self.db.reading() as tx:
            return [tuple(row) for row in await tx.exec_driver_sql(query)]

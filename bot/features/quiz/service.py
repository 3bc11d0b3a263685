"""Starting and stopping a quiz, and what somebody missed in one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService, Candidate, Category, find_category
from bot.features.quiz import rules, store
from bot.features.quiz.options import QuizOptions
from bot.features.quiz.outcomes import (
    AlreadyRunning,
    AskStop,
    NoCategory,
    NotYours,
    OutOfRange,
    Over,
    QuizGone,
    Started,
    Stopped,
    TooFew,
)
from bot.features.quiz.rounds import end, queue_item
from bot.features.quiz.rules import LOST, STOPPED
from bot.features.quiz.store import NewItem, NewQuiz, Quiz
from bot.outbox import service as outbox
from questions import letters

# A button under a refusal is of use for a while.
OFFERED_FOR = timedelta(days=1)
Starting = Started | AlreadyRunning | TooFew | NoCategory | OutOfRange
Stopping = AskStop | Stopped | NotYours | Over | QuizGone


class QuizService:
    """Every method opens its own transaction."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank

    # Starting

    async def start(self, options: QuizOptions) -> Starting:
        """Start a quiz in a channel, where none runs and there are items enough."""
        if not rules.is_playable(options.size, options.seconds):
            return OutOfRange()
        now = self._clock.now()
        async with self._db.transaction() as tx:
            running = await self._running(tx, options.channel_id, now)
            if running is not None:
                return running
            categories = await self._bank.list_categories(tx, options.guild_id)
            names = {c.key: c.name for c in categories}
            key = None if options.category is None else find_category(options.category, names)
            category = next((c for c in categories if c.key == key), None)
            fitting = await self._fitting(tx, options)
            counts = Counter(row.category for row in fitting)
            others = [(c, counts[c.key]) for c in categories if counts[c.key] >= rules.MIN_SIZE]
            if options.category is not None and category is None:
                return NoCategory(others)
            found = [row for row in fitting if category is None or row.category == category.key]
            if len(found) < options.size:
                return await self._too_few(tx, options, category, len(found), others)
            quiz = await self._add(tx, options, category, "running")
            if quiz is None:
                raise LookupError(f"channel {options.channel_id} has a quiz that cannot be found")
            first_at = await self._first_at(tx, options.channel_id, now)
            await self._plan(tx, quiz, found, first_at)
        return Started(quiz, category, first_at)

    async def again(
        self, guild_id: int, channel_id: int, quiz_id: int, user_id: int, name: str
    ) -> Starting | QuizGone:
        """Start a quiz with the settings of another one, or of one that was offered."""
        async with self._db.reading() as tx:
            old = await store.get_quiz(tx, quiz_id)
        if old is None or old.guild_id != guild_id:
            return QuizGone()
        options = QuizOptions(
            guild_id, channel_id, user_id, name, old.category, old.difficulty, old.size, old.seconds
        )
        return await self.start(options)

    async def list_categories(self, guild_id: int) -> list[tuple[Category, int]]:
        """Return the categories that have choice items, with how many."""
        async with self._db.reading() as tx:
            counts = Counter(row.category for row in await self._bank.list_free(tx, guild_id, (), ()))
            return [
                (c, counts[c.key]) for c in await self._bank.list_categories(tx, guild_id) if counts[c.key]
            ]

    async def _running(self, tx: Connection, channel_id: int, now: datetime) -> AlreadyRunning | None:
        """Return the quiz that keeps a channel busy; one that nothing will move on any more is ended."""
        quiz = await store.find_running(tx, channel_id)
        if quiz is None:
            return None
        item = await store.get_item_at(tx, quiz.id, quiz.position)
        post = None if item is None else await outbox.get_post(tx, "quiz_item", item.id)
        waits = post is not None and post.state in {"pending", "sending"} and now <= post.not_after
        open_until = item.ends_at if item is not None and item.state == "open" else None
        if waits or (open_until is not None and now <= open_until + rules.LONGEST_PAUSE):
            standing = item.message_id if item and item.message_id else None
            if standing is None:
                before = await store.get_item_at(tx, quiz.id, quiz.position - 1)
                standing = before.message_id if before else None
            return AlreadyRunning(quiz, standing)
        await end(tx, quiz, LOST, now)
        return None

    async def _first_at(self, tx: Connection, channel_id: int, now: datetime) -> datetime:
        """Return when the first question comes: not before the last quiz has said how it ended."""
        last = await store.find_last(tx, channel_id)
        post = None if last is None else await outbox.get_post(tx, "quiz_end", last.id)
        waits = post is not None and post.state == "pending" and post.due_at > now
        return (post.due_at if waits and post else now) + rules.LEAD

    async def _fitting(self, tx: Connection, options: QuizOptions) -> list[Candidate]:
        difficulties = () if options.difficulty is None else (options.difficulty,)
        return await self._bank.list_free(tx, options.guild_id, (), difficulties)

    async def _too_few(
        self,
        tx: Connection,
        options: QuizOptions,
        category: Category | None,
        found: int,
        others: Sequence[tuple[Category, int]],
    ) -> TooFew:
        offer = None
        if found >= rules.MIN_SIZE:
            await store.delete_offers(tx, self._clock.now() - OFFERED_FOR)
            offered = await self._add(tx, replace(options, size=found), category, "offered")
            offer = None if offered is None else offered.id
        return TooFew(found, options.size, category, options.difficulty, offer, others)

    async def _add(
        self, tx: Connection, options: QuizOptions, category: Category | None, state: store.QuizState
    ) -> Quiz | None:
        new = NewQuiz(
            guild_id=options.guild_id,
            channel_id=options.channel_id,
            starter_id=options.user_id,
            starter_name=options.name,
            category=None if category is None else category.key,
            difficulty=options.difficulty,
            size=options.size,
            seconds=options.seconds,
            state=state,
            created_at=self._clock.now(),
        )
        quiz_id = await store.add_quiz(tx, new)
        return None if quiz_id is None else await store.get_quiz(tx, quiz_id)

    async def _plan(self, tx: Connection, quiz: Quiz, found: Sequence[Candidate], first_at: datetime) -> None:
        rng = random.Random(f"{quiz.id} {first_at.isoformat()}")  # noqa: S311 no secret
        chosen = rules.pick(found, await store.last_seen(tx, quiz.channel_id), quiz.size, rng)
        new = [
            NewItem(
                quiz_id=quiz.id,
                position=position,
                question_id=row.question_id,
                version_id=row.version_id,
                shuffle=letters.shuffle(rng),
            )
            for position, row in enumerate(chosen, start=1)
        ]
        await store.add_items(tx, new)
        first = await store.get_item_at(tx, quiz.id, 1)
        if first is not None:
            await queue_item(tx, quiz, first.id, first_at)

    # Stopping

    async def ask_stop(self, guild_id: int, quiz_id: int, user_id: int, *, organiser: bool) -> Stopping:
        """Return True if this person may stop a quiz."""
        async with self._db.reading() as tx:
            return await self._may_stop(tx, guild_id, quiz_id, user_id, organiser=organiser)

    async def stop(self, guild_id: int, quiz_id: int, user_id: int, *, organiser: bool) -> Stopping:
        """Stop a quiz: what is open does not count, what is closed does."""
        async with self._db.transaction() as tx:
            outcome = await self._may_stop(tx, guild_id, quiz_id, user_id, organiser=organiser)
            if not isinstance(outcome, AskStop):
                return outcome
            await end(tx, outcome.quiz, STOPPED, self._clock.now())
            return Stopped(outcome.quiz)

    async def _may_stop(
        self, tx: Connection, guild_id: int, quiz_id: int, user_id: int, *, organiser: bool
    ) -> AskStop | NotYours | Over | QuizGone:
        quiz = await store.get_quiz(tx, quiz_id)
        if quiz is None or quiz.guild_id != guild_id or quiz.state == "offered":
            return QuizGone()
        if quiz.state == "ended":
            return Over(quiz)
        if quiz.starter_id != user_id and not organiser:
            return NotYours(quiz)
        return AskStop(quiz)

    # Afterwards

    async def missed(self, guild_id: int, quiz_id: int, user_id: int) -> list[int] | None:
        """Return the items (question ids) that a person got wrong or left out in a quiz that counts.

        None where they did not play. What is still being asked is left out: it would tell the right option.
        """
        async with self._db.reading() as tx:
            quiz = await store.get_quiz(tx, quiz_id)
            if quiz is None or quiz.guild_id != guild_id:
                return None
            choices = await store.list_all_choices(tx, quiz_id)
            items = await store.list_items(tx, quiz_id)
            mine = {c.item_id: c.option for each in choices.values() for c in each if c.user_id == user_id}
            wrong: list[int] = []
            for item in items:
                if item.state == "closed":
                    content = (await self._bank.get_item(tx, item.version_id)).content
                    if mine.get(item.id) != letters.right_option(content):
                        wrong.append(item.question_id)
            return wrong if mine else None

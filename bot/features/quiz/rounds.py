"""What time does to a quiz: questions open, close and follow each other; restarts; the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.db.trouble import trouble_of
from bot.features.bank.service import BankItem, BankService
from bot.features.practice import service as practice
from bot.features.practice.service import Given
from bot.features.quiz import rules, store
from bot.features.quiz.rules import FINISHED, IDLE, LOST, NO_WAY_IN, PAUSE
from bot.features.quiz.store import Choice, Item, Quiz
from bot.features.scores import rules as pays
from bot.features.scores.service import Award, award_all
from bot.outbox import service as outbox
from bot.outbox.message import Receipt
from questions.letters import right_option

log = logging.getLogger("studyloop.quiz")

# A question that cannot be closed is tried again after this long.
PUT_OFF = timedelta(minutes=1)
# Who reads the clock twice may find it some moments earlier; by more it was set back.
SET_BACK = timedelta(seconds=5)
END_NOT_AFTER = timedelta(days=1)
DIRECT = 0


class Rounds:
    """Moves quizzes on. `since` is when this process began: what was open before that was interrupted."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._since = clock.now()
        self._put_off: dict[int, datetime] = {}
        self._failing: dict[int, datetime] = {}  # since when a question cannot be closed

    # What is due

    async def close_due(self, mine: Callable[[int], bool] = outbox.everybody) -> datetime | None:
        """Close every question whose time is up and take up those that a restart interrupted.

        Returns when the next one is to be closed.
        """
        now = self._clock.now()
        async with self._db.reading() as tx:
            items = [(guild_id, item) for guild_id, item in await store.list_open(tx) if mine(guild_id)]
        due = [(guild_id, item) for guild_id, item in items if self._due_at(item) <= now]
        if not due:
            return min((self._due_at(item) for _, item in items), default=None)
        for guild_id, item in due:
            try:
                async with self._db.transaction() as tx:
                    await self._move(tx, item.id, now)
            except Exception as error:
                if trouble_of(error) is not None:
                    raise  # of all quizzes alike: the alarm looks again in a minute
                await self._fail(guild_id, item, error, now)
            else:
                self._put_off.pop(item.id, None)
                self._failing.pop(item.id, None)
        return await self.next_at(mine)

    async def _fail(self, guild_id: int, item: Item, error: Exception, now: datetime) -> None:
        """Put off a question that cannot be closed; if that lasts, its quiz ends and says so."""
        if item.id not in self._failing:
            self._failing[item.id] = now
            log.error("guild=%s quiz=%s cannot go on", guild_id, item.quiz_id, exc_info=error)
        self._put_off[item.id] = now + PUT_OFF
        if now - self._failing[item.id] < rules.LONGEST_PAUSE:
            return
        async with self._db.transaction() as tx:
            quiz = await store.get_quiz(tx, item.quiz_id)
            if quiz is not None:
                await end(tx, quiz, LOST, now)

    async def next_at(self, mine: Callable[[int], bool] = outbox.everybody) -> datetime | None:
        """Return when the next question is to be closed."""
        async with self._db.reading() as tx:
            items = [item for guild_id, item in await store.list_open(tx) if mine(guild_id)]
        return min(map(self._due_at, items), default=None)

    def _due_at(self, item: Item) -> datetime:
        ends_at = item.ends_at or self._since
        at = self._since if self.was_interrupted(item.touched_at) else rules.closes_at(ends_at)
        return max(at, self._put_off.get(item.id, at))

    async def _move(self, tx: Connection, item_id: int, now: datetime) -> None:
        item = await store.get_item(tx, item_id)
        if item is None or item.state != "open":
            return  # another process was faster, or the quiz was stopped
        if self.was_interrupted(item.touched_at):
            await self.take_up(tx, item.quiz_id, item.id, _end_of(item), item.touched_at or _end_of(item))
        elif rules.closes_at(_end_of(item)) <= now:
            await self._close(tx, item, now)

    def was_interrupted(self, touched_at: datetime | None) -> bool:
        """Return True if an open question was last touched before this process or a set-back clock."""
        now = self._clock.now()
        # Set back to before this process began: from here on that is when it began.
        self._since = min(self._since, now)
        return touched_at is not None and (touched_at < self._since or touched_at > now + SET_BACK)

    async def take_up(
        self, tx: Connection, quiz_id: int, item_id: int, ends_at: datetime, touched_at: datetime
    ) -> datetime | None:
        """Go on after a restart with the rest of a question's time; None where the pause ended the quiz."""
        now = self._clock.now()
        rest = rules.after_restart(ends_at, touched_at, now)
        if rest is None:
            quiz = await store.get_quiz(tx, quiz_id)
            if quiz is not None:
                await end(tx, quiz, PAUSE, now)
            return None
        item = await store.get_item(tx, item_id)
        revision = item.revision + 1 if item else 0
        await store.set_item(tx, item_id, ends_at=rest, touched_at=now, revision=revision)
        log.info("quiz=%s item=%s goes on until %s", quiz_id, item_id, rest)
        return rest

    # Opening

    async def opened(self, tx: Connection, item: Item, receipt: Receipt) -> None:
        """Begin a question's time now that Discord has confirmed its message."""
        quiz = await store.get_quiz(tx, item.quiz_id)
        if quiz is None:
            return
        now = self._clock.now()
        if quiz.state != "running" or item.state != "planned":
            # It was stopped while the message was on its way: the message will say so.
            await store.set_item(
                tx, item.id, message_id=receipt.message_id, state="void", revision=item.revision + 1
            )
            return
        ends_at = now + timedelta(seconds=quiz.seconds)
        if await self._everybody_is_in(tx, item):
            # They pressed before Discord's confirmation was here.
            ends_at = rules.ends_early(ends_at, now)
        await store.set_item(
            tx,
            item.id,
            message_id=receipt.message_id,
            state="open",
            opened_at=now,
            ends_at=ends_at,
            touched_at=now,
            revision=item.revision + 1,
        )
        post = await outbox.get_post(tx, "quiz_item", item.id)
        if post is not None and now - post.due_at > rules.LONGEST_PAUSE:
            await end(tx, quiz, PAUSE, now)

    async def _everybody_is_in(self, tx: Connection, item: Item) -> bool:
        before = await store.get_item_at(tx, item.quiz_id, item.position - 1)
        return before is not None and rules.everybody_is_in(
            await store.list_chose(tx, before.id), await store.list_chose(tx, item.id)
        )

    # Closing

    async def _close(self, tx: Connection, item: Item, now: datetime) -> None:
        quiz = await store.get_quiz(tx, item.quiz_id)
        if quiz is None:
            return
        asked = await self._bank.get_item(tx, item.version_id)
        choices = await store.list_choices(tx, item.id)
        await self._pay(tx, quiz, item, asked, choices)
        await store.set_item(tx, item.id, state="closed", closed_at=now, revision=item.revision + 1)
        before = await store.get_item_at(tx, quiz.id, item.position - 1)
        after = await store.get_item_at(tx, quiz.id, item.position + 1)
        next_at = now + rules.reading_time(_characters(asked, choices))
        if now - rules.closes_at(_end_of(item)) > rules.LONGEST_PAUSE:
            # This process slept, or the server was out of reach: nobody waits for the next question.
            await end(tx, quiz, PAUSE, now)
        elif rules.is_idle([before.answered if before else 1, item.answered]):
            await end(tx, quiz, IDLE, now)
        elif after is None:
            await end(tx, quiz, FINISHED, now, next_at)
        else:
            await queue_item(tx, quiz, after.id, next_at)
            await store.set_quiz(tx, quiz.id, position=after.position)

    async def _pay(
        self, tx: Connection, quiz: Quiz, item: Item, asked: BankItem, choices: Sequence[Choice]
    ) -> None:
        now = self._clock.now()
        right = right_option(asked.content)
        worth = pays.QUIZ_RIGHT[asked.content.difficulty.value]
        players = [c.user_id for c in choices]
        paid = await practice.list_paid(tx, quiz.guild_id, item.question_id, players, now)
        points = {c.user_id: worth for c in choices if c.option == right and c.user_id not in paid}
        # Everybody reads it in a list of their points: short, and which question it was.
        reason = f"right in a quiz: {asked.content.slug}"
        await award_all(
            tx,
            [Award(quiz.guild_id, user_id, "quiz", item.id, worth, reason) for user_id in points],
            now,
        )
        given = [
            Given(
                user_id=c.user_id,
                guild_id=quiz.guild_id,
                question_id=item.question_id,
                version_id=item.version_id,
                source="quiz",
                source_id=item.id,
                option=c.option,
                right=c.option == right,
                points=points.get(c.user_id, 0),
                answered_at=c.chosen_at,
            )
            for c in choices
        ]
        await practice.record(tx, given, now)

    async def cannot_post(self, tx: Connection, item: Item) -> None:
        """End a quiz whose channel is gone or closed to the bot; its starter is told privately."""
        quiz = await store.get_quiz(tx, item.quiz_id)
        if quiz is not None and quiz.state == "running":
            await end(tx, quiz, NO_WAY_IN, self._clock.now())

    async def lost(self, tx: Connection, item: Item, *, tried: bool) -> None:
        """End a quiz whose next question came too late; `tried` where Discord would not take it in time."""
        quiz = await store.get_quiz(tx, item.quiz_id)
        if quiz is not None and quiz.state == "running":
            await end(tx, quiz, LOST if tried else PAUSE, self._clock.now())


async def queue_item(tx: Connection, quiz: Quiz, item_id: int, due_at: datetime) -> None:
    """Have a question posted at `due_at`."""
    await outbox.queue(
        tx,
        "quiz_item",
        item_id,
        guild_id=quiz.guild_id,
        channel_id=quiz.channel_id,
        due_at=due_at,
        not_after=due_at + rules.LONGEST_PAUSE,
    )


async def end(tx: Connection, quiz: Quiz, reason: str, now: datetime, due_at: datetime | None = None) -> None:
    """End a running quiz: a question that is open or comes next is called off, the last message queued.

    Where the channel is closed to the bot its starter is told by direct message instead.
    """
    item = await store.get_item_at(tx, quiz.id, quiz.position)
    if item is not None and item.state in {"planned", "open"}:
        await store.set_item(tx, item.id, state="void", revision=item.revision + 1)
        await outbox.skip(tx, "quiz_item", item.id, reason)
    if item is not None and item.state == "planned":
        await _forget_next(tx, quiz)
    await store.set_quiz(tx, quiz.id, state="ended", reason=reason, ended_at=now)
    direct = reason == NO_WAY_IN
    at = due_at or now
    await outbox.queue(
        tx,
        "quiz_notice" if direct else "quiz_end",
        quiz.id,
        guild_id=quiz.guild_id,
        channel_id=DIRECT if direct else quiz.channel_id,
        due_at=at,
        not_after=at + END_NOT_AFTER,
    )
    log.info("guild=%s quiz=%s ended: %s", quiz.guild_id, quiz.id, reason)


async def _forget_next(tx: Connection, quiz: Quiz) -> None:
    """Have the last result shown anew: it announces a question that will not come."""
    before = await store.get_item_at(tx, quiz.id, quiz.position - 1)
    if before is not None:
        await store.set_item(tx, before.id, revision=before.revision + 1)


def _end_of(item: Item) -> datetime:
    if item.ends_at is None:
        raise LookupError(f"item {item.id} is open without an end")
    return item.ends_at


def _characters(asked: BankItem, choices: Sequence[Choice]) -> int:
    chosen = {c.option for c in choices} | {right_option(asked.content)}
    return sum(len(option.explanation) for i, option in enumerate(asked.content.options) if i in chosen)

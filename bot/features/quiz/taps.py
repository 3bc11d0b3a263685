"""Choosing A to D in a quiz: choices are judged and stored in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.batches import GATHER_SECONDS, Batches
from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.quiz import rules, store
from bot.features.quiz.outcomes import Locked, NotCounted, NotYet, QuizGone, TooLate
from bot.features.quiz.rounds import Rounds
from bot.features.quiz.rules import Verdict
from bot.features.quiz.store import Asked, Choice
from bot.outbox import service as outbox
from questions import letters

Choosing = Locked | TooLate | NotCounted | NotYet | QuizGone


@dataclass(frozen=True, slots=True)
class Tap:
    """A press of A to D (`action` is a to d) that came in `at`; `name` is what the person is called."""

    item_id: int
    guild_id: int
    user_id: int
    name: str
    action: str
    at: datetime


class QuizTaps:
    """Takes the taps on A to D."""

    def __init__(
        self, db: Database, clock: Clock, bank: BankService, rounds: Rounds, gather: float = GATHER_SECONDS
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._rounds = rounds
        self._taps: Batches[Tap, Choosing] = Batches(self._flush, gather)

    async def choose(self, tap: Tap) -> Choosing:
        """Store a choice together with those that came at the same time."""
        return await self._taps.add(tap)

    async def _flush(self, taps: Sequence[Tap]) -> list[Choosing]:
        """Judge and store a group of choices in one transaction; the last one of a person counts."""
        outcomes: dict[int, Choosing] = {}
        by_item: dict[int, list[int]] = {}
        for index, tap in enumerate(taps):
            by_item.setdefault(tap.item_id, []).append(index)
        async with self._db.transaction() as tx:
            for item_id, indexes in by_item.items():
                asked = await store.get_asked(tx, item_id)
                await self._flush_item(tx, asked, {i: taps[i] for i in indexes}, outcomes)
        return [outcomes[i] for i in range(len(taps))]

    async def _flush_item(
        self, tx: Connection, asked: Asked | None, taps: dict[int, Tap], outcomes: dict[int, Choosing]
    ) -> None:
        outcomes.update(dict.fromkeys(taps, QuizGone()))
        if asked is None:
            return
        now = self._clock.now()
        running, ends_at = bool(asked.running), asked.ends_at
        mine = {i: tap for i, tap in taps.items() if tap.guild_id == asked.guild_id}
        if mine and running and asked.state == "open" and ends_at and self._interrupted(asked):
            # The bot is back and somebody presses before its alarm has looked.
            touched_at = asked.touched_at or now
            ends_at = await self._rounds.take_up(tx, asked.quiz_id, asked.item_id, ends_at, touched_at)
            running = ends_at is not None
        current = await _is_asked(tx, asked)
        counting: dict[int, Choice] = {}
        for index, tap in mine.items():
            verdict = rules.judge(asked.state, running=running, current=current, ends_at=ends_at, at=tap.at)
            earlier = counting.get(tap.user_id)
            outcome = await self._outcome(tx, asked, tap, verdict, ends_at, earlier)
            outcomes[index] = outcome
            if isinstance(outcome, Locked):
                choice = Choice(asked.item_id, tap.user_id, tap.name, outcome.option, tap.at)
                counting[tap.user_id] = choice
        if counting and await self._store(tx, asked, counting, ends_at, now):
            for index in mine:
                if isinstance(outcome := outcomes[index], Locked):
                    outcomes[index] = replace(outcome, everybody=True)

    def _interrupted(self, asked: Asked) -> bool:
        return self._rounds.was_interrupted(asked.touched_at)

    async def _outcome(
        self,
        tx: Connection,
        asked: Asked,
        tap: Tap,
        verdict: Verdict,
        ends_at: datetime | None,
        earlier: Choice | None,
    ) -> Choosing:
        """Return what became of a tap; `earlier` is the person's choice in the same group, if any."""
        match verdict:
            case Verdict.COUNTS:
                item = await self._bank.get_item(tx, asked.version_id)
                option = letters.option_at(asked.shuffle, tap.action)
                return Locked(asked.item_id, asked.shuffle, item, option, ends_at, everybody=False)
            case Verdict.LATE:
                item = await self._bank.get_item(tx, asked.version_id)
                mine = earlier or await store.get_choice(tx, asked.item_id, tap.user_id)
                return TooLate(asked.item_id, asked.shuffle, item, None if mine is None else mine.option)
            case Verdict.VOID:
                return NotCounted()
            case Verdict.NOT_YET:
                return NotYet()

    async def _store(
        self,
        tx: Connection,
        asked: Asked,
        counting: dict[int, Choice],
        ends_at: datetime | None,
        now: datetime,
    ) -> bool:
        """Write the choices; True where with them everybody is in, and the question ends early."""
        answered = await store.put_choices(tx, list(counting.values()), now)
        if ends_at is None or asked.before_id is None or not 0 < asked.before_answered <= answered:
            return False
        before = await store.list_chose(tx, asked.before_id)
        if not rules.everybody_is_in(before, await store.list_chose(tx, asked.item_id)):
            return False
        earlier = rules.ends_early(ends_at, now)
        if earlier < ends_at:
            await store.set_item(tx, asked.item_id, ends_at=earlier)
        return True


async def _is_asked(tx: Connection, asked: Asked) -> bool:
    """Return True if a question is being asked: the quiz's current one, its message on its way."""
    if not asked.current or asked.state != "planned":
        return bool(asked.current)
    post = await outbox.get_post(tx, "quiz_item", asked.item_id)
    return post is not None and post.state == "sending"

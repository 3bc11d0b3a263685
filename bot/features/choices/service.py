"""Choosing an option of the day's question, and what the choices bring when it is revealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.batches import GATHER_SECONDS, Batches
from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankItem, BankService
from bot.features.choices import rules, store
from bot.features.choices.outcomes import Chosen, Looked, Result, Tapped, TimeUp, Waiting, Written
from bot.features.choices.rules import Verdict
from bot.features.choices.store import Choice
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.practice import service as practice
from bot.features.practice.service import Given
from bot.features.scores import service as scores
from bot.features.scores.service import Award
from questions.letters import option_at, right_option

ACT = "choice_drop"


@dataclass(frozen=True, slots=True)
class Tap:
    """One press of A, B, C or D; `action` is one of bank.options.ACTIONS."""

    guild_id: int
    drop_id: int
    user_id: int
    name: str
    action: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as a flush has read it; `item` is None where it is no choice question that is out."""

    drop: Drop
    item: BankItem | None
    verdict: Verdict


class ChoicesService:
    """What members do with a choice question. Taps share transactions: core/batches.py."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, gather: float = GATHER_SECONDS) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._clicks: Batches[Tap, Tapped] = Batches(self._flush, gather)

    async def choose(self, tap: Tap) -> Tapped:
        """Store a choice, or change it; it is stored when this returns."""
        return await self._clicks.add(tap)

    async def _flush(self, taps: Sequence[Tap]) -> list[Tapped]:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            asked = {drop_id: await self._read(tx, drop_id, now) for drop_id in {t.drop_id for t in taps}}
            outcomes = [await _outcome(tx, asked[tap.drop_id], tap) for tap in taps]
            taken = [
                Choice(tap.drop_id, tap.user_id, tap.name, outcome.option, now)
                for tap, outcome in zip(taps, outcomes, strict=True)
                if isinstance(outcome, Chosen)
            ]
            await store.put_choices(tx, taken)
            drops = {o.drop.id: o.drop for o in outcomes if isinstance(o, Chosen)}
            for drop in drops.values():
                await lifecycle.set_answered(tx, drop, await store.count(tx, drop.id))
        return outcomes

    async def _read(self, tx: Connection, drop_id: int, now: datetime) -> _Asked | None:
        drop = await drops.get_drop(tx, drop_id)
        if drop is None:
            return None
        is_out = await drops.is_out(tx, drop)
        verdict = rules.judge(drop.kind, drop.state, is_out=is_out, reveal_at=drop.reveal_at, now=now)
        no_item = verdict in {Verdict.GONE, Verdict.WRITTEN}
        return _Asked(drop, None if no_item else await drops.item_of(tx, self._bank, drop), verdict)

    async def look(self, guild_id: int, drop_id: int, user_id: int) -> Looked:
        """Return how a person stands with a question, or did."""
        async with self._db.reading() as tx:
            asked = await self._read(tx, drop_id, self._clock.now())
            return await _standing(tx, asked, guild_id, user_id)

    async def mine(self, guild_id: int, drops: Sequence[Drop], user_id: int) -> dict[int, Waiting | TimeUp]:
        """Map the open choice questions among the drops to how a person stands with them."""
        looked = [await self.look(guild_id, d.id, user_id) for d in drops if d.kind == "choice"]
        return {found.drop.id: found for found in looked if isinstance(found, Waiting | TimeUp)}

    async def counts(self, tx: Connection, drop: Drop) -> dict[int, int]:
        """Map each option that somebody chose to how many did: hidden until the reveal."""
        return await store.tally(tx, drop.id)

    async def close(self, tx: Connection, drop: Drop, message_id: int | None) -> None:
        """End a question and pay its choices; None where its reveal came too late to be sent."""
        if drop.state != "revealed":
            await self.pay(tx, drop)
            await lifecycle.revealed(tx, drop, message_id, self._clock.now())

    async def pay(self, tx: Connection, drop: Drop) -> None:
        """Give everybody's choice its points, and what was missed to their practice. Call it once."""
        now = self._clock.now()
        item = await drops.item_of(tx, self._bank, drop)
        title = f"{drop.called}, {await drops.title_of(tx, self._bank, drop)}"
        given = [_given(drop, item, choice) for choice in await store.list_choices(tx, drop.id)]
        awards = [
            Award(
                drop.guild_id,
                answer.user_id,
                ACT,
                drop.id,
                answer.points,
                f"chose {'the right' if answer.right else 'a wrong'} option in {title}",
            )
            for answer in given
        ]
        await scores.award_all(tx, awards, now)
        await practice.record(tx, given, now)


async def _outcome(tx: Connection, asked: _Asked | None, tap: Tap) -> Tapped:
    if asked is None or asked.item is None or asked.drop.guild_id != tap.guild_id:
        return _refused(asked, tap.guild_id)
    if asked.verdict is Verdict.COUNTS:
        return Chosen(asked.drop, asked.item, option_at(asked.drop.shuffle or "", tap.action))
    return _over(asked.drop, asked.item, asked.verdict, await store.get_option(tx, tap.drop_id, tap.user_id))


async def _standing(tx: Connection, asked: _Asked | None, guild_id: int, user_id: int) -> Looked:
    if asked is None or asked.item is None or asked.drop.guild_id != guild_id:
        return _refused(asked, guild_id)
    mine = await store.get_option(tx, asked.drop.id, user_id)
    if asked.verdict is Verdict.COUNTS:
        return Waiting(asked.drop, asked.item, mine)
    return _over(asked.drop, asked.item, asked.verdict, mine)


def _refused(asked: _Asked | None, guild_id: int) -> Written | QuestionGone:
    if asked is None or asked.drop.guild_id != guild_id or asked.verdict is not Verdict.WRITTEN:
        return QuestionGone()
    return Written(asked.drop)


def _over(drop: Drop, item: BankItem, verdict: Verdict, mine: int | None) -> TimeUp | Result:
    if verdict is Verdict.TIME_UP:
        return TimeUp(drop, item, mine)
    return Result(drop, item, mine, 0 if mine is None else _points(drop, item, mine))


def _points(drop: Drop, item: BankItem, option: int) -> int:
    """Return what a choice brings: nothing in a discussion, whose question a member has picked."""
    if drop.discussion is not None:
        return 0
    return rules.points(item.content.difficulty.value, right=option == right_option(item.content))


def _given(drop: Drop, item: BankItem, choice: Choice) -> Given:
    return Given(
        user_id=choice.user_id,
        guild_id=drop.guild_id,
        question_id=item.question_id,
        version_id=item.version_id,
        source="drop",
        source_id=drop.id,
        option=choice.option,
        right=choice.option == right_option(item.content),
        points=_points(drop, item, choice.option),
        answered_at=choice.chosen_at,
    )

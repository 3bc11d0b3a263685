"""Revealing before the time, and looking at one's own answer after the reveal."""

from __future__ import annotations

from collections.abc import Collection

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import queries as answers
from bot.features.bank.service import BankQuestion, BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.practice import service as practice
from bot.features.reveals import early, store
from bot.features.reveals.outcomes import (
    Agreed,
    Alone,
    AskEverybody,
    Early,
    LookedAt,
    LookForm,
    Looking,
    MayNotReveal,
    NotAnswered,
    NotNeeded,
    NotPosted,
    NotRevealed,
    OnItsWay,
    Out,
    Revealed,
)
from bot.features.schedules import queries as schedules


class RevealsService:
    """What people do about a reveal; every method opens its own transaction and checks anew."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank

    async def press(
        self, guild_id: int, drop_id: int, user_id: int, *, organiser: bool, left: Collection[int] = ()
    ) -> Early:
        """Agree to a reveal now; who may decide it alone is asked first, and nothing is done yet.

        `left` are those who are not in the server any more, of the people that `Agreed` says are missing.
        """
        async with self._db.transaction() as tx:
            drop = await self._awaited(tx, guild_id, drop_id)
            if not isinstance(drop, Drop):
                return drop
            if organiser or await self._starter_of(tx, drop) == user_id:
                return AskEverybody(drop)
            return MayNotReveal(drop) if drop.kind == "choice" else await self._agree(tx, drop, user_id, left)

    async def reveal(self, guild_id: int, drop_id: int, user_id: int, *, organiser: bool) -> Early:
        """Reveal a question now for everybody; saying it twice changes nothing."""
        async with self._db.transaction() as tx:
            drop = await self._awaited(tx, guild_id, drop_id)
            if not isinstance(drop, Drop):
                return drop
            if not organiser and await self._starter_of(tx, drop) != user_id:
                return MayNotReveal(drop)
            return await self._reveal(tx, drop)

    async def _agree(self, tx: Connection, drop: Drop, user_id: int, left: Collection[int]) -> Early:
        live = await answers.list_live(tx, drop.id)
        writers = {answer.user_id for answer in live if answer.stands}
        if user_id not in writers:
            is_hidden = any(answer.user_id == user_id for answer in live)
            return NotNeeded(drop) if is_hidden else NotAnswered(drop)
        await store.put_agreement(tx, drop.id, user_id)
        agreed, _ = await store.list_agreements(tx, drop.id)
        await store.set_left(tx, drop.id, writers.intersection(left) - agreed)
        agreement = await early.count(tx, drop.id, writers)
        if agreement.is_unanimous:
            return await self._reveal(tx, drop)
        if len(agreement.writers) < early.AGREE_FROM:
            return Alone(drop)
        return Agreed(
            drop, len(agreement.agreed), len(agreement.writers), agreement.writers - agreement.agreed
        )

    async def _reveal(self, tx: Connection, drop: Drop) -> Revealed | OnItsWay:
        return Revealed(drop) if await lifecycle.reveal_now(tx, drop, self._clock.now()) else OnItsWay(drop)

    async def _awaited(
        self, tx: Connection, guild_id: int, drop_id: int
    ) -> Drop | QuestionGone | NotPosted | OnItsWay | Out:
        """Return a question whose reveal is still to come; every other case is a refusal."""
        drop = await drops.get_drop(tx, drop_id)
        if drop is None or drop.guild_id != guild_id or drop.state == "skipped":
            return QuestionGone()
        if drop.state == "revealed":
            return Out(drop)
        if drop.state == "planned":
            return NotPosted(drop)
        return OnItsWay(drop) if drop.reveal_at <= self._clock.now() else drop

    async def _starter_of(self, tx: Connection, drop: Drop) -> int | None:
        """Return who began a discussion; None for a question of the day, which nobody began."""
        return None if drop.discussion is None else await schedules.starter_of(tx, drop.schedule_id)

    async def look_form(
        self, guild_id: int, drop_id: int, user_id: int
    ) -> LookForm | QuestionGone | NotRevealed:
        """Return the form in which a person looks at their own answer."""
        async with self._db.reading() as tx:
            drop = await self._revealed(tx, guild_id, drop_id)
            if not isinstance(drop, Drop):
                return drop
            question = await drops.question_of(tx, self._bank, drop)
            live = await answers.list_live(tx, drop.id)
            mine = next((answer for answer in live if answer.user_id == user_id), None)
            return LookForm(drop, question, mine, await store.get_self(tx, drop.id, user_id))

    async def look(self, guild_id: int, drop_id: int, user_id: int, ticks: frozenset[int]) -> Looking:
        """Keep what a person ticked for themselves; where something is missing, practice brings it up."""
        async with self._db.transaction() as tx:
            drop = await self._revealed(tx, guild_id, drop_id)
            if not isinstance(drop, Drop):
                return drop
            question = await drops.question_of(tx, self._bank, drop)
            points = range(len(question.content.rubric))
            ticked = frozenset(ticks).intersection(points)
            now = self._clock.now()
            await store.put_self(tx, drop.id, user_id, ticked, now)
            missed = tuple(point for point in points if point not in ticked)
            items = await self._items_about(tx, guild_id, question) if missed else []
            await practice.bring_up(tx, user_id, items, now)
            return LookedAt(drop, question, missed, len(items))

    async def _revealed(
        self, tx: Connection, guild_id: int, drop_id: int
    ) -> Drop | QuestionGone | NotRevealed:
        drop = await answers.get_written_drop(tx, guild_id, drop_id)
        if isinstance(drop, QuestionGone):
            return QuestionGone()
        return drop if drop.state == "revealed" else NotRevealed(drop)

    async def _items_about(self, tx: Connection, guild_id: int, question: BankQuestion) -> list[int]:
        """Return the choice questions on the subject of a written one; a pack keeps them in its category."""
        category = (question.category.key,)
        return [
            row.question_id
            for row in await self._bank.list_candidates(tx, guild_id, category, (), "choice")
            if (await self._bank.get_item(tx, row.version_id)).content.subject == question.content.slug
        ]

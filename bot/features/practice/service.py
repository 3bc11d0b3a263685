"""Practice alone, and the log of everybody's answers to items with each person's cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank.service import BankService, find_category
from bot.features.practice import rules, store
from bot.features.practice import session as practice_session
from bot.features.practice.outcomes import (
    Answered,
    Asked,
    CategoryCount,
    Coming,
    Elsewhere,
    Ended,
    Held,
    NoMisses,
    NothingOpen,
    UnknownCategory,
)
from bot.features.practice.rules import Grade
from bot.features.practice.session import Asking
from bot.features.practice.store import Given, Session
from bot.features.scores import rules as pays

__all__ = ["Given", "PracticeService", "bring_up", "list_paid", "record"]


async def list_paid(
    tx: Connection, guild_id: int, question_id: int, user_ids: Sequence[int], now: datetime
) -> set[int]:
    """Return to whom an item does not pay now, because it did not long ago."""
    return await store.list_paid(tx, guild_id, question_id, user_ids, now - pays.QUIZ_PAYS_AGAIN_AFTER)


async def record(tx: Connection, given: Sequence[Given], now: datetime) -> None:
    """Write down answers to one item from a quiz or a question of the day, in the caller's transaction.

    A miss goes into the person's practice; a right answer moves a card that they have. Saying it twice
    for the same source would move cards twice: call it where the source is closed, once.
    """
    if not given:
        return
    await store.add_answers(tx, given)
    question_id = given[0].question_id
    cards = await store.list_cards(tx, question_id, [answer.user_id for answer in given])
    changed = {
        answer.user_id: rules.review(
            cards.get(answer.user_id), rules.grade(right=answer.right, taken=None), now
        )
        for answer in given
        if not answer.right or answer.user_id in cards
    }
    await store.put_cards(tx, question_id, changed)


async def bring_up(tx: Connection, user_id: int, question_ids: Sequence[int], now: datetime) -> None:
    """Make items due in a person's practice, in the caller's transaction, whether they have seen them or not.

    What is known of an item stays: answering it moves the card on from there.
    """
    for question_id in question_ids:
        card = await store.get_card(tx, user_id, question_id)
        due = rules.new_card(now) if card is None else replace(card, due_at=min(card.due_at, now))
        await store.put_cards(tx, question_id, {user_id: due})


class PracticeService:
    """One person at a time: what is asked next, what an answer does, and where they stand.

    Every act is one transaction and idempotent; a button of an earlier question changes nothing.
    """

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._asking = Asking(bank)

    async def list_categories(self, guild_id: int) -> list[CategoryCount]:
        """Return the categories that have practice questions for a server, in their order."""
        async with self._db.reading() as tx:
            return [c for c in await self._asking.categories(tx, guild_id) if c.items]

    async def start(self, guild_id: int, user_id: int, typed: str | None = None) -> Coming | UnknownCategory:
        """Go on where the person left off; `typed` is a category's key or name to change to.

        A question that waits for its answer is shown again, unless it is of another category than `typed`.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await self._sit_down(tx, guild_id, user_id, now)
            if typed is not None:
                known = await self._asking.categories(tx, guild_id)
                category = find_category(typed, {c.key: c.name for c in known})
                if category is None:
                    return UnknownCategory(typed, [c for c in known if c.items])
                session = replace(session, category=category)
            waiting = await self._asking.waiting(tx, session)
            if waiting is None or (typed is not None and waiting.category.key != session.category):
                return await self._asking.next(tx, session, now)
            return await self._asking.show_again(tx, session, waiting, now)

    async def practise_these(
        self, guild_id: int, user_id: int, question_ids: Sequence[int]
    ) -> Coming | NoMisses:
        """Ask these first, in their order, and then go on as usual; pressed twice they begin once."""
        if not question_ids:
            return NoMisses()
        wanted = list(dict.fromkeys(question_ids))
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await self._sit_down(tx, guild_id, user_id, now)
            waiting = await self._asking.waiting(tx, session)
            if waiting is not None and [waiting.question_id, *map(int, session.queue)] == wanted:
                return await self._asking.show_again(tx, session, waiting, now)
            session = replace(session, category=None, queue=tuple(map(str, wanted)))
            return await self._asking.next(tx, session, now)

    async def choose(
        self, guild_id: int, user_id: int, number: int, action: str
    ) -> Answered | Elsewhere | Held | NothingOpen:
        """Answer question `number` by a button (a to d). The first answer counts; a second click shows it."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await store.get_session(tx, guild_id, user_id)
            if session is None or session.version_id is None or session.number != number:
                return await self._asking.current(tx, session, now)
            item = await self._bank.get_item(tx, session.version_id)
            if session.answered_at is None:
                if item.question_id in await self._asking.hidden(tx, guild_id):
                    return Held(await self._asking.next(tx, session, now))
                session = await practice_session.answer(tx, session, item, action, now)
            return await practice_session.answered(tx, session, item)

    async def rate(
        self, guild_id: int, user_id: int, number: int, given: Grade
    ) -> Asked | Answered | Elsewhere | NothingOpen:
        """Put the person's own rating in the place of the automatic one, where `number` was answered right.

        The card becomes what it would be, had the answer been rated so at once; the last rating counts.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await store.get_session(tx, guild_id, user_id)
            if session is None or session.version_id is None or session.number != number:
                return await self._asking.current(tx, session, now)
            item = await self._bank.get_item(tx, session.version_id)
            if session.answered_at is None:
                return await self._asking.asked(tx, session, item, now)
            return await practice_session.answered(
                tx, await practice_session.rate(tx, session, item, given), item
            )

    async def go_on(self, guild_id: int, user_id: int, number: int) -> Coming | Elsewhere | NothingOpen:
        """Ask the question after `number`; one that waits for its answer is shown again."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await store.get_session(tx, guild_id, user_id)
            if session is None:
                return NothingOpen()
            waiting = await self._asking.waiting(tx, session)
            if waiting is not None:
                return await self._asking.show_again(tx, session, waiting, now)
            if session.number != number:
                return await self._asking.current(tx, session, now)
            return await self._asking.next(tx, session, now)

    async def finish(self, guild_id: int, user_id: int, number: int) -> Ended | Elsewhere | NothingOpen:
        """End the sitting at question `number`; one that is not answered waits for the next sitting."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            session = await store.get_session(tx, guild_id, user_id)
            if session is None or session.number != number:
                return await self._asking.current(tx, session, now)
            if session.ended_at is None:
                await store.put_session(tx, replace(session, queue=(), ended_at=now))
            items = await self._asking.items(tx, guild_id)
            memory = await self._asking.memory(tx, user_id)
            return Ended(
                practice_session.tally(session),
                rules.count_due(items, memory, now),
                rules.next_at(items, memory),
            )

    async def _sit_down(self, tx: Connection, guild_id: int, user_id: int, now: datetime) -> Session:
        """Return where the person stands; whoever sits down anew is asked from all categories."""
        session = await store.get_session(tx, guild_id, user_id) or Session(guild_id, user_id)
        if practice_session.is_over(session, now):
            session = replace(practice_session.afresh_if_over(session, now), category=None)
        return session

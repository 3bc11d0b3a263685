"""The steps of practice within one transaction: what is asked next, what an answer does, how it stands."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.db import Connection
from bot.features.bank.service import BankItem, BankService, Candidate
from bot.features.practice import rules, store
from bot.features.practice.outcomes import (
    Answered,
    Asked,
    CategoryCount,
    Coming,
    Elsewhere,
    NoItems,
    Nothing,
    NothingOpen,
    Tally,
)
from bot.features.practice.rules import Card, Grade, Memory, Why
from bot.features.practice.store import Given, Session
from questions.letters import option_at, shuffle


class Asking:
    """What can be asked, and what is. Everything runs in the caller's transaction."""

    def __init__(self, bank: BankService) -> None:
        self._bank = bank
        self._chance = random.SystemRandom()

    async def items(self, tx: Connection, guild_id: int) -> list[Candidate]:
        """Return every practice question that a server may use."""
        return await self._bank.list_candidates(tx, guild_id, (), (), kind="choice")

    async def hidden(self, tx: Connection, guild_id: int) -> set[int]:
        """Return the questions whose answers the server's members must not see now."""
        return await self._bank.list_held(tx, guild_id)

    async def categories(self, tx: Connection, guild_id: int) -> list[CategoryCount]:
        """Return the server's categories with their practice questions counted, those without any too."""
        counts = Counter(item.category for item in await self.items(tx, guild_id))
        names: dict[str, str] = {}
        for category in await self._bank.list_categories(tx, guild_id):
            names.setdefault(category.key, category.name)
        return [CategoryCount(key, name, counts[key]) for key, name in names.items()]

    async def memory(self, tx: Connection, user_id: int) -> Memory:
        """Return what is known of a person."""
        return Memory(await store.list_due(tx, user_id), await store.list_seen(tx, user_id))

    async def waiting(self, tx: Connection, session: Session) -> BankItem | None:
        """Return the question that waits for its answer; None where it may not be shown now."""
        if session.version_id is None or session.answered_at is not None:
            return None
        item = await self._bank.get_item(tx, session.version_id)
        return None if item.question_id in await self.hidden(tx, session.guild_id) else item

    async def show_again(self, tx: Connection, session: Session, item: BankItem, now: datetime) -> Asked:
        """Show the waiting question once more, with its options in the same order."""
        was_away = session.shown_at is not None and now - session.shown_at > rules.AWAY
        session = afresh_if_over(session, now)
        session = replace(session, shown_at=rules.thinking_since(session.shown_at or now, now))
        await store.put_session(tx, session)
        shown = await self.asked(tx, session, item, now)
        return replace(shown, why=Why.LEFT) if was_away else shown

    async def next(self, tx: Connection, session: Session, now: datetime) -> Coming:
        """Ask the next question; where there is none, the sitting ends and a waiting question stays."""
        everything = await self.items(tx, session.guild_id)
        hidden = await self.hidden(tx, session.guild_id)
        usable = [item for item in everything if item.question_id not in hidden]
        memory = await self.memory(tx, session.user_id)
        queue = [int(one) for one in session.queue]
        picked = rules.pick(_of_category(usable, session.category), queue, memory, session.user_id, now)
        if picked is not None:
            return await self._ask(tx, session, picked, now)
        if session.version_id is None or session.answered_at is not None:
            await store.put_session(tx, replace(session, queue=(), ended_at=session.ended_at or now))
        return await self._nothing(tx, session, everything, usable, now)

    async def _ask(
        self, tx: Connection, session: Session, picked: rules.Pick[Candidate], now: datetime
    ) -> Asked:
        session = replace(
            afresh_if_over(session, now),
            queue=tuple(map(str, picked.queue)),
            number=session.number + 1,
            version_id=picked.item.version_id,
            shuffle=shuffle(self._chance),
            shown_at=now,
            option=None,
            answered_at=None,
            rating=None,
            card_before=None,
        )
        await store.put_session(tx, session)
        return await self.asked(tx, session, await self._bank.get_item(tx, picked.item.version_id), now)

    async def _nothing(
        self,
        tx: Connection,
        session: Session,
        everything: Sequence[Candidate],
        usable: Sequence[Candidate],
        now: datetime,
    ) -> Nothing | NoItems:
        known = await self.categories(tx, session.guild_id)
        name = next((c.name for c in known if c.key == session.category), session.category)
        if not _of_category(everything, session.category):
            return NoItems(name, [c for c in known if c.items])
        memory = await self.memory(tx, session.user_id)
        more = rules.pick(usable, (), memory, session.user_id, now) is not None
        back_at = rules.next_at(_of_category(usable, session.category), memory)
        return Nothing(name, back_at, more, tally(session))

    async def asked(self, tx: Connection, session: Session, item: BankItem, now: datetime) -> Asked:
        """Return the waiting question as it is shown."""
        memory = await self.memory(tx, session.user_id)
        standing = rules.why(item.question_id, memory, now)
        return Asked(session.number, item, session.shuffle or "", standing, tally(session))

    async def current(
        self, tx: Connection, session: Session | None, now: datetime
    ) -> Elsewhere | NothingOpen:
        """Return where the person stands, for a button of an earlier question."""
        if session is None or session.version_id is None or session.ended_at is not None:
            return NothingOpen()
        item = await self._bank.get_item(tx, session.version_id)
        if session.answered_at is None:
            return Elsewhere(await self.asked(tx, session, item, now))
        return Elsewhere(await answered(tx, session, item))


async def answer(tx: Connection, session: Session, item: BankItem, action: str, now: datetime) -> Session:
    """Log the answer that stands on a button (a to d) and move the card; practice brings no points."""
    option = option_at(session.shuffle or "", action)
    right = item.content.options[option].right
    given = rules.grade(right=right, taken=now - (session.shown_at or now))
    before = await store.get_card(tx, session.user_id, item.question_id)
    source_id = rules.next_source_id(await store.last_source_id(tx, session.user_id), now)
    answered_ = Given(
        user_id=session.user_id,
        guild_id=session.guild_id,
        question_id=item.question_id,
        version_id=item.version_id,
        source="practice",
        source_id=source_id,
        option=option,
        right=right,
        points=0,
        answered_at=now,
    )
    await store.add_answers(tx, [answered_])
    await store.put_cards(tx, item.question_id, {session.user_id: rules.review(before, given, now)})
    session = afresh_if_over(session, now)
    session = replace(
        session,
        option=option,
        answered_at=now,
        rating=int(given),
        card_before=None if before is None else before.state,
        answered=session.answered + 1,
        right=session.right + right,
    )
    await store.put_session(tx, session)
    return session


async def rate(tx: Connection, session: Session, item: BankItem, given: Grade) -> Session:
    """Put a rating in the place of the one before; a card that went on since stays as it is."""
    answered_at = session.answered_at
    if answered_at is None or not (await answered(tx, session, item)).may_rate:
        return session
    card = rules.review(_before(session), given, answered_at)
    await store.put_cards(tx, item.question_id, {session.user_id: card})
    session = replace(session, rating=int(given))
    await store.put_session(tx, session)
    return session


async def answered(tx: Connection, session: Session, item: BankItem) -> Answered:
    """Return the answered question as it is shown."""
    if session.answered_at is None or session.option is None or session.rating is None:
        raise ValueError(f"question {session.number} of {session.user_id} is not answered")
    given = Grade(session.rating)
    mine = rules.review(_before(session), given, session.answered_at)
    card = await store.get_card(tx, session.user_id, item.question_id)
    shown = Answered(
        session.number,
        item,
        session.shuffle or "",
        session.option,
        given,
        mine.due_at if card is None else card.due_at,
        may_rate=False,
        tally=tally(session),
    )
    # Where a quiz or another server moved the card since, rating this answer would undo that.
    return replace(shown, may_rate=shown.right and card is not None and card.state == mine.state)


def tally(session: Session) -> Tally:
    """Return what was answered in this sitting."""
    return Tally(session.answered, session.right)


def is_over(session: Session, now: datetime) -> bool:
    """Return True if the person has to sit down anew: they said Done, or were away for long."""
    last_at = max((at for at in (session.shown_at, session.answered_at) if at), default=None)
    return session.ended_at is not None or rules.is_over(last_at, now)


def afresh_if_over(session: Session, now: datetime) -> Session:
    """Begin to count at zero where the last sitting is over."""
    return replace(session, ended_at=None, answered=0, right=0) if is_over(session, now) else session


def _of_category(items: Sequence[Candidate], category: str | None) -> list[Candidate]:
    return [item for item in items if category in {None, item.category}]


def _before(session: Session) -> Card | None:
    return None if session.card_before is None else rules.restored(session.card_before)

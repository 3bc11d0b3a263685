"""A member's saved answers: saving, taking out, the list and one entry of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import access
from bot.features.answers import queries as answers
from bot.features.answers.access import Sees, Sight
from bot.features.answers.store import Answer
from bot.features.bank.service import BankItem, BankQuestion, BankService
from bot.features.choices.outcomes import Result as ChoiceResult
from bot.features.choices.service import ChoicesService
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.saved import rules, store
from bot.features.saved.outcomes import (
    Entry,
    Full,
    Kept,
    Listed,
    NothingHere,
    NotToRead,
    Opened,
    Pressed,
    Result,
    TakenOut,
    Thing,
)
from bot.features.saved.store import NewSaved, Saved


async def result_of(tx: Connection, choices: ChoicesService, drop: Drop) -> Result:
    """Return how many chose which option of a revealed choice question."""
    out = drop.kind == "choice" and drop.state == "revealed"
    return Result(await choices.counts(tx, drop)) if out else Result()


async def own_choice(choices: ChoicesService, drop: Drop, user_id: int) -> int | None:
    """Return what a person had chosen of a revealed choice question."""
    if drop.kind != "choice" or drop.state != "revealed":
        return None
    found = await choices.look(drop.guild_id, drop.id, user_id)
    return found.mine if isinstance(found, ChoiceResult) else None


class SavedService:
    """Each method opens its own transaction, and asks anew what the person may read."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, choices: ChoicesService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._choices = choices

    async def press(self, guild_id: int, answer_id: int, user_id: int, sees: Sees) -> Pressed:
        """Save an answer, or take it out where it is saved."""
        async with self._db.transaction() as tx:
            answer = await answers.get_answer(tx, answer_id)
            drop = None if answer is None else await drops.get_drop(tx, answer.drop_id)
            if drop is None or drop.guild_id != guild_id:
                return NothingHere()
            return await self._press(tx, drop, answer, user_id, sees)

    async def press_model(self, guild_id: int, drop_id: int, user_id: int, sees: Sees) -> Pressed:
        """Save a question's model answer, or take it out where it is saved."""
        async with self._db.transaction() as tx:
            drop = await drops.get_drop(tx, drop_id)
            if drop is None or drop.guild_id != guild_id or not await drops.is_out(tx, drop):
                return NothingHere()
            return await self._press(tx, drop, None, user_id, sees)

    async def _press(
        self, tx: Connection, drop: Drop, answer: Answer | None, user_id: int, sees: Sees
    ) -> Pressed:
        now = self._clock.now()
        thing = await self._thing(tx, drop, answer, user_id, sees)
        answer_id = None if answer is None else answer.id
        earlier = await store.find(tx, user_id, drop.id, answer_id)
        everything = await store.list_of(tx, user_id, drop.guild_id)
        if earlier is not None and not rules.is_double_tap(earlier.created_at, now):
            await store.remove(tx, user_id, earlier.id)
            return TakenOut(thing)
        if earlier is not None:
            return Kept(thing, len(everything))
        if thing.sight is Sight.AWAY:
            return NothingHere()
        if thing.sight is not Sight.READABLE:
            return NotToRead(thing)
        if len(everything) >= rules.MOST_SAVED:
            return Full(rules.MOST_SAVED)
        new = NewSaved(
            user_id=user_id, guild_id=drop.guild_id, drop_id=drop.id, answer_id=answer_id, created_at=now
        )
        await store.add(tx, new)
        return Kept(thing, len(everything) + 1)

    async def list_page(self, guild_id: int, user_id: int, search: str, page: int, sees: Sees) -> Listed:
        """Return a page of what a person keeps in a server, the newest first."""
        async with self._db.reading() as tx:
            found, kept = await self._found(tx, guild_id, user_id, search, sees)
            return await self._page(tx, found, kept, search, page, user_id, sees)

    async def back(self, guild_id: int, user_id: int, saved_id: int, search: str, sees: Sees) -> Listed:
        """Return the page on which an entry stands; the first one where it is gone."""
        async with self._db.reading() as tx:
            found, kept = await self._found(tx, guild_id, user_id, search, sees)
            page = _page_with(found, saved_id)
            return await self._page(tx, found, kept, search, page, user_id, sees)

    async def open(
        self, guild_id: int, user_id: int, saved_id: int, search: str, sees: Sees
    ) -> Opened | Listed:
        """Return an entry to be read; the list where it is not there any more."""
        async with self._db.reading() as tx:
            row = await self._own(tx, guild_id, user_id, saved_id)
            if row is None:
                found, kept = await self._found(tx, guild_id, user_id, search, sees)
                return await self._page(tx, found, kept, search, 0, user_id, sees)
            (entry,) = await self._entries(tx, [row], user_id, sees)
            result = await result_of(tx, self._choices, entry.thing.drop)
        mine = await own_choice(self._choices, entry.thing.drop, user_id)
        return Opened(entry, search, Result(result.counts, mine))

    async def remove(self, guild_id: int, user_id: int, saved_id: int, search: str, sees: Sees) -> Listed:
        """Take an entry out; return the page on which it stood."""
        async with self._db.transaction() as tx:
            row = await self._own(tx, guild_id, user_id, saved_id)
            found, kept = await self._found(tx, guild_id, user_id, search, sees)
            page, removed = _page_with(found, saved_id), None
            if row is not None:
                (entry,) = await self._entries(tx, [row], user_id, sees)
                removed = entry.thing
                await store.remove(tx, user_id, row.id)
                found, kept = [r for r in found if r.id != row.id], kept - 1
            return await self._page(tx, found, kept, search, page, user_id, sees, removed)

    async def _own(self, tx: Connection, guild_id: int, user_id: int, saved_id: int) -> Saved | None:
        row = await store.get(tx, saved_id)
        own = row is not None and row.user_id == user_id and row.guild_id == guild_id
        return row if own else None

    async def _found(
        self, tx: Connection, guild_id: int, user_id: int, search: str, sees: Sees
    ) -> tuple[list[Saved], int]:
        """Return which of a person's entries a search finds, and how many there are.

        What the person may not read now is not searched either: a search would give it away word by word.
        """
        rows = await store.list_of(tx, user_id, guild_id)
        if not search:
            return rows, len(rows)
        entries = await self._entries(tx, rows, user_id, sees)
        hits = {entry.saved_id for entry in entries if rules.matches(search, _texts(entry.thing))}
        return [row for row in rows if row.id in hits], len(rows)

    async def _page(
        self,
        tx: Connection,
        found: Sequence[Saved],
        kept: int,
        search: str,
        page: int,
        user_id: int,
        sees: Sees,
        removed: Thing | None = None,
    ) -> Listed:
        page = rules.page_within(page, len(found))
        rows = found[page * rules.PAGE : (page + 1) * rules.PAGE]
        entries = await self._entries(tx, rows, user_id, sees)
        return Listed(tuple(entries), page, len(found), kept, search, removed)

    async def _entries(self, tx: Connection, rows: Sequence[Saved], user_id: int, sees: Sees) -> list[Entry]:
        asked = await drops.by_id(tx, [row.drop_id for row in rows])
        written = await answers.by_id(tx, [row.answer_id for row in rows if row.answer_id is not None])
        entries: list[Entry] = []
        for row in rows:
            answer = None if row.answer_id is None else written[row.answer_id]
            thing = await self._thing(tx, asked[row.drop_id], answer, user_id, sees)
            entries.append(Entry(row.id, thing))
        return entries

    async def _thing(
        self, tx: Connection, drop: Drop, answer: Answer | None, user_id: int, sees: Sees
    ) -> Thing:
        asked: BankQuestion | BankItem = await drops.asked_by(tx, self._bank, drop)
        reader = await answers.reader_of(tx, drop, user_id, sees)
        if answer is None:
            return Thing(drop, asked, None, access.sight_of_model(reader))
        live, own = answer.state == "live", answer.user_id == user_id
        sight = access.sight_of_answer(reader, live=live, hidden=answer.hidden, own=own)
        return Thing(drop, asked, answer, sight)


def _page_with(found: Sequence[Saved], saved_id: int) -> int:
    return next((n for n, row in enumerate(found) if row.id == saved_id), 0) // rules.PAGE


def _texts(thing: Thing) -> tuple[str | None, ...]:
    """Return all words by which an entry is found: those that the person may read."""
    head = (thing.drop.called, _title(thing.asked), thing.asked.category.name)
    if thing.sight is not Sight.READABLE:
        return head
    if thing.answer is not None:
        return (*head, thing.answer.user_name, thing.answer.text, thing.answer.addition)
    if isinstance(thing.asked, BankItem):
        options = thing.asked.content.options
        return (*head, "the answer", *(o.text for o in options), *(o.explanation for o in options))
    return (*head, "model answer", thing.asked.content.model_answer, *thing.asked.content.rubric)


def _title(asked: BankQuestion | BankItem) -> str:
    return asked.content.stem if isinstance(asked, BankItem) else asked.content.title

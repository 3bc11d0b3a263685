"""Looking back: a past question with everything that was said, as far as this person may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import access
from bot.features.answers import queries as answers
from bot.features.answers.access import Sees, Sight
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.choices.service import ChoicesService
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.history import dates
from bot.features.history.dates import ByDay, ByNumber, ByWords
from bot.features.history.outcomes import Looking, NothingThen, Past, Several
from bot.features.reviews import awards
from bot.features.saved import rules
from bot.features.saved.outcomes import NothingHere
from bot.features.saved.service import own_choice, result_of
from bot.features.server_settings import queries as server_settings

MOST_SHOWN = 10


class HistoryService:
    """Each method opens its own transaction, and asks anew what the person may read."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, choices: ChoicesService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._choices = choices

    async def find(self, guild_id: int, typed: str, user_id: int, sees: Sees) -> Looking:
        """Return the question that was meant by a date, a number or words of its title, or those that fit."""
        async with self._db.reading() as tx:
            zone = await server_settings.zone_of(tx, guild_id)
            today = self._clock.now().astimezone(zone).date()
            known = await self._known(tx, guild_id, sees)
            meant = dates.parse_when(typed, today)
            match meant:
                case ByNumber(number, discussion):
                    found = [d for d in known if d.number == number and _is_discussion(d) == discussion]
                case ByDay(day):
                    found = [drop for drop in known if drops.asked_on(drop, zone) == day]
                case ByWords(words):
                    found = [
                        drop
                        for drop in known
                        if rules.matches(words, [await drops.title_of(tx, self._bank, drop)])
                    ]
            if not found:
                return NothingThen(typed, meant.day if isinstance(meant, ByDay) else None, len(known))
            if len(found) > 1:
                return await self._several(tx, typed, found)
        return await self.look(guild_id, found[0].id, user_id, sees)

    async def _several(self, tx: Connection, typed: str, found: Sequence[Drop]) -> Several:
        shown = [(drop, await drops.asked_by(tx, self._bank, drop)) for drop in found[:MOST_SHOWN]]
        return Several(typed, tuple(shown), len(found))

    async def look(self, guild_id: int, drop_id: int, user_id: int, sees: Sees) -> Past | NothingHere:
        """Return a question with what this person may read of it."""
        async with self._db.reading() as tx:
            drop = await drops.get_drop(tx, drop_id)
            if drop is None or drop.guild_id != guild_id or not _was_asked(drop, sees):
                return NothingHere()
            asked = await drops.asked_by(tx, self._bank, drop)
            reader = await answers.reader_of(tx, drop, user_id, sees)
            readable: list[Answer] = []
            closed = 0
            for answer in await answers.list_live(tx, drop.id):
                sight = access.sight_of_answer(
                    reader, live=True, hidden=answer.hidden, own=answer.user_id == user_id
                )
                closed += sight is Sight.CLOSED
                if sight is Sight.READABLE:
                    readable.append(answer)
            said = await awards.judged(tx, readable)
            result = await result_of(tx, self._choices, drop)
        mine = await own_choice(self._choices, drop, user_id)
        shown = replace(result, mine=mine) if drop.kind == "choice" and drop.state == "revealed" else None
        return Past(drop, asked, tuple(readable), said, closed, reader, shown)

    async def suggest(self, guild_id: int, typed: str, most: int, sees: Sees) -> list[tuple[Drop, date, str]]:
        """Return questions (with local date and title) that fit what was typed so far, the newest first."""
        async with self._db.reading() as tx:
            zone = await server_settings.zone_of(tx, guild_id)
            meant = dates.parse_when(typed, self._clock.now().astimezone(zone).date())
            search = rules.clean_search(typed)
            fits: list[tuple[Drop, date, str]] = []
            for drop in await self._known(tx, guild_id, sees):
                day, title = drops.asked_on(drop, zone), await drops.title_of(tx, self._bank, drop)
                named = dates.names_of(day, drop.called, title)
                if day == meant.day if isinstance(meant, ByDay) else rules.matches(search, named):
                    fits.append((drop, day, title))
                if len(fits) == most:
                    break
        return fits

    async def _known(self, tx: Connection, guild_id: int, sees: Sees) -> list[Drop]:
        return [drop for drop in await drops.list_asked(tx, guild_id) if _was_asked(drop, sees)]


def _is_discussion(drop: Drop) -> bool:
    return drop.discussion is not None


def _was_asked(drop: Drop, sees: Sees) -> bool:
    """Return True if a question was seen by people, in a channel that this person can see or that is gone."""
    asked = drop.number is not None and (drop.state in {"open", "revealed"} or drop.message_id is not None)
    return asked and drop.version_id is not None and sees(drop.channel_id) is not False

"""A month of a server's questions as Markdown files, for its organisers."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import queries as answers
from bot.features.answers.access import Sees, is_exported
from bot.features.bank.service import BankService
from bot.features.choices.service import ChoicesService
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.history import dates, markdown
from bot.features.history.dates import Month
from bot.features.history.markdown import Asked
from bot.features.history.outcomes import EmptyMonth, Exported, Exporting, UnknownMonth
from bot.features.reviews import awards
from bot.features.saved.service import result_of
from bot.features.server_settings import queries as server_settings


class ExportsService:
    """What organisers take with them; they may read all that was revealed in channels they see."""

    def __init__(self, db: Database, clock: Clock, bank: BankService, choices: ChoicesService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._choices = choices

    async def export(self, guild_id: int, typed: str | None, server: str, sees: Sees) -> Exporting:
        """Return a month's questions as files, the first question first."""
        now = self._clock.now()
        async with self._db.reading() as tx:
            zone = await server_settings.zone_of(tx, guild_id)
            month = dates.parse_month(typed, now.astimezone(zone).date())
            if month is None:
                return UnknownMonth(typed or "")
            months: dict[Month, list[tuple[date, Drop]]] = {}
            for drop in reversed(await drops.list_asked(tx, guild_id)):
                if drop.version_id is not None and sees(drop.channel_id) is not False:
                    day = drops.asked_on(drop, zone)
                    months.setdefault(dates.month_of(day), []).append((day, drop))
            found = months.pop(month, [])
            if not found:
                return EmptyMonth(month, tuple(sorted(months, reverse=True)))
            entries = [await self._entry(tx, day, drop) for day, drop in found]
        files, left_out = markdown.files(month, server, entries, zone, now)
        told = [entry for entry in entries if entry.drop.called not in left_out]
        return Exported(
            month,
            files,
            questions=len(told),
            answers=sum(len(entry.answers) for entry in told),
            unrevealed=sum(entry.drop.state != "revealed" for entry in told),
            left_out=left_out,
        )

    async def _entry(self, tx: Connection, day: date, drop: Drop) -> Asked:
        """Return a question with its answers, which come with its reveal and not before."""
        asked = await drops.asked_by(tx, self._bank, drop)
        if drop.state != "revealed":
            return Asked(drop, asked, day, (), None)
        if drop.kind == "choice":
            return Asked(drop, asked, day, (), await result_of(tx, self._choices, drop))
        live = await answers.list_live(tx, drop.id)
        shown = [answer for answer in live if is_exported(drop.state, hidden=answer.hidden)]
        return Asked(drop, asked, day, tuple(shown), None, await awards.judged(tx, shown))

    async def months(self, guild_id: int) -> list[tuple[Month, int]]:
        """Return the months in which something was asked, the newest first, with how much."""
        async with self._db.reading() as tx:
            zone = await server_settings.zone_of(tx, guild_id)
            found = await drops.list_asked(tx, guild_id)
        asked = Counter(dates.month_of(drops.asked_on(drop, zone)) for drop in found)
        return sorted(asked.items(), reverse=True)

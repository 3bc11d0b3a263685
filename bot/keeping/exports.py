"""A month of a server's questions as Markdown files, for its organisers."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.answers import reading, settling
from bot.choices.service import ChoicesService
from bot.clock import Clock
from bot.daily import archive
from bot.daily.service import DailyService
from bot.daily.store import Drop
from bot.db import Connection, Database
from bot.keeping import markdown, rules
from bot.keeping.markdown import Asked
from bot.keeping.outcomes import EmptyMonth, Exported, Exporting, UnknownMonth
from bot.keeping.rules import Month
from bot.keeping.service import Sees, result_of


class ExportsService:
    """What organisers take with them; they may read all that was revealed in channels they see."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService, choices: ChoicesService) -> None:
        self._db = db
        self._clock = clock
        self._daily = daily
        self._choices = choices

    async def export(self, guild_id: int, typed: str | None, server: str, sees: Sees) -> Exporting:
        """Return a month's questions as files, the first question first."""
        now = self._clock.now()
        async with self._db.reading() as tx:
            zone = await archive.zone_of(tx, guild_id)
            month = rules.parse_month(typed, now.astimezone(zone).date())
            if month is None:
                return UnknownMonth(typed or "")
            months: dict[Month, list[tuple[date, Drop]]] = {}
            for drop in reversed(await archive.list_asked(tx, guild_id)):
                if drop.version_id is not None and sees(drop.channel_id) is not False:
                    day = archive.asked_on(drop, zone)
                    months.setdefault(rules.month_of(day), []).append((day, drop))
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
        asked = await self._daily.asked_by(tx, drop)
        if drop.state != "revealed":
            return Asked(drop, asked, day, (), None)
        if drop.kind == "choice":
            return Asked(drop, asked, day, (), await result_of(tx, self._choices, drop))
        answers = [answer for answer in await reading.list_live(tx, drop.id) if not answer.hidden]
        return Asked(drop, asked, day, tuple(answers), None, await settling.judged(tx, answers))

    async def months(self, guild_id: int) -> list[tuple[Month, int]]:
        """Return the months in which something was asked, the newest first, with how much."""
        async with self._db.reading() as tx:
            zone = await archive.zone_of(tx, guild_id)
            drops = await archive.list_asked(tx, guild_id)
        asked = Counter(rules.month_of(archive.asked_on(drop, zone)) for drop in drops)
        return sorted(asked.items(), reverse=True)

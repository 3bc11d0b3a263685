"""A month of a server's questions as Markdown files, for its organisers."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.answers import points, queries
from bot.features.choices.service import ChoicesService
from bot.features.drops import queries as drop_queries
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.features.history import markdown
from bot.features.history.markdown import Asked
from bot.features.saved import rules
from bot.features.saved.outcomes import EmptyMonth, Exported, Exporting, UnknownMonth
from bot.features.saved.rules import Month
from bot.features.saved.service import Sees, result_of


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
            zone = await drop_queries.zone_of(tx, guild_id)
            month = rules.parse_month(typed, now.astimezone(zone).date())
            if month is None:
                return UnknownMonth(typed or "")
            months: dict[Month, list[tuple[date, Drop]]] = {}
            for drop in reversed(await drop_queries.list_asked(tx, guild_id)):
                if drop.version_id is not None and sees(drop.channel_id) is not False:
                    day = drop_queries.asked_on(drop, zone)
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
        answers = [answer for answer in await queries.list_live(tx, drop.id) if not answer.hidden]
        return Asked(drop, asked, day, tuple(answers), None, await points.judged(tx, answers))

    async def months(self, guild_id: int) -> list[tuple[Month, int]]:
        """Return the months in which something was asked, the newest first, with how much."""
        async with self._db.reading() as tx:
            zone = await drop_queries.zone_of(tx, guild_id)
            drops = await drop_queries.list_asked(tx, guild_id)
        asked = Counter(rules.month_of(drop_queries.asked_on(drop, zone)) for drop in drops)
        return sorted(asked.items(), reverse=True)

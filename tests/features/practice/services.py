"""One practice service on a real file, its clock, and what people do there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.clock import ManualClock
from bot.db import Connection, Database
from bot.features.bank.service import BankService
from bot.features.practice import store
from bot.features.practice.outcomes import Answered, Asked
from bot.features.practice.service import Given, PracticeService, record
from questions.letters import ACTIONS, right_option

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
GUILD, OTHER_GUILD = 10, 11
ADA, BEN = 1, 2


@dataclass
class PracticeServices:
    db: Database
    pack: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    hidden: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bank = BankService(self.db, self.clock, (self._being_asked,))
        self.practice = PracticeService(self.db, self.clock, self.bank)

    async def _being_asked(self, _: Connection, guild_id: int) -> list[int]:
        return sorted(self.hidden) if guild_id == GUILD else []

    async def load(self) -> None:
        await self.bank.load(self.pack)

    def restart(self) -> None:
        self.__post_init__()

    def wait(self, **by: float) -> None:
        self.clock.shift(timedelta(**by))

    async def start(self, user_id: int = ADA, category: str | None = None, guild_id: int = GUILD) -> Asked:
        """Start and get a question."""
        return asked(await self.practice.start(guild_id, user_id, category))

    async def answer(
        self, shown: Asked, *, right: bool = True, user_id: int = ADA, guild_id: int = GUILD
    ) -> Answered:
        """Press the right button, or the first wrong one."""
        outcome = await self.practice.choose(guild_id, user_id, shown.number, button(shown, right=right))
        assert isinstance(outcome, Answered), outcome
        return outcome

    async def next(self, shown: Asked | Answered, user_id: int = ADA) -> Asked:
        """Press Next and get a question."""
        return asked(await self.practice.go_on(GUILD, user_id, shown.number))

    async def through(self, first: Asked, *, right: bool = True, user_id: int = ADA) -> list[str]:
        """Answer until nothing is left; return the slugs in their order."""
        slugs: list[str] = []
        shown: Any = first
        while isinstance(shown, Asked):
            slugs.append(shown.item.content.slug)
            await self.answer(shown, right=right, user_id=user_id)
            shown = await self.practice.go_on(GUILD, user_id, shown.number)
        return slugs

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.db.reading() as tx:
            return [tuple(row) for row in await tx.exec_driver_sql(query)]

    async def question_id(self, slug: str) -> int:
        ((found,),) = await self.rows(f"SELECT id FROM questions WHERE slug = '{slug}'")  # noqa: S608 our own
        return found


def asked(outcome: object) -> Asked:
    assert isinstance(outcome, Asked), outcome
    return outcome


def slug(shown: Asked) -> str:
    return shown.item.content.slug


def button(shown: Asked, *, right: bool = True) -> str:
    """Return the action of the right option's button, or of the first wrong one."""
    place = shown.order.index(str(right_option(shown.item.content)))
    return ACTIONS[place] if right else ACTIONS[1 if place == 0 else 0]


async def due_at(services: PracticeServices, user_id: int, name: str) -> datetime | None:
    async with services.db.reading() as tx:
        card = await store.get_card(tx, user_id, await services.question_id(name))
    return None if card is None else card.due_at


async def given_in_quiz(
    services: PracticeServices, name: str, *, right: bool, user_id: int = ADA, quiz: int = 1
) -> None:
    """Record an answer as a quiz in the other server does."""
    question_id = await services.question_id(name)
    ((version_id,),) = await services.rows(f"SELECT version_id FROM questions WHERE id = {question_id}")  # noqa: S608 our own
    answer = Given(
        user_id, OTHER_GUILD, question_id, version_id, "quiz", quiz, 1, right, 2 * right, services.clock.now()
    )
    async with services.db.transaction() as tx:
        await record(tx, [answer], services.clock.now())

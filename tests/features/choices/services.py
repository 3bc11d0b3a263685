"""The services with choice questions on a real file, without Discord."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.choices.outcomes import Tapped
from bot.features.choices.service import ChoicesService, Tap
from bot.features.drops.store import Drop
from questions.letters import ACTIONS, LETTERS, letter_of
from tests.db.files import url_of
from tests.features.services import GUILD, START, FeatureServices


class ChoiceServices(FeatureServices):
    """A services with choice questions; options are named by their place in the item, the first is right."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        super().__init__(db, clock)
        self.choices = ChoicesService(db, clock, self.bank, gather=0)

    async def set_up(self, **wish: Any) -> int:
        return await super().set_up(**({"kind": "choice"} | wish))

    async def ask(self, **wish: Any) -> Drop:
        """Open a choice question."""
        return await self.open_question(await self.set_up(**wish))

    async def tap(self, drop: Drop, user_id: int, option: int, guild_id: int = GUILD) -> Tapped:
        """Tap the button on which an option stands."""
        return await self.choices.choose(
            Tap(guild_id, drop.id, user_id, f"member {user_id}", action_of(drop, option))
        )

    async def tap_all(self, drop: Drop, taps: list[tuple[int, int]]) -> list[Tapped]:
        """Have (user_id, option) tapped at once."""
        return await asyncio.gather(*(self.tap(drop, user_id, option) for user_id, option in taps))

    async def close(self, drop_id: int, message_id: int | None = 77) -> Drop:
        """Say that the reveal was posted, at its time."""
        drop = await self.drop(drop_id)
        self.clock.shift(max(drop.reveal_at, self.clock.now()) - self.clock.now())
        async with self.db.transaction() as tx:
            await self.choices.close(tx, drop, message_id)
        return await self.drop(drop_id)

    async def chosen(self) -> dict[int, int]:
        """Map user_id to the option that is stored."""
        return dict(await self.rows("SELECT user_id, option FROM choices"))  # pyright: ignore[reportArgumentType] two columns


def action_of(drop: Drop, option: int) -> str:
    """Return the action of the button on which an option of the item stands."""
    return ACTIONS[LETTERS.index(letter_of(drop.shuffle or "", option))]


@asynccontextmanager
async def open_services(prepared: Path, folder: Path) -> AsyncIterator[ChoiceServices]:
    """Give a services on a copy of a prepared file."""
    db = Database(url_of(Path(shutil.copy(prepared, folder / "studyloop.db"))))
    try:
        yield ChoiceServices(db, ManualClock(START))
    finally:
        await db.close()

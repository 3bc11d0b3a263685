"""The services of keeping on a real file, without Discord."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.answers.outcomes import Accepted, Author
from bot.features.answers.store import Answer
from bot.features.drops.store import Drop
from bot.features.history.exports import ExportsService
from bot.features.history.outcomes import Exported, Past
from bot.features.history.service import HistoryService
from bot.features.saved.outcomes import Kept, Listed
from bot.features.saved.service import SavedService
from tests.db.files import url_of
from tests.features.choices.services import ChoiceServices
from tests.features.services import GUILD, START

ADA, BEN, CEM = 201, 202, 203
SERVER = "Home"


def text_by(user_id: int) -> str:
    """Return an answer that holds a word of its author's alone."""
    return f"First I ask what the load is.\nThen WORD{user_id} follows, and I draw retrieval and ranking."


@dataclass
class Eyes:
    """What a person can see of a server's channels: all, but for what a test says."""

    unseen: set[int] = field(default_factory=set[int])
    deleted: set[int] = field(default_factory=set[int])

    def __call__(self, channel_id: int) -> bool | None:
        return None if channel_id in self.deleted else channel_id not in self.unseen


class SavedServices(ChoiceServices):
    """A services in which people save, look back and take a month with them."""

    def __init__(self, db: Database, clock: ManualClock) -> None:
        super().__init__(db, clock)
        self.eyes = Eyes()
        self.keeping = SavedService(db, clock, self.bank, self.choices)
        self.past = HistoryService(db, clock, self.bank, self.choices)
        self.exports = ExportsService(db, clock, self.bank, self.choices)

    async def written(self, **wish: object) -> Drop:
        """Open a question that is answered in writing."""
        return await self.open_question(await self.set_up(**({"kind": "open"} | wish)))

    async def answer(self, drop: Drop, user_id: int, text: str = "", name: str = "") -> Answer:
        author = Author(user_id, name or f"member {user_id}", None)
        outcome = await self.answers.submit(drop.guild_id, drop.id, author, text or text_by(user_id))
        assert isinstance(outcome, Accepted), outcome
        return outcome.answer

    async def hide(self, answer: Answer) -> None:
        """Do what an organiser's Hide does to the answer itself."""
        async with self.db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE answers SET hidden = 1 WHERE id = ?", (answer.id,))

    async def save(self, answer: Answer, user_id: int) -> int:
        """Save an answer; return the entry's id."""
        outcome = await self.keeping.press(GUILD, answer.id, user_id, self.eyes)
        assert isinstance(outcome, Kept), outcome
        return (await self.rows("SELECT max(id) FROM saved"))[0][0]

    async def listed(self, user_id: int, search: str = "", page: int = 0, guild_id: int = GUILD) -> Listed:
        return await self.keeping.list_page(guild_id, user_id, search, page, self.eyes)

    async def look(self, drop: Drop, user_id: int) -> Past:
        found = await self.past.look(GUILD, drop.id, user_id, self.eyes)
        assert isinstance(found, Past), found
        return found

    async def export(self, typed: str | None = None) -> Exported:
        outcome = await self.exports.export(GUILD, typed, SERVER, self.eyes)
        assert isinstance(outcome, Exported), outcome
        return outcome


@asynccontextmanager
async def open_services(prepared: Path, folder: Path) -> AsyncGenerator[SavedServices]:
    """Give a services on a copy of a prepared file."""
    db = Database(url_of(Path(shutil.copy(prepared, folder / "studyloop.db"))))
    try:
        yield SavedServices(db, ManualClock(START))
    finally:
        await db.close()

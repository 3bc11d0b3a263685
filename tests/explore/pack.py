"""A small pack whose questions are worth the same: a run may ask others than the one it is compared with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.core.clock import Clock
from bot.db import Database
from bot.db.upgrades import prepare
from bot.features.bank.service import BankService
from tests.db.files import url_of
from tests.features.choices.pack import OPTIONS, item
from tests.questions.samples import AGENTS, MANIFEST, pack_files

WRITTEN, ITEMS = 6, 9
RIGHT = OPTIONS[0]
WRONG = OPTIONS[1]


def prepare_file(folder: Path) -> Path:
    """Return a database file with the newest schema and the pack, which stands in `small` beside it."""
    small = folder / "small"
    small.mkdir(parents=True)
    head, block = AGENTS.split("questions:\n")
    blocks = [
        block.replace("first-question", f"question-{n}").replace("How do agents", f"How {n} agents")
        for n in range(WRITTEN)
    ]
    training = "category: training\nquestions:\n" + "".join(item(n, "easy") for n in range(ITEMS))
    for name, data in pack_files(head + "questions:\n" + "".join(blocks), training, MANIFEST).items():
        (small / name).write_bytes(data)
    path = folder / "studyloop.db"
    prepare(url_of(path))

    async def load() -> None:
        db = Database(url_of(path))
        await BankService(db, Clock()).load(small)
        await db.close()

    asyncio.run(load())
    return path

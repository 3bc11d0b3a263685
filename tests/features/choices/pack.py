"""A pack whose items say which option is right, so that a test can choose as it means to."""

import asyncio
from pathlib import Path

from bot.core.clock import Clock
from bot.db import Database
from bot.db.upgrades import prepare
from bot.features.bank.service import BankService
from tests.db.files import url_of
from tests.questions.samples import AGENTS, MANIFEST, pack_files

LEVELS = ("easy", "medium", "hard")
# What each level brings who is right.
WORTH = {"easy": 5, "medium": 8, "hard": 12}
OPTIONS = ("this is right", "wrong by a factor", "wrong by a unit", "wrong by a sign")


def item(number: int, level: str) -> str:
    """Return one choice item; its first option is the right one."""
    options = "".join(
        f"      - text: {text}\n        right: {str(n == 0).lower()}\n"
        f"        explanation: Because reason {n} of item {number} says so.\n"
        for n, text in enumerate(OPTIONS)
    )
    return (
        f"  - slug: item-{number}\n    kind: choice\n    subject: question-0\n    difficulty: {level}\n"
        f"    stem: Item {number} asks which of the four it is?\n    options:\n{options}"
        "    reference:\n      title: A paper on items\n      url: https://example.org/items\n"
        "      cited_for: what the items ask\n"
    )


def write_pack(folder: Path, *, written: int = 8, items: int = 9) -> Path:
    """Write a pack with so many open questions (agents, all hard) and choice items (training)."""
    head, block = AGENTS.split("questions:\n")
    blocks = [
        block.replace("first-question", f"question-{n}").replace("How do agents", f"How {n} agents")
        for n in range(written)
    ]
    training = [item(n, LEVELS[n % 3]) for n in range(items)]
    files = pack_files(
        head + "questions:\n" + "".join(blocks),
        "category: training\nquestions:\n" + "".join(training),
        MANIFEST,
    )
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def prepare_file(folder: Path) -> Path:
    """Return a database file with the newest schema and the pack, to be copied."""
    path = folder / "studyloop.db"
    prepare(url_of(path))

    async def load() -> None:
        db = Database(url_of(path))
        await BankService(db, Clock()).load(folder / "small")
        await db.close()

    write_pack(folder / "small")
    asyncio.run(load())
    return path

"""A migrated database with the small pack and answers to its one choice item and to others made like it."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.core.clock import ManualClock
from bot.db import Database
from bot.features.bank.service import BankService
from tests.db.files import opened
from tests.questions.samples import CHOICE, pack_files

ITEMS = ("choose-one", "choose-two", "choose-three", "choose-four", "choose-five")
# The sample's four options in its order; the first is right.
RIGHT = 0


def training(*slugs: str) -> str:
    """Return the file with the sample's item once for each slug."""
    head, item = CHOICE.split("questions:\n")
    return f"{head}questions:\n" + "".join(item.replace("choose-one", slug) for slug in slugs)


def write_pack(folder: Path, choices: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in pack_files(training=choices).items():
        (folder / name).write_bytes(content)


async def load(db: Database, folder: Path, choices: str) -> None:
    write_pack(folder, choices)
    await BankService(db, ManualClock(datetime(2026, 1, 5, tzinfo=UTC))).load(folder)


async def database(folder: Path, choices: str | None = None) -> Path:
    """Make a file with the pack's items in `folder` and return its path."""
    async with opened(folder) as db:
        await load(db, folder / "small", choices or training(*ITEMS))
    return folder / "studyloop.db"


def answer(path: Path, people: Iterable[Mapping[str, int]], source: str = "quiz") -> None:
    """Write the answers of people (slug -> option), to the versions that are asked now."""
    with closing(sqlite3.connect(path)) as connection:
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM item_answers").fetchone()
        (before,) = connection.execute("SELECT count(DISTINCT user_id) FROM item_answers").fetchone()
        for user_id, given in enumerate(people, before + 1):
            for slug, option in given.items():
                last += 1
                write(connection, user_id, slug, option, at=last, source=source)
        connection.commit()


def write(
    connection: sqlite3.Connection, user_id: int, slug: str, option: int, *, at: int, source: str = "quiz"
) -> None:
    """Write one answer; `at` is its time in microseconds."""
    (number,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM item_answers").fetchone()
    connection.execute(
        "INSERT INTO item_answers SELECT ?, ?, 5, id, version_id, ?, ?, ?, ?, 0, ? "
        "FROM questions WHERE slug = ?",
        (number, user_id, source, number, option, option == RIGHT, at, slug),
    )


def able(item: int, *, keyed_wrong: bool = False) -> list[dict[str, int]]:
    """Return twelve people; the able half is right in all items, but for `item` if its key is wrong."""
    people = [dict.fromkeys(ITEMS, RIGHT if i < 6 else 1 + i % 3) for i in range(12)]
    if keyed_wrong:
        for i, person in enumerate(people):
            person[ITEMS[item]] = 1 if i < 6 else RIGHT
    return people

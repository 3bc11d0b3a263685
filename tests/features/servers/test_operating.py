"""The steps of docs/operating.md that work on the database do what the page says."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from bot.db import Database, metadata
from bot.db.upgrades import prepare
from tests.db.files import url_of
from tests.features.servers.rows import KNOWS_ALL, fill

OPERATING = Path(__file__).parents[3] / "docs" / "operating.md"
ANN, BEN = 71, 72
PERSON = ("user_id", "reviewer_id", "reporter_id", "starter_id")
# Words of the bot's own, codes, and what is no text of the person's.
OURS = {
    *(
        "act",
        "subject",
        "ledger.reason",
        "quizzes.reason",
        "state",
        "source",
        "purpose",
        "kind",
        "ticks",
        "local_date",
        "rating",
    ),
    *(
        "old_messages",
        "difficulty",
        "category",
        "queue",
        "card",
        "card_before",
        "code",
        "detail",
        "source_url",
    ),
}


def steps() -> str:
    section = OPERATING.read_text().partition("## Deleting a person")[2]
    found = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found.group(1)


def texts_of(file: sqlite3.Connection, person: int) -> dict[str, str]:
    """Return what stands in columns of text beside a person's id, by "table.column"."""
    file.row_factory = sqlite3.Row
    found: dict[str, str] = {}
    for table in metadata.sorted_tables:
        who = next((name for name in PERSON if name in table.columns), None)
        if who is None:
            continue
        rows = file.execute(f"SELECT * FROM {table.name} WHERE {who} = ?", (person,))  # noqa: S608 our own
        for row in rows.fetchall():
            found |= {
                f"{table.name}.{name}": row[name]
                for name in row.keys()  # noqa: SIM118 a row is no mapping
                if isinstance(row[name], str)
                and row[name]
                and not OURS.intersection((name, f"{table.name}.{name}"))
            }
    return found


@pytest.mark.usefixtures("knows_all")
async def test_nothing_that_a_person_wrote_is_left(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    prepare(url_of(path))
    db = Database(url_of(path))
    async with db.transaction() as tx:
        await fill(tx, 1, ANN)
        await fill(tx, 2, BEN)
    await db.close()
    file = sqlite3.connect(path)
    try:
        file.execute("PRAGMA foreign_keys = ON")
        before, others = texts_of(file, ANN), texts_of(file, BEN)
        assert {"answers.text", "reviews.praise", "drafts.text", "choices.name"} <= set(before)
        for statement in filter(str.strip, steps().split(";")):
            file.execute(statement, {"id": ANN})
        file.commit()
        assert texts_of(file, ANN) == {}
        assert texts_of(file, BEN) == others
    finally:
        file.close()


@pytest.fixture
def knows_all() -> type:
    """Declare every table, as the client does."""
    return KNOWS_ALL

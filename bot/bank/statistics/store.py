"""Reading items and answers from a database file that a running bot may be using. Nothing is ever written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.db import Connection, fetch

# Rows that are held at once, a few hundred KB.
BATCH = 10_000
TABLES = ("questions", "question_versions", "item_answers")

# The tables belong to other stores, which know them as they are written; here a few columns are read.
LIST_ITEMS = sa.text(
    "SELECT v.id AS version_id, q.pack, q.slug, v.content "
    "FROM questions q JOIN question_versions v ON v.id = q.version_id "
    "WHERE q.kind = 'choice' AND q.active ORDER BY q.id"
)
# In this order the index over user_id and answered_at is walked and nothing is sorted.
LIST_ANSWERS = sa.text(
    "SELECT user_id, version_id, option FROM item_answers ORDER BY user_id, answered_at, id"
)


class UnreadableError(Exception):
    """The database cannot be read; the text is one sentence for an operator."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A choice item in its current version; `content` is JSON as questions/models.py writes it."""

    version_id: int
    pack: str
    slug: str
    content: str


@asynccontextmanager
async def opened(path: Path) -> AsyncGenerator[Connection]:
    """Give a connection that cannot write; UnreadableError where the file is none that has answers to items.

    `Database` is not for this: it makes a file that is missing, and sets how others find it.
    """
    engine = _engine(path)
    try:
        async with engine.connect() as tx:
            known = set(await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names()))
            if "questions" not in known:
                raise UnreadableError(f"The database {path} is none of StudyLoop's.")
            if not known.issuperset(TABLES):
                raise UnreadableError(
                    f"The database {path} is from an older StudyLoop; the next start of the bot updates it."
                )
            yield tx
    except DBAPIError as error:
        raise UnreadableError(f"The database {path} cannot be read ({error.orig}).") from error
    finally:
        await engine.dispose()


def _engine(path: Path) -> AsyncEngine:
    try:
        is_there = path.is_file()
    except OSError as error:  # a folder on the way that this user may not enter
        raise UnreadableError(f"The database {path} cannot be read ({error.strerror}).") from error
    if not is_there:
        raise UnreadableError(f"There is no database {path}: the bot's first start makes it.")
    address = f"file:{quote(str(path.absolute()))}"
    return create_async_engine(
        sa.URL.create("sqlite+aiosqlite", database=address, query={"mode": "ro", "uri": "true"})
    )


async def list_items(tx: Connection) -> list[ItemRow]:
    """Return the choice items of all packs."""
    return [ItemRow(**row) for row in await fetch(tx, LIST_ITEMS)]


async def stream_answers(tx: Connection) -> AsyncIterator[Sequence[tuple[int, int, int]]]:
    """Yield user_id, version_id and option of all answers in batches, by person and then by time."""
    result = await tx.stream(LIST_ANSWERS, execution_options={"yield_per": BATCH})
    async for batch in result.partitions(BATCH):
        # Rows are tuples to whoever reads them; making real ones would take a third of the time.
        yield cast("Sequence[tuple[int, int, int]]", batch)

"""Reading items and answers from a database file that a running bot may be using. Nothing is ever written.

The tables belong to other stores, which know them as they are written; here a few columns are read.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

# Rows that are held at once, a few hundred KB.
BATCH = 10_000
Connection = sa.Connection
TABLES = ("questions", "question_versions", "item_answers")


class UnreadableError(Exception):
    """The database cannot be read; the text is one sentence for an operator."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A choice item in its current version; `content` is JSON as questions/models.py writes it."""

    version_id: int
    pack: str
    slug: str
    content: str


@contextmanager
def opened(path: Path) -> Generator[Connection]:
    """Give a connection that cannot write; UnreadableError where the file is none that has answers to items.

    `Database` is not for this: it makes a file that is missing, and sets how others find it. A command line
    has no loop to keep free, either.
    """
    engine = _engine(path)
    try:
        with engine.connect() as tx:
            known = set(sa.inspect(tx).get_table_names())
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
        engine.dispose()


def _engine(path: Path) -> sa.Engine:
    try:
        is_there = path.is_file()
    except OSError as error:  # a folder on the way that this user may not enter
        raise UnreadableError(f"The database {path} cannot be read ({error.strerror}).") from error
    if not is_there:
        raise UnreadableError(f"There is no database {path}: the bot's first start makes it.")
    address = f"file:{quote(str(path.absolute()))}"
    return sa.create_engine(sa.URL.create("sqlite", database=address, query={"mode": "ro", "uri": "true"}))


def list_items(tx: Connection) -> list[ItemRow]:
    """Return the choice items of all packs."""
    query = sa.text(
        "SELECT v.id AS version_id, q.pack, q.slug, v.content "
        "FROM questions q JOIN question_versions v ON v.id = q.version_id "
        "WHERE q.kind = 'choice' AND q.active ORDER BY q.id"
    )
    return [ItemRow(*row) for row in tx.execute(query)]


def stream_answers(tx: Connection) -> Iterator[Sequence[tuple[int, int, int]]]:
    """Yield user_id, version_id and option of all answers in batches, by person and then by time."""
    # In this order the index over user_id and answered_at is walked and nothing is sorted.
    query = sa.text("SELECT user_id, version_id, option FROM item_answers ORDER BY user_id, answered_at, id")
    result = tx.execute(query, execution_options={"yield_per": BATCH})
    for batch in result.partitions(BATCH):
        # Rows are tuples to whoever reads them; making real ones would take a third of the time.
        yield cast("Sequence[tuple[int, int, int]]", batch)

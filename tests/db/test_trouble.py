"""A disk that is full and a file that another program holds: genuine ones, and what is left of them."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from bot.db import Database
from bot.db.sqlite import BUSY_TIMEOUT_MS, STILL_BUSY_TIMEOUT_MS
from bot.db.trouble import Trouble, trouble_of
from tests.db.files import opened


def fill_up(db: Database, *, full: bool) -> None:
    """Let the database have no page more than it has, or as many as it likes; SQLite itself refuses them."""

    def limit(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() if full else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(db._writer.sync_engine, "begin", limit)


async def write(db: Database, text: str) -> None:
    async with db.transaction() as tx:
        row = {"guild_id": 1, "key": text[:20], "name": text, "colour": 1, "position": 1}
        await tx.execute(
            sa.text("INSERT INTO categories VALUES (:guild_id, :key, :name, :colour, :position)"), row
        )


async def count(db: Database) -> int:
    async with db.reading() as tx:
        return (await tx.execute(sa.text("SELECT COUNT(*) FROM categories"))).scalar_one()


async def test_a_full_disk_is_known_leaves_nothing_half_and_ends_when_there_is_room(db: Database) -> None:
    await write(db, "before")
    fill_up(db, full=True)
    for n in range(3):
        with pytest.raises(DBAPIError) as caught:
            await write(db, f"{n}" * 100_000)
        assert trouble_of(caught.value) is Trouble.FULL
        assert await count(db) == 1
    fill_up(db, full=False)
    await write(db, "a" * 100_000)
    assert await count(db) == 2


async def test_several_statements_of_which_the_last_finds_no_room(db: Database) -> None:
    fill_up(db, full=True)

    async def write_two() -> None:
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO categories VALUES (1, 'small', 'x', 1, 1)"))
            row = {"name": "y" * 200_000}
            await tx.execute(sa.text("INSERT INTO categories VALUES (1, 'large', :name, 1, 1)"), row)

    with pytest.raises(DBAPIError):
        await write_two()
    assert await count(db) == 0
    fill_up(db, full=False)
    await write(db, "after")


async def test_a_file_that_another_program_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as db:
        await write(db, "before")
        with closing(sqlite3.connect(tmp_path / "studyloop.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            started = time.monotonic()
            found = await asyncio.gather(*(write(db, f"{n}") for n in range(8)), return_exceptions=True)
            # All eight hear of it before Discord gives up waiting for a reply: only the first waits for long.
            assert BUSY_TIMEOUT_MS + 7 * STILL_BUSY_TIMEOUT_MS < 2_900
            assert time.monotonic() - started < 4 * BUSY_TIMEOUT_MS / 1000
            assert [trouble_of(error) for error in found if isinstance(error, Exception)] == [
                Trouble.LOCKED
            ] * 8
            assert await count(db) == 1, "what is there can be read"
            other.execute("ROLLBACK")
        await write(db, "after")
        assert await count(db) == 2
        with closing(sqlite3.connect(tmp_path / "studyloop.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.05, other.execute, "ROLLBACK")
            await write(db, "a short wait is no trouble")
            assert await count(db) == 3


async def test_a_file_that_may_only_be_read(db: Database) -> None:
    async with db.reading() as tx:
        await tx.execute(sa.text("SELECT 1"))

    def refuse(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    event.listen(db._writer.sync_engine, "begin", refuse)
    with pytest.raises(DBAPIError) as caught:
        await write(db, "x")
    assert trouble_of(caught.value) is Trouble.READ_ONLY


async def test_a_mistake_of_ours_is_none(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction() as tx:
            await tx.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
    assert trouble_of(caught.value) is None
    assert trouble_of(ValueError()) is None

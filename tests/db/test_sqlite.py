"""One journey to the connection's thread a statement, and what a driver has to tell of it."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.db import Connection, Database
from bot.db.sqlite import WRITE
from bot.db.sqlite import Connection as Driven
from tests.db.files import opened
from tests.loopcord.waiting import PATIENCE

SQL = sa.text
ADD = SQL("INSERT INTO totals (guild_id, user_id, points) VALUES (1, :user_id, 5)")


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Count what is sent to the threads of all connections."""
    made: list[Any] = []
    execute = Driven._execute

    async def counted(self: Driven, *args: Any, **kwargs: Any) -> Any:
        made.append(args)
        return await execute(self, *args, **kwargs)

    monkeypatch.setattr(Driven, "_execute", counted)
    return made


async def read_twice(tx: Connection) -> None:
    for _ in range(2):
        await tx.execute(SQL("SELECT points FROM totals"))


async def test_a_statement_with_its_rows_and_the_begin_is_one_journey(
    db: Database, journeys: list[Any]
) -> None:
    async with db.transaction() as tx:
        await tx.execute(ADD, [{"user_id": user_id} for user_id in range(100)])
    for block in (db.transaction, db.reading):
        async with block() as tx:  # the connection is there then
            await read_twice(tx)
        journeys.clear()
        async with block() as tx:
            await read_twice(tx)
        assert len(journeys) == 3, "two statements and the COMMIT"
        journeys.clear()
        async with block():
            pass
        assert not journeys, "where nothing was said nothing is begun"


async def test_what_a_statement_tells(db: Database) -> None:
    async with db.transaction() as tx:
        assert (await tx.execute(ADD, [{"user_id": 1}, {"user_id": 2}, {"user_id": 3}])).rowcount == 3
        update = SQL("UPDATE totals SET points = 6 WHERE user_id < 3")
        assert (await tx.execute(update)).rowcount == 2
        found = await tx.execute(SQL("SELECT user_id, points FROM totals ORDER BY user_id"))
        assert list(found.keys()) == ["user_id", "points"]
        assert found.all() == [(1, 6), (2, 6), (3, 5)]
        returned = SQL("DELETE FROM totals WHERE user_id = 3 RETURNING points")
        assert (await tx.execute(returned)).scalar_one() == 5
        add = "INSERT INTO categories VALUES (1, 'small', 'x', 1, 1)"
        assert (await tx.exec_driver_sql(add)).lastrowid is not None


async def test_a_refused_statement_names_its_code_and_leaves_the_connection_usable(db: Database) -> None:
    async def add_twice() -> None:
        async with db.transaction() as tx:
            await tx.execute(ADD, {"user_id": 1})
            await tx.execute(ADD, {"user_id": 1})

    with pytest.raises(DBAPIError) as caught:
        await add_twice()
    assert isinstance(caught.value.orig, sqlite3.IntegrityError)
    async with db.transaction() as tx:
        assert (await tx.execute(SQL("SELECT COUNT(*) FROM totals"))).scalar_one() == 0


async def test_a_transaction_is_open_from_its_first_statement(tmp_path: Path) -> None:
    """Two readings in one transaction see one state, whatever is written between them."""
    async with opened(tmp_path) as db, db.reading() as tx:
        count = SQL("SELECT COUNT(*) FROM totals")
        assert (await tx.execute(count)).scalar_one() == 0
        async with db.transaction() as other:
            await other.execute(ADD, {"user_id": 1})
        assert (await tx.execute(count)).scalar_one() == 0
        async with db.reading() as later:
            assert (await later.execute(count)).scalar_one() == 1


async def test_what_is_cancelled_before_the_thread_comes_to_it_is_rolled_back(tmp_path: Path) -> None:
    """The begin goes with the first statement: without it the statement would stand on its own."""
    driven = await Driven(partial(sqlite3.connect, tmp_path / "one.db", isolation_level=None))
    await driven.run(lambda connection: connection.execute("CREATE TABLE words (word TEXT)"))
    busy = threading.Event()
    before = asyncio.ensure_future(driven.run(lambda _: busy.wait(PATIENCE)))
    driven.begin(WRITE)
    first = asyncio.ensure_future(
        driven.run(lambda connection: connection.execute("INSERT INTO words VALUES ('half')"))
    )
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert driven.end(), "there is something to end"
    busy.set()
    await before
    await driven.rollback()
    left = await driven.run(lambda connection: connection.execute("SELECT word FROM words").fetchall())
    await driven.close()
    assert left == []


async def test_a_commit_that_is_refused_leaves_nothing_open(tmp_path: Path) -> None:
    """An open transaction would hold the file against everybody, and the next one could not begin."""

    async def orphan() -> None:
        async with db.transaction() as tx:
            await tx.execute(SQL("PRAGMA defer_foreign_keys = ON"))  # so that the COMMIT looks at them
            await tx.execute(SQL("INSERT INTO question_versions VALUES (1, 404, '1', 'x', '{}', 1)"))

    async with opened(tmp_path) as db:
        with pytest.raises(DBAPIError) as caught:
            await orphan()
        assert isinstance(caught.value.orig, sqlite3.IntegrityError)
        with closing(sqlite3.connect(tmp_path / "studyloop.db", timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        async with db.transaction() as tx:
            assert (await tx.execute(SQL("SELECT COUNT(*) FROM question_versions"))).scalar_one() == 0


async def test_what_follows_a_begin_that_was_refused_does_not_stand_on_its_own(tmp_path: Path) -> None:
    async def go_on(other: sqlite3.Connection) -> None:
        async with db.transaction() as tx:
            with pytest.raises(DBAPIError):
                await tx.execute(ADD, {"user_id": 1})
            other.execute("ROLLBACK")
            await tx.execute(ADD, {"user_id": 2})
            raise ZeroDivisionError

    async with opened(tmp_path) as db:
        async with db.transaction() as tx:
            await tx.execute(SQL("PRAGMA busy_timeout = 0"))
        with closing(sqlite3.connect(tmp_path / "studyloop.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(ZeroDivisionError):
                await go_on(other)
            assert other.execute("SELECT COUNT(*) FROM totals").fetchone() == (0,)

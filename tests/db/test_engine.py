import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.db import Connection, Database, News, announce

ADD = sa.text("INSERT INTO totals (guild_id, user_id, points) VALUES (1, 1, 0)")
READ = sa.text("SELECT points FROM totals")
WRITE = sa.text("UPDATE totals SET points = :points")


async def points(tx: Connection) -> int:
    return (await tx.execute(READ)).scalar_one()


@pytest.fixture
async def counted(db: Database) -> Database:
    async with db.transaction() as tx:
        await tx.execute(ADD)
    return db


async def increment(db: Database) -> None:
    async with db.transaction() as tx:
        seen = await points(tx)
        await asyncio.sleep(0)  # the others get their chance to read the same
        await tx.execute(WRITE, {"points": seen + 1})


async def test_two_hundred_tasks_at_once_lose_no_update(counted: Database) -> None:
    await asyncio.gather(*(increment(counted) for _ in range(200)))
    async with counted.reading() as tx:
        assert await points(tx) == 200


async def test_a_second_process_on_the_file_waits_for_its_turn(counted: Database) -> None:
    """Each database has one writer; between two of them SQLite decides, when a transaction begins."""
    other = Database(counted.url)
    await asyncio.gather(*(increment(db) for _ in range(25) for db in (counted, other)))
    await other.close()
    async with counted.reading() as tx:
        assert await points(tx) == 50


async def test_sqlalchemys_defaults_lose_one_in_the_same_order_of_steps(counted: Database) -> None:
    """The control: if this fails, the two engines of ours may not be needed any more."""
    plain = create_async_engine(counted.url)
    async with plain.begin() as one, plain.begin() as two:
        seen_by_one, seen_by_two = await points(one), await points(two)
        await one.execute(WRITE, {"points": seen_by_one + 1})
        await one.commit()
        await two.execute(WRITE, {"points": seen_by_two + 1})
    await plain.dispose()
    async with counted.reading() as tx:
        assert await points(tx) == 1


async def fail(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(WRITE, {"points": 5})
        announce(tx, News.POSTS)
        raise RuntimeError("on the way")


async def test_an_error_takes_back_everything(counted: Database) -> None:
    with pytest.raises(RuntimeError, match="on the way"):
        await fail(counted)
    async with counted.reading() as tx:
        assert await points(tx) == 0


async def test_a_cancelled_task_takes_back_everything_and_leaves_the_writer_free(counted: Database) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with counted.transaction() as tx:
            await tx.execute(WRITE, {"points": 5})
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await increment(counted)
    async with counted.reading() as tx:
        assert await points(tx) == 1


async def test_a_reader_sees_the_state_before_an_open_write(counted: Database) -> None:
    async with counted.transaction() as writer:
        await writer.execute(WRITE, {"points": 5})
        async with counted.reading() as reader:
            assert await points(reader) == 0
    async with counted.reading() as reader:
        assert await points(reader) == 5


async def test_a_reader_sees_one_state_from_its_first_look_to_its_end(counted: Database) -> None:
    async with counted.reading() as reader:
        assert await points(reader) == 0
        await increment(counted)
        assert await points(reader) == 0


async def test_commit_hooks_run_after_a_commit_and_only_then(counted: Database) -> None:
    calls: list[frozenset[News]] = []
    counted.on_commit(calls.append)
    with pytest.raises(RuntimeError, match="on the way"):
        await fail(counted)
    async with counted.reading():
        pass
    assert calls == []
    async with counted.transaction() as tx:
        announce(tx, News.DROPS)
        announce(tx, News.DROPS)
        assert calls == []
    assert calls == [{News.DROPS}]


async def test_a_write_that_announces_nothing_wakes_nobody(counted: Database) -> None:
    calls: list[frozenset[News]] = []
    counted.on_commit(calls.append)
    await increment(counted)
    async with counted.transaction() as tx:
        announce(tx, News.POSTS)
        announce(tx, News.DROPS)
    await increment(counted)
    assert calls == [{News.POSTS, News.DROPS}]


async def test_foreign_keys_hold(db: Database) -> None:
    insert = sa.text("INSERT INTO reminders (drop_id, user_id, due_at) VALUES (404, 1, 0)")
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with db.transaction() as tx:
            await tx.execute(insert)


async def test_a_wrong_type_is_an_error(db: Database) -> None:
    insert = sa.text("INSERT INTO totals (guild_id, user_id, points) VALUES (1, 1, 'ten')")
    with pytest.raises(IntegrityError, match="cannot store TEXT value in INTEGER column"):
        async with db.transaction() as tx:
            await tx.execute(insert)


@pytest.mark.parametrize("engine", ["transaction", "reading"])
async def test_both_engines_set_their_connections_up(db: Database, engine: str) -> None:
    async with getattr(db, engine)() as tx:
        pragmas = {
            name: (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1500}

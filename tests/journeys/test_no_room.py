"""A disk that is full, or a file that another program holds: people hear of it, nothing is half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.world import World, labels, text_of

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SAID = ["nothing can be stored", "the alarm's work failed", "lane .* stopped", "edits .* stopped"]
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
MINUTE = timedelta(minutes=1)


@contextmanager
def held(world: World) -> Generator[None]:
    """Have another program hold the file."""
    with closing(sqlite3.connect(world.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(world: World) -> Generator[None]:
    """Let the file grow by no page, and have each write need one: SQLite itself finds the disk full."""
    engine: Any = world.bot.db._writer.sync_engine

    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    def need_room(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.exec_driver_sql("CREATE TABLE filler AS SELECT hex(zeroblob(2000000)) AS x")

    def lift(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {2**30}")

    event.listen(engine, "begin", limit)
    event.listen(engine, "before_cursor_execute", need_room)
    yield
    event.remove(engine, "begin", limit)
    event.remove(engine, "before_cursor_execute", need_room)
    event.listen(engine, "begin", lift)


@pytest.fixture(params=[held, full], ids=["held", "full"])
def broken(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_an_answer_comes_back_as_a_file_and_counts_when_there_is_room(
    world: World, broken: Any
) -> None:
    world.expected += SAID
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    form = await world.press(world.ada, question, "Answer")
    with broken(world):
        result = await world.submit(world.ada, form, TEXT)
        said = text_of(result)
        assert "here it is as a file" in said
        assert result.response is not None
        assert "your-text.txt" in [a.filename for a in result.response.attachments]
        again = await world.press(world.ben, question, "Remind me")
        assert "That was not stored" in text_of(again)
    assert world.rows("answers") == []
    await world.answer(world.ada, question, TEXT)
    assert [row["text"] for row in world.rows("answers")] == [TEXT]
    await world.travel(hours=1)
    assert world.rows("totals")[0]["points"] == 10


async def test_a_choice_is_not_stored_and_the_next_one_is(world: World, broken: Any) -> None:
    world.expected += SAID
    await world.command(world.olga, world.daily, "setup", kind="choice")
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    option = labels(question)[0]
    with broken(world):
        said = text_of(await world.press(world.ada, question, option))
        assert "That was not stored" in said
    assert world.rows("choices") == []
    await world.press(world.ada, question, option)
    assert len(world.rows("choices")) == 1


async def test_the_days_question_comes_when_there_is_room(world: World, broken: Any) -> None:
    world.expected += SAID
    await world.command(world.olga, world.daily, "setup", kind="open")
    with broken(world):
        world.clock.shift(NINE - world.clock.now())
        await world.wake()
        assert world.questions(world.daily) == []
    world.clock.shift(MINUTE)
    await world.wake()
    assert len(world.questions(world.daily)) == 1
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 2
    assert len({p["id"] for p in world.rows("posts", kind="drop")}) == 2

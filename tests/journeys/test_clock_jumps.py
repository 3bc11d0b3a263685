"""The machine's clock is set forward or back: by a time server, or by whoever set it wrong before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


async def jump(world: World, by: timedelta) -> None:
    """Set the clock; the bot finds out at its next look, which is at most a minute away."""
    world.clock.shift(by)
    await world.wake()


async def test_forward_over_all_that_was_due_does_each_once(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", reveal="12:00")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await jump(world, 26 * HOUR)  # over a reveal and the next question
    await jump(world, timedelta())
    assert len(world.questions(world.daily)) == 2
    assert len(world.rows("posts", kind="reveal", state="sent")) == 1
    assert len(world.rows("ledger", act="answer")) == 1


@pytest.mark.parametrize("hours", [1, 5, 30])
async def test_back_over_a_question_does_not_ask_it_again(world: World, hours: int) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 2
    (before,) = world.rows("schedules")
    await jump(world, -hours * HOUR)
    assert world.rows("schedules")[0]["next_run_at"] == before["next_run_at"]
    await world.travel(to=NINE + DAY + HOUR)
    assert len(world.questions(world.daily)) == 2
    assert len({post["id"] for post in world.rows("posts", kind="drop")}) == 2
    await world.travel(to=NINE + 2 * DAY)
    assert len(world.questions(world.daily)) == 3
    assert [d["number"] for d in world.rows("drops")] == [1, 2, 3]


async def test_forward_by_mistake_and_back_again(world: World) -> None:
    """What came a day early does not come again on its day."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await jump(world, 25 * HOUR)
    assert len(world.questions(world.daily)) == 2
    await jump(world, -25 * HOUR)
    await world.travel(to=NINE + DAY + HOUR)
    assert len(world.questions(world.daily)) == 2
    await world.travel(to=NINE + 2 * DAY)
    assert len(world.questions(world.daily)) == 3


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_question_of_a_quiz_ends_once(world: World, hours: int) -> None:
    await world.command(world.ada, world.daily, "quiz", questions=3, seconds=30)
    await world.travel(minutes=0.1)
    (message,) = [
        m
        for m in world.posted(world.daily)
        if "Question 1 of 3" in m.content + str(m.embeds and m.embeds[0].to_dict())
    ]
    await world.press(world.ada, message, "A")
    await jump(world, hours * HOUR)
    await world.travel(minutes=2)
    first = world.rows("quiz_items")[0]
    assert first["state"] == "closed", "not hours later"
    assert len(world.rows("item_answers")) == 1
    assert len(world.rows("ledger", act="quiz")) <= 1
    await jump(world, -hours * HOUR)
    await world.travel(minutes=30)
    assert world.rows("quiz_items")[0]["revision"] >= first["revision"]
    assert len(world.rows("item_answers")) == 1

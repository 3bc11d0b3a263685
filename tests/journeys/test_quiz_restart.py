"""A quiz survives that the bot is ended and started again, or ends fairly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.features.quiz.channel import PAUSE, QuizChannel, body, custom_ids, letter, quiz_world, stamp
from tests.world import World, labels, text_of

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AWAY = "I was away for more than ten minutes, so it ended here. Everything before that counts."


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


async def test_in_the_middle_of_a_question(world: World, table: QuizChannel) -> None:
    question = await table.begin(world.ada)
    ids = custom_ids(question)
    await table.wait(5)
    panel = await table.choose(world.ada, "a")
    await table.choose(world.ben)

    await world.restart(away=MINUTE)
    rest = world.clock.now() + 15 * SECOND
    assert table.item()["ends_at"] == rest, "what was left when it was last seen alive"
    shown = table.questions()[-1]
    assert shown.id == question.id, "the same message"
    assert f"Ends {stamp(rest)}  ·  2 locked in" in body(shown)
    assert custom_ids(shown) == ids
    assert table.chosen(world.ada) == "a"

    await world.press(world.ada, panel, letter(shown, "right"))
    assert f"until {stamp(rest, 'T')}" in text_of(panel), "the private message goes on as well"
    changed = await table.choose(world.ben, "b")
    assert f"You chose **{letter(shown, 'b')}**" in text_of(changed)
    await table.choose(world.cem)
    await table.wait(10)
    await world.restart(away=2 * MINUTE)
    assert table.item()["ends_at"] == world.clock.now() + 15 * SECOND

    result = await table.time_up()
    assert "**Time is up:** 2 of 3 right." in body(result)
    await table.next()
    await table.play({world.ada: "right"})
    await table.next()
    await table.play({world.ada: "right"})
    await table.to_the_end()
    assert [item["state"] for item in table.items()] == ["closed"] * 3
    assert len(table.questions()) == 3
    assert set(table.points()) == {world.ada.id, world.cem.id}, "ben changed to a wrong one"
    assert len(world.rows("item_answers")) == 5


async def test_a_rest_is_never_too_short_to_read(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.wait(19)
    await table.choose(world.ada)
    await world.restart(away=30 * SECOND)
    assert table.item()["ends_at"] == world.clock.now() + 5 * SECOND
    assert "1 of 1 right" in body(await table.time_up())


@pytest.mark.parametrize("away", [3 * SECOND, MINUTE, 9 * MINUTE])
async def test_between_two_questions(world: World, table: QuizChannel, away: timedelta) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "a"})
    (post,) = world.rows("posts", kind="quiz_item", state="pending")
    await world.restart(away=away)
    await world.travel(to=max(post["due_at"], world.clock.now()))
    assert len(table.questions()) == 2
    assert table.item()["ends_at"] == world.clock.now() + 20 * SECOND, "everybody has the whole time"
    await table.choose(world.ben)
    result = await table.play({world.ada: "right"})
    assert "2 of 2 right" in body(result)
    await table.next()
    await table.to_the_end()
    assert len(table.questions()) == 3


async def test_before_the_first_question_and_before_the_end(world: World, table: QuizChannel) -> None:
    await table.type(world.ada)
    await world.restart(away=2 * SECOND)
    await table.next()
    for position in range(3):
        await table.play({world.ada: "right"})
        if position < 2:
            await table.next()
    assert table.quiz()["state"] == "ended"
    assert not table.ends()
    await world.restart(away=20 * SECOND)
    (end,) = table.ends()
    assert "🥇 **ada** · " in body(end)
    await world.restart(away=20 * SECOND)
    assert len(table.ends()) == 1


async def test_an_early_end_is_not_forgotten(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right"})
    await table.next()
    await table.choose(world.ada)
    await world.restart(away=MINUTE)
    assert table.item()["ends_at"] == world.clock.now() + 5 * SECOND
    await table.time_up()


async def test_a_long_pause_in_a_question_ends_the_quiz_fairly(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "a"})
    await table.next()
    await table.choose(world.ben)
    question = table.questions()[-1]
    await world.restart(away=10 * MINUTE + SECOND)
    (end,) = table.ends()
    assert body(end).startswith(f"{AWAY}\n\n🥇 **ada** · 1 point · 1 of 1 right\n2. **ben** · 0 points")
    shown = table.questions()[-1]
    assert "This question was called off and does not count." in body(shown)
    assert labels(shown) == []
    assert table.points() == {world.ada.id: 1}
    said = await world.forge(world.ben, question, custom_ids(question)[0])
    assert text_of(said) == "This question was called off: it counts for nobody. `/quiz` starts a new quiz."
    await table.begin(world.ben)
    assert len(table.questions()) == 3, "the channel is free"


async def test_a_pause_of_ten_minutes_is_not_too_long(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await world.restart(away=10 * MINUTE)
    assert table.quiz()["state"] == "running"
    await table.choose(world.ada)


async def test_a_long_pause_between_questions_ends_the_quiz_fairly(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "a"})
    await world.restart(away=10 * MINUTE + PAUSE * SECOND)
    (end,) = table.ends()
    assert body(end).startswith(f"{AWAY}\n\n🥇 **ada** · 1 point · 1 of 1 right")
    assert "Next question" not in body(table.questions()[-1])
    assert len(table.questions()) == 1
    await table.begin(world.ben)


async def test_a_message_whose_confirmation_was_lost_with_the_process(
    world: World, table: QuizChannel
) -> None:
    await table.type(world.ada)
    world.lose(lambda method, path: method == "POST" and path.endswith("/messages"))
    await table.wait(5)
    (question,) = table.questions()
    assert table.item()["state"] == "planned", "nobody told the bot that it stands"
    panel = await table.choose(world.ada)
    assert text_of(panel).endswith("\nYou can change it until time is up.")
    await world.restart(away=30 * SECOND)
    assert [q.id for q in table.questions()] == [question.id], "it is found and not posted twice"
    assert table.item()["ends_at"] == world.clock.now() + 20 * SECOND
    assert "1 locked in" in body(table.questions()[-1])
    assert table.chosen(world.ada) == "right"
    assert "1 of 1 right" in body(await table.time_up())

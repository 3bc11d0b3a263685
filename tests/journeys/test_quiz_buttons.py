"""Stopping, and buttons that are pressed by the wrong person, too late, too early, or were never written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.features.quiz.channel import QuizChannel, at_once, body, custom_ids, letter, quiz_world
from tests.world import Group, World, labels, text_of

OLD = "That quiz is not here any more. Start one with `/quiz`."


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


async def test_only_its_starter_and_organisers_stop_a_quiz(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.choose(world.ben)
    question = table.questions()[-1]
    refused = await world.press(world.ben, question, "Stop")
    assert text_of(refused) == (
        "Only ada, who started it, and organisers can stop this quiz. If you have had enough, "
        "just stop answering."
    )
    yes = f"quiz:stop_yes:v1:{table.quiz()['id']}"
    assert text_of(await world.forge(world.ben, question, yes)).startswith("Only ada, ")

    asked = await world.press(world.ada, question, "Stop")
    assert text_of(asked) == (
        "Stop this quiz for everybody? What has been asked counts; the open question does not."
    )
    assert table.quiz()["state"] == "running", "it is asked once more"
    organisers = await world.press(world.olga, question, "Stop")
    first, second = await at_once(
        world, [(world.olga, organisers, "Stop the quiz"), (world.ada, asked, "Stop the quiz")]
    )
    assert text_of(first) == "Stopped. The standings come below."
    assert text_of(second) == "This quiz has ended already. `/quiz` starts a new one."
    (end,) = table.ends()
    assert body(end) == "It was stopped; what was asked before that counts.\n\nNobody has points."
    assert labels(end) == ["Rematch"]
    shown = table.questions()[-1]
    assert "This question was called off and does not count." in body(shown)
    assert labels(shown) == []
    assert not world.rows("ledger")
    for press in (question, end):
        buttons = custom_ids(question)
        pressed = await world.forge(world.ben, press, buttons[0])
        assert text_of(pressed) == (
            "This question was called off: it counts for nobody. `/quiz` starts a new quiz."
        )
    assert text_of(await world.forge(world.ada, end, custom_ids(question)[4])).startswith(
        "This quiz has ended"
    )


async def test_its_starter_stops_between_questions_and_the_rest_counts(
    world: World, table: QuizChannel
) -> None:
    announced = await table.type(world.ada)
    await table.next()
    result = await table.play({world.ben: "right", world.ada: "a"})
    assert "Next question" in body(result)
    asked = await world.press(world.ada, announced, "Stop")
    await world.press(world.ada, asked, "Stop the quiz")
    assert "Next question" not in body(table.questions()[-1]), "none comes"
    await table.wait(60)
    assert len(table.questions()) == 1
    assert "🥇 **ben** · 1 point · 1 of 1 right\n2. **ada** · 0 points · 0 of 1 right" in body(
        table.ends()[0]
    )
    assert table.points() == {world.ben.id: 1}
    await table.begin(world.ben)
    assert len(table.questions()) == 2, "the channel is free at once"


async def test_old_and_forged_buttons_get_a_sentence(world: World, table: QuizChannel) -> None:
    question = await table.begin(world.ada)
    a, *_, stop = custom_ids(question)
    item = table.item()["id"]
    later = table.items()[2]["id"]
    for forged, said in {
        f"quiz:a:v1:{later}": "This question has not been asked yet: it comes in a moment.",
        "quiz:a:v1:424242": OLD,
        f"quiz:e:v1:{item}": "This button is from an older version or not one of mine.",
        f"quiz:A:v1:{item}": "This button is from an older version or not one of mine.",
        f"quiz:a:v1:-{item}": "This button is from an older version or not one of mine.",
        f"quiz:a:v1:{2**70}": "This button is from an older version or not one of mine.",
        "quiz:stop:v1:424242": OLD,
        "quiz:stop_yes:v1:424242": OLD,
        "quiz:again:v1:424242": OLD,
    }.items():
        assert text_of(await world.forge(world.ben, question, forged)).startswith(said), forged
    assert not world.rows("quiz_choices")

    other: Group = world.found_group("Other")
    stranger, theirs = other.members[0], QuizChannel(world, other.daily)
    their_question = await theirs.begin(stranger)
    for forged in (a, stop, stop.replace("stop", "stop_yes"), stop.replace("stop", "again")):
        assert text_of(await world.forge(stranger, their_question, forged)) == OLD, forged
    assert not world.rows("quiz_choices")
    assert len(world.rows("quizzes", state="running")) == 2

    await table.play({world.ada: "right"})
    upcoming = table.item()["id"]
    early = await world.forge(world.ben, question, f"quiz:a:v1:{upcoming}")
    assert text_of(early) == "This question has not been asked yet: it comes in a moment."
    assert not world.rows("quiz_choices", item_id=upcoming), "what comes next is shown to nobody before"
    await table.next()
    assert text_of(await world.forge(world.ben, question, a)).startswith("Time is up: you had not chosen.")


async def test_a_button_of_a_quiz_long_over(world: World, table: QuizChannel) -> None:
    question = await table.begin(world.ada)
    right = letter(question, "right")
    ids = dict(zip("ABCD", custom_ids(question), strict=False))
    await table.play({world.ada: "right"})
    await table.to_the_end()
    await world.restart(away=timedelta(days=30))
    said = text_of(await world.forge(world.eli, table.ends()[0], ids[right]))
    assert said.startswith(f"Time is up: you had not chosen.\n**{right} is right.**")
    assert len(world.rows("quiz_choices")) == 1

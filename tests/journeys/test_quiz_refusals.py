"""Wishes that cannot be met: where, what and when no quiz starts, and what is said then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.features.quiz.channel import QuizChannel, body, quiz_world, type_unchecked
from tests.world import World, labels, text_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


def nothing_runs(world: World) -> bool:
    return not world.rows("quizzes", state="running") and not world.rows("posts", kind="quiz_item")


# Where


async def test_a_thread_and_a_forum_post_send_one_to_a_text_channel(world: World) -> None:
    with world.env._bot_scope():
        channel: Any = world.bot.get_channel(world.daily.id)
        thread = await channel.create_thread(name="talk", message=await channel.send("about this"))
        forum: Any = world.bot.get_channel(world.forum.id)
        post = await forum.create_thread(name="a post", content="here")
    await world.rest()
    refused = await world.command(world.ada, world.channel(thread.id), "quiz")
    assert text_of(refused) == (
        f"A quiz needs a text channel, not a thread: type `/quiz` in <#{world.daily.id}>."
    )
    refused = await world.command(world.ada, world.channel(post.thread.id), "quiz")
    assert text_of(refused) == (
        "A quiz needs a text channel: go to one where I may write and type `/quiz` there."
    )
    assert nothing_runs(world)


async def test_the_chat_of_a_voice_channel_is_no_place_for_a_quiz(world: World) -> None:
    voice = world.guild.create_voice_channel("voice")
    refused = await world.command(world.ada, voice, "quiz")
    assert text_of(refused).startswith("A quiz needs a text channel: ")


async def test_direct_messages_are_no_place_for_a_quiz(world: World) -> None:
    user = world.ada.user
    assert "quiz" not in user.available_commands()
    (refused,) = await type_unchecked(world, (user, user.dm_channel, {}))
    assert text_of(refused).startswith("This works in a server only.")
    assert nothing_runs(world)


async def test_an_announcement_channel_is_fine(world: World) -> None:
    table = QuizChannel(world, world.news)
    await table.begin(world.ada)
    for _ in range(3):
        await table.play({world.ada: "right", world.ben: "a"})
        await table.wait(16)
    await table.to_the_end()
    assert [thread.name for thread in world.news.threads] == ["Quiz of 5 Jan · all categories"]


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (["send_messages"], "**Send Messages (in a forum: Create Posts)** and **Embed Links**"),
        (["embed_links", "read_message_history"], "**Embed Links** and **Read Message History**"),
    ],
)
async def test_missing_permissions_are_named(world: World, denied: list[str], named: str) -> None:
    world.deny(world.daily, *denied)
    await world.rest()
    refused = await world.command(world.ada, world.daily, "quiz")
    assert text_of(refused) == (
        f"I may not post a quiz in this channel. An organiser has to give me {named} here; then try again."
    )
    assert nothing_runs(world)


async def test_a_rematch_is_refused_where_no_quiz_may_be_played_any_more(
    world: World, table: QuizChannel
) -> None:
    await table.begin(world.ada)
    for _ in range(3):
        await table.play({world.ada: "right", world.ben: "a"})
        await table.wait(16)
    end = await table.to_the_end()
    world.deny(world.daily, "embed_links")
    await world.rest()
    refused = await world.press(world.ben, end, "Rematch")
    assert "I may not post a quiz in this channel" in text_of(refused)
    assert len(world.rows("quizzes")) == 1
    # Whoever presses a button of before in a thread is sent to the channel.
    world.deny(world.daily)
    thread = world.channel(world.rows("quizzes")[0]["thread_id"])
    message = world.posted(thread)[0]
    refused = await world.forge(world.ben, message, f"quiz:again:v1:{world.rows('quizzes')[0]['id']}")
    assert "A quiz needs a text channel, not a thread" in text_of(refused)
    assert len(world.rows("quizzes")) == 1


# What


@pytest.mark.parametrize(
    "typed",
    [
        {"questions": 26},
        {"questions": 2},
        {"questions": -(2**53)},
        {"questions": 2**53},
        {"seconds": 5},
        {"seconds": 121},
    ],
)
async def test_numbers_out_of_range_are_refused_with_the_limits(world: World, typed: dict[str, int]) -> None:
    (refused,) = await type_unchecked(world, (world.ada, world.daily, typed))
    (number,) = typed.values()
    limits = "3 to 25" if "questions" in typed else "10 to 120"
    assert text_of(refused) == (
        f"One of the options does not take “{number}”: choose a number from {limits} and send the command "
        "again."
    )
    assert nothing_runs(world)


async def test_without_options_it_is_ten_questions_of_half_a_minute(world: World, table: QuizChannel) -> None:
    started = await world.command(world.ada, world.daily, "quiz")
    assert started.response is not None
    assert body(started.response).startswith("10 questions · all categories · 30 seconds each\n")
    await table.next()
    assert table.item()["ends_at"] == world.clock.now() + timedelta(seconds=30)


async def test_too_few_in_a_category_are_offered(world: World, table: QuizChannel) -> None:
    refused = await table.type(world.ada, category="agents", questions=20)
    assert text_of(refused) == "There are 12 quiz questions in Agents & Tool Use, not 20. Play those?"
    assert labels(refused) == ["Play 12"]
    assert nothing_runs(world)
    await world.press(world.ada, refused, "Play 12")
    assert (table.quiz()["size"], table.quiz()["category"], table.quiz()["starter_id"]) == (
        12,
        "agents",
        world.ada.id,
    )
    again = await world.press(world.ada, refused, "Play 12")
    assert text_of(again).startswith("ada is running a quiz here already: question 1 of 12.")
    await table.next()
    assert len(world.rows("quizzes", state="running")) == 1


async def test_too_few_for_any_quiz_name_the_other_categories(world: World, table: QuizChannel) -> None:
    refused = await table.type(world.ada, category="training")
    assert text_of(refused) == (
        "There is 1 quiz question in Training, not 3. A quiz needs at least 3. "
        "Choose from Agents & Tool Use (12)."
    )
    assert labels(refused) == []


async def test_an_unknown_category_names_those_that_there_are(world: World, table: QuizChannel) -> None:
    refused = await table.type(world.ada, category="@everyone **cooking**")
    assert text_of(refused) == (
        "There is no such category with quiz questions. Choose from Agents & Tool Use (12)."
    )
    await table.type(world.ada, category="  agents & tool use ")
    assert table.quiz()["category"] == "agents", "a name typed by hand is understood"


async def test_categories_are_suggested_with_their_number(world: World) -> None:
    suggested = await world.ada.autocomplete(world.daily, "quiz", "category", "tool")
    assert [(s["name"], s["value"]) for s in suggested] == [("Agents & Tool Use (12)", "agents")]


async def test_only_questions_of_the_difficulty(world: World, table: QuizChannel) -> None:
    refused = await table.type(world.ada, difficulty="hard", questions=10)
    found = len([q for q in world.rows("questions", kind="choice") if q["difficulty"] == "hard"])
    assert text_of(refused) == f"There are {found} hard questions, not 10. Play those?"
    await table.type(world.ada, difficulty="hard")
    asked = [world.rows("questions", id=item["question_id"])[0]["difficulty"] for item in table.items()]
    assert asked == ["hard"] * 3


# Who and when


async def test_two_starts_at_once_have_one_winner(world: World, table: QuizChannel) -> None:
    won, lost = await type_unchecked(
        world,
        (world.ada, world.daily, {"questions": 3, "seconds": 20}),
        (world.ben, world.daily, {"questions": 4}),
    )
    assert won.response is not None
    assert won.response.content == "Quiz: all categories"
    link = f"https://discord.com/channels/{world.guild.id}/{world.daily.id}"
    assert text_of(lost) == (
        f"ada is running a quiz here already: question 1 of 3. [Join in]({link}): whoever answers plays."
    )
    assert len(world.rows("quizzes")) == 1
    question = await table.next()
    lost = await table.type(world.ben)
    assert f"[Join in]({link}/{question.id})" in text_of(lost)
    await table.play({world.ada: "right"})
    assert f"question 2 of 3. [Join in]({link}/{question.id})" in text_of(await table.type(world.ben))
    other = QuizChannel(world, world.news)
    await other.begin(world.ben)
    assert len(world.rows("quizzes", state="running")) == 2, "another channel is free"

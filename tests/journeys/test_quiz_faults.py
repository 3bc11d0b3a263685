"""Channels and messages that vanish, permissions that are lost, a Discord that fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import simcord

from tests.features.quiz.channel import QuizChannel, body, quiz_world
from tests.world import World, labels, text_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with quiz_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def table(world: World) -> QuizChannel:
    return QuizChannel(world)


def told(world: World, who: simcord.MemberActor) -> str:
    """Return the one direct message that a person got."""
    (message,) = world.direct_messages(who)
    return message.content


async def delete_channel(world: World) -> None:
    world.env.backend.delete_channel(world.daily.id)
    await world.rest()


def is_free(world: World, channel_id: int) -> bool:
    return not world.rows("quizzes", state="running", channel_id=channel_id)


async def test_a_channel_deleted_in_a_question_ends_its_quiz_and_no_other(
    world: World, table: QuizChannel
) -> None:
    far = world.found_group("Far")
    other = QuizChannel(world, far.daily)
    await table.begin(world.ada)
    await other.begin(far.members[0])
    await table.choose(world.ben)
    await other.choose(far.members[1])
    await delete_channel(world)
    await other.time_up()
    await other.next()
    await other.play({far.members[1]: "right"})
    assert is_free(world, world.daily.id)
    assert told(world, world.ada) == (
        f"Your quiz in <#{world.daily.id}> (Home) ended: that channel is gone, or I may not write there any "
        "more. What was answered counts. To play on, use `/quiz` in a channel where I have "
        "**View Channel**, **Send Messages** and **Embed Links**."
    )
    assert table.points()[world.ben.id] == 1, "what was answered counts"
    await other.next()
    await other.play({far.members[1]: "right"})
    assert "🥇 **far-ben** · " in body(await other.to_the_end())
    await world.travel(hours=30)
    assert len(world.direct_messages(world.ada)) == 1
    assert not world.direct_messages(world.ben)
    assert not world.rows("posts", state="pending")


@pytest.mark.parametrize("questions_before", [1, 3])
async def test_a_channel_deleted_between_questions_or_before_the_end(
    world: World, table: QuizChannel, questions_before: int
) -> None:
    await table.begin(world.ada)
    for position in range(questions_before):
        await table.play({world.ada: "right"})
        if position < questions_before - 1:
            await table.next()
    await delete_channel(world)
    await world.travel(minutes=1)
    assert is_free(world, world.daily.id)
    assert told(world, world.ada).startswith(f"Your quiz in <#{world.daily.id}> (Home) ended")
    assert len(world.rows("item_answers")) == questions_before
    await world.travel(hours=30)
    assert len(world.direct_messages(world.ada)) == 1
    assert not world.rows("posts", state="pending")


async def test_a_permission_lost_in_the_middle(world: World, table: QuizChannel) -> None:
    question = await table.begin(world.ada)
    await table.choose(world.ben)
    world.deny(table.channel, "send_messages")
    await table.wait(60)
    assert is_free(world, table.channel.id)
    assert told(world, world.ada).startswith("Your quiz in ")
    assert "1 of 1 right" in body(table.questions()[0]), "the open one had its result"
    assert "Next question" not in body(table.questions()[0])
    assert "I may not post a quiz in this channel." in text_of(await table.type(world.ada))
    world.deny(table.channel)
    await world.travel(minutes=30)
    assert [q.id for q in table.questions()] == [question.id], "the old quiz does not go on"
    await table.begin(world.ben)
    assert len(world.direct_messages(world.ada)) == 1


async def test_the_channel_hidden_from_the_bot_in_a_question(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.choose(world.ben)
    world.deny(table.channel, "view_channel")
    await table.wait(60)
    assert is_free(world, table.channel.id)
    assert told(world, world.ada).startswith("Your quiz in ")
    assert table.points() == {world.ben.id: 1}


async def test_a_starter_who_takes_no_direct_messages(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=5)
    await delete_channel(world)
    await world.travel(minutes=5)
    assert is_free(world, world.daily.id)
    (post,) = world.rows("posts", kind="quiz_notice")
    assert post["state"] == "skipped"
    world.env.backend.faults.clear()


async def test_messages_deleted_by_a_moderator(world: World, table: QuizChannel) -> None:
    first = await table.begin(world.ada)
    panel = await table.choose(world.ben)
    world.env.backend.delete_message(table.channel.id, first.id)
    await table.wait(1)
    await world.press(world.ben, panel, labels(panel)[0])
    assert text_of(panel).startswith("You chose **A**")
    await table.wait(20 + 16)
    (second,) = table.questions()
    assert second.content.startswith("**Question 2 of 3**")
    await table.play({world.ada: "right", world.ben: "a"})
    world.env.backend.delete_message(table.channel.id, second.id)
    await table.next()
    await table.play({world.ada: "right"})
    end = await table.to_the_end()
    assert "🥇 **ada** · " in body(end)
    assert len(table.channel.threads) == 1


async def test_the_last_message_deleted_before_its_thread_opens(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    for position in range(3):
        await table.play({world.ada: "right", world.ben: "a"})
        if position < 2:
            await table.next()
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=503, times=1)
    end = await table.to_the_end()
    world.env.backend.delete_message(table.channel.id, end.id)
    await world.travel(minutes=5)
    await table.begin(world.ben)
    assert not [p for p in world.rows("posts") if p["state"] == "sending"]


async def test_discord_fails_for_a_moment(world: World, table: QuizChannel) -> None:
    await table.type(world.ada)
    world.env.inject_error("POST", "/channels/*/messages", status=503, times=2)
    await table.wait(5)
    assert not table.questions()
    await table.wait(30)
    (question,) = table.questions()
    assert labels(question) == ["A", "B", "C", "D", "Stop"]
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=503, times=2)
    await table.choose(world.ada)
    await table.time_up()
    await world.travel(minutes=1)
    assert "1 of 1 right" in body(table.questions()[0])


async def test_discord_refuses_a_question_for_ten_minutes(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "a"})
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035, times=100)
    await world.travel(minutes=8)
    assert table.quiz()["state"] == "running"
    assert re.search(r"question 2 of 3", text_of(await table.type(world.ben))), (
        "it is said what is waited for"
    )
    world.env.backend.faults.clear()
    await world.travel(minutes=15)
    (end,) = table.ends()
    assert body(end).startswith("Something kept me from going on, so it ended here.")
    assert "🥇 **ada** · 1 point" in body(end)
    await table.begin(world.ben)


async def test_what_waits_in_vain_gives_way_to_a_new_quiz(world: World, table: QuizChannel) -> None:
    await table.begin(world.ada)
    await table.play({world.ada: "right", world.ben: "a"})
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035, times=100)
    await world.travel(minutes=11)
    assert [quiz["state"] for quiz in world.rows("quizzes")] == ["ended"], "not later than its ten minutes"
    world.env.backend.faults.clear()
    await world.travel(minutes=1)
    await table.begin(world.ben)
    assert [quiz["state"] for quiz in world.rows("quizzes")] == ["ended", "running"]
    assert "Something kept me from going on" in body(table.ends()[0])


async def test_stopped_while_the_confirmation_of_a_question_is_lost(world: World, table: QuizChannel) -> None:
    announced = await table.type(world.ada)
    world.lose(lambda method, path: method == "POST" and path.endswith("/messages"))
    await table.wait(5)
    (question,) = table.questions()
    await table.choose(world.ben)
    asked = await world.press(world.ada, announced, "Stop")
    await world.press(world.ada, asked, "Stop the quiz")
    said = await world.press(world.ben, question, "A")
    assert "called off" in text_of(said)
    await table.wait(120)
    assert not table.questions(), "what was asked in vain is taken back"
    assert "Nobody has points." in body(table.ends()[0])
    assert not world.rows("ledger")
    await table.begin(world.ben)


async def test_the_bot_leaves_the_server_in_a_question_and_comes_back(
    world: World, table: QuizChannel
) -> None:
    far = world.found_group("Far")
    other = QuizChannel(world, far.daily)
    await table.begin(world.ada)
    await other.begin(far.members[0])
    await other.choose(far.members[1])
    hidden = world.bot._connection._guilds.pop(far.guild.id)
    await table.choose(world.ben)
    await table.time_up()
    await world.travel(minutes=60)
    world.bot._connection._guilds[far.guild.id] = hidden
    await world.wake()
    await world.travel(minutes=1)
    assert "1 of 1 right" in body(other.questions()[0])
    (end,) = other.ends()
    assert body(end).startswith("I was away for more than ten minutes, so it ended here.")
    assert "🥇 **far-ben** · 1 point" in body(end)
    assert is_free(world, far.daily.id)


async def test_a_choice_whose_reply_fails_is_kept(world: World, table: QuizChannel) -> None:
    world.expected.append("503")
    await table.begin(world.ada)
    world.env.inject_error("POST", "/interactions/*/*/callback", status=503, times=2)
    unanswered = await table.choose(world.ben)
    assert unanswered.response is None
    assert table.chosen(world.ben) == "right"
    panel = await table.choose(world.ben, "a")
    assert text_of(panel).startswith("You chose ")
    assert "0 of 1 right" in body(await table.time_up())


async def test_a_quiz_whose_announcement_fails_runs_all_the_same(world: World, table: QuizChannel) -> None:
    world.expected.append("503")
    world.env.inject_error("POST", "/interactions/*/*/callback", status=503, times=2)
    unanswered = await table.type(world.ada)
    assert unanswered.response is None
    await table.next()
    assert text_of(await table.type(world.ben)).startswith("ada is running a quiz here already")
    await world.press(world.ada, await world.press(world.ada, table.questions()[-1], "Stop"), "Stop the quiz")
    assert table.quiz()["state"] == "ended"

"""What is changed in a server while the bot runs: heard at once, told once, and the question goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import simcord
from simcord.enums import ChannelType
from simcord.intents import EVENT_INTENTS

from tests.journeys.test_changed_offline import problems, told
from tests.journeys.test_moderation import private_channel
from tests.world import World, text_of

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "First clarify the load, then cache what is asked most, then measure it again. Twice."
PUBLIC, PRIVATE = ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD


async def turn(world: World, channel: simcord.ChannelHandle, into: ChannelType) -> None:
    """Turn a text channel into one for announcements, or back."""
    world.env.backend.channels[channel.id].type = into
    world.env.backend.announce_channel_update(channel.id)
    await world.rest()


async def health_of(world: World) -> str:
    return text_of(await world.command(world.olga, world.news, "manage health"))


def rooms(world: World) -> list[ChannelType]:
    return [thread._channel.type for thread in world.daily.threads]


# A text channel that becomes an announcement channel


async def test_questions_go_on_with_open_answers_and_organisers_are_told_once(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await turn(world, world.daily, ChannelType.NEWS)
    assert problems(world) == ["not_hidden"]
    health = await health_of(world)
    assert "Something needs you" in health
    assert "only those can hide answers: everybody reads them at once" in health
    assert "`mode:open`" in health
    assert "Next <t:" in health, "its questions go on"
    for day in range(2):
        await world.travel(to=NINE + day * DAY)
        await world.answer(world.ada, world.questions(world.daily)[-1], TEXT)
        assert TEXT in world.seen_by(world.cem), "nobody had to be let in"
    assert rooms(world) == [PUBLIC, PUBLIC]
    assert problems(world) == ["not_hidden"], "a question that went out has not mended it"
    (said,) = told(world)
    assert "goes out by itself" not in said

    await world.restart()
    await world.command(world.olga, world.daily, "manage schedule edit", time="10:00")
    assert problems(world) == ["not_hidden"], "what does not concern it can be edited"
    await world.command(world.olga, world.daily, "manage schedule edit", mode="open")
    assert problems(world) == []
    assert "All is well" in await health_of(world)


async def test_answers_that_wait_for_a_hidden_room_are_hidden_until_the_reveal(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=160006, times=None)
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    await world.answer(world.ada, question, "ADA " + TEXT)
    world.env.backend.faults.clear()
    await turn(world, world.daily, ChannelType.NEWS)
    await world.restart()
    await world.answer(world.ben, question, "BEN " + TEXT)
    await world.travel(hours=2)
    assert rooms(world) == []
    for text in ("ADA ", "BEN "):
        assert text not in world.seen_by(world.cem)
    dia = await world.answer(world.dia, question, "DIA " + TEXT)
    assert "it stays hidden until the reveal" in text_of(dia)
    assert "stays hidden until the reveal: the room opens" in text_of(
        await world.press(world.dia, dia, "Go to the room")
    )
    await world.travel(to=world.rows("drops")[0]["reveal_at"])
    assert rooms(world) == [PUBLIC], "at once, not at its next try"
    await world.travel(to=NINE + DAY)
    assert "10 points each: ada, ben and dia." in world.seen_by(world.cem)
    assert rooms(world)[0] == PUBLIC
    for text in ("ADA ", "BEN "):
        assert text in world.seen_by(world.cem)


async def test_a_hidden_room_that_is_open_already_stays_hidden(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    await world.answer(world.ada, question, "ADA " + TEXT)
    await turn(world, world.daily, ChannelType.NEWS)
    await world.answer(world.ben, question, "BEN " + TEXT)
    assert rooms(world) == [PRIVATE]
    assert "BEN " in world.seen_by(world.ada)
    assert "BEN " not in world.seen_by(world.cem)

    world.env.backend.delete_channel(world.rows("drops")[0]["room_id"])
    await world.answer(world.dia, question, "DIA " + TEXT)
    await world.travel(minutes=1)
    assert rooms(world) == [], "another one can only be open, and they are hidden until the reveal"
    for text in ("ADA ", "BEN ", "DIA "):
        assert text not in world.seen_by(world.cem)
    await world.travel(to=NINE + DAY)
    assert rooms(world)[0] == PUBLIC
    for text in ("ADA ", "BEN ", "DIA "):
        assert text in world.seen_by(world.cem)


async def test_a_change_while_the_bot_was_offline_is_found_at_its_start(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.backend.channels[world.daily.id].type = ChannelType.NEWS
    await world.restart(away=timedelta(hours=3))
    assert problems(world) == ["not_hidden"]
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert TEXT in world.seen_by(world.cem)


async def test_each_use_looks_at_the_channel_too(world: World) -> None:
    """The event was lost, or the bot could not write when it came."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    turn_unheard(world, ChannelType.NEWS)
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert rooms(world) == [PUBLIC]
    assert TEXT in world.seen_by(world.cem)
    assert world.rows("schedules")[0]["channel_kind"] == "text", "nobody has compared it"
    assert "only those can hide answers" in await health_of(world)


async def test_a_room_looks_when_it_is_opened(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=160006, times=None)
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    world.env.backend.faults.clear()
    turn_unheard(world, ChannelType.NEWS)
    await world.travel(minutes=20)
    assert rooms(world) == []
    assert TEXT not in world.seen_by(world.cem)
    await world.travel(to=NINE + DAY)
    assert rooms(world)[0] == PUBLIC
    assert TEXT in world.seen_by(world.cem)


def turn_unheard(world: World, into: ChannelType) -> None:
    """Turn the daily channel into another kind; discord.py knows, and no event tells the bot."""
    world.env.backend.channels[world.daily.id].type = into
    channel: Any = world.bot.get_channel(world.daily.id)
    channel._type = into.value


async def test_back_to_a_text_channel_the_next_answers_are_hidden_again(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await turn(world, world.daily, ChannelType.NEWS)
    await turn(world, world.daily, ChannelType.TEXT)
    assert problems(world) == []
    assert "All is well" in await health_of(world)
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert rooms(world) == [PRIVATE]
    assert TEXT not in world.seen_by(world.cem)


async def test_open_answers_and_choices_lose_nothing_and_nobody_is_told(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", mode="open")
    await world.command(world.olga, world.daily, "manage schedule add", channel=world.daily, kind="choice")
    await turn(world, world.daily, ChannelType.NEWS)
    await world.travel(to=NINE)
    assert len(world.questions(world.daily)) == 2
    assert (problems(world), told(world)) == ([], [])
    assert [row["channel_kind"] for row in world.rows("schedules")] == ["news", "news"]


async def test_a_hidden_question_that_nobody_has_answered_has_its_open_room_at_once(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    assert rooms(world) == [], "a hidden one waits for the first answer"
    await turn(world, world.daily, ChannelType.NEWS)
    assert rooms(world) == [PUBLIC]
    await turn(world, world.daily, ChannelType.TEXT)
    await turn(world, world.daily, ChannelType.NEWS)
    assert rooms(world) == [PUBLIC], "one is enough"
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    assert TEXT in world.seen_by(world.cem)


async def test_answers_to_a_hidden_discussion_stay_hidden_until_its_reveal(world: World) -> None:
    """No schedule has its channel: nothing compares it before somebody answers."""
    question_id = world.rows("questions", kind="open")[0]["id"]
    await world.command(world.ada, world.daily, "discuss", question=str(question_id))
    await turn(world, world.daily, ChannelType.NEWS)
    (asked,) = world.posted(world.daily)
    await world.answer(world.ben, asked, TEXT)
    assert rooms(world) == []
    assert TEXT not in world.seen_by(world.cem)
    await world.travel(hours=25)
    assert rooms(world) == [PUBLIC]
    assert TEXT in world.seen_by(world.cem)


# A channel that is deleted


async def test_a_deleted_channel_is_told_at_once_and_no_question_is_promised(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.backend.delete_channel(world.daily.id)
    await world.rest()
    assert problems(world) == ["channel_gone"]
    assert "the channel was deleted. Choose another with" in told(world)[0]
    health = await health_of(world)
    assert "Something needs you" in health
    assert "No next question before that is mended." in health
    assert "Next <t:" not in health
    assert "waits for you" in text_of(await world.command(world.olga, world.news, "manage schedule list"))
    assert "<t:" not in text_of(await world.command(world.ada, world.news, "today"))

    await world.restart()
    await world.travel(to=NINE)
    assert len(told(world)) == 1, "told once"
    await world.command(world.olga, world.news, "manage schedule edit", channel=world.forum)
    assert "All is well" in await health_of(world)
    assert len(world.questions(world.forum)) == 1


async def test_health_looks_for_itself(world: World) -> None:
    """Also where no event came: it was lost, or the bot could not write when it did."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.bot.get_guild(world.guild.id)._channels.pop(world.daily.id)  # pyright: ignore[reportOptionalMemberAccess]
    assert "the channel was deleted" in await health_of(world)


async def test_a_paused_schedule_is_not_told_of_and_resumed_where_it_can_be(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.daily, "manage schedule pause")
    await turn(world, world.daily, ChannelType.NEWS)
    assert (problems(world), told(world)) == ([], [])
    await world.command(world.olga, world.daily, "manage schedule resume")
    assert "only those can hide answers" in await health_of(world)


# Roles and permissions


async def test_a_deleted_role_is_told_at_once(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.rest()
    assert problems(world) == ["role_gone"]
    assert "the role to ping was deleted" in await health_of(world)
    await world.travel(to=NINE)
    assert len(world.questions(world.daily)) == 1
    assert len(told(world)) == 1


async def test_a_permission_is_told_when_it_goes_and_closed_when_it_is_back(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "embed_links")
    await world.rest()
    assert problems(world) == ["no_permission"]
    assert "No next question before that is mended." in await health_of(world)
    world.deny(world.daily)
    await world.rest()
    assert problems(world) == []
    assert "All is well" in await health_of(world)


async def test_a_role_of_the_bot_that_is_taken_is_heard_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the bot itself Discord tells without the intent for members, which simcord asks for.
    monkeypatch.setitem(EVENT_INTENTS, "GUILD_MEMBER_UPDATE", ("guilds", None))
    backend, me = world.env.backend, world.env.backend.bot_user.id
    role = world.guild.create_role("helper", permissions=discord.Permissions(administrator=True))
    backend.add_member_role(world.guild.id, me, role.id)
    world.deny(world.daily, "send_messages")
    await world.command(world.olga, world.daily, "setup", kind="open")
    assert problems(world) == []
    backend.remove_member_role(world.guild.id, me, role.id)
    await world.rest()
    assert problems(world) == ["no_permission"]
    backend.add_member_role(world.guild.id, me, role.id)
    await world.rest()
    assert problems(world) == []


async def test_a_lost_log_channel_stands_in_the_health(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    log = private_channel(world, "log")
    await world.command(world.olga, world.daily, "manage log", channel=log)
    assert "All is well" in await health_of(world)
    world.env.backend.delete_channel(log.id)
    await world.rest()
    health = await health_of(world)
    assert "Something needs you" in health
    assert f"I cannot write in <#{log.id}>, so they go to another channel" in health
    assert "`/manage log channel:`" in health
    await world.restart()
    await world.command(world.olga, world.daily, "manage log", channel=private_channel(world, "another"))
    assert "All is well" in await health_of(world)

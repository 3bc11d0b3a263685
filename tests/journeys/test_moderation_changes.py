"""Reports when things change under them: the text, the readers of the channel, the people, the places."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.gateway import directory
from tests.journeys.test_moderation import (
    HIDDEN,
    TEXT,
    ask,
    delete_channel,
    points,
    private_channel,
    report,
    room,
    shown,
)
from tests.journeys.test_shut_rooms import lock, unlock
from tests.world import World, labels, text_of, words

VIEW = discord.Permissions(view_channel=True).value


@pytest.fixture
async def log(world: World) -> simcord.ChannelHandle:
    """Give a channel that organisers and the bot see, chosen for reports."""
    channel = private_channel(world, "log")
    await world.command(world.olga, world.daily, "manage log", channel=channel)
    return channel


async def let_in(world: World, channel: simcord.ChannelHandle, role: Any, *, inside: bool) -> None:
    overwrite = Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=VIEW if inside else 0, deny=0)
    await world._done(world.env.backend.set_overwrite(channel.id, overwrite))


async def test_a_role_of_members_that_reads_the_log_learns_neither_names_nor_texts(
    world: World, log: simcord.ChannelHandle
) -> None:
    study = world.guild.create_role("study")
    reader = world.guild.add_member(world.env.create_user("reader"), roles=[study])
    await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret reason")
    (message,) = world.posted(log)
    assert "A secret reason" in words(message)

    await let_in(world, log, study, inside=True)
    for _ in range(2):
        (message,) = world.posted(log)
        for secret in ("A secret reason", TEXT, "ada", "ben", str(world.ben.id)):
            assert secret not in words(message)
            assert secret not in world.seen_by(reader)
        assert labels(message) == ["Show the report"]
        await world.restart()
    assert "That is for organisers" in text_of(await world.press(reader, message, "Show the report"))
    await world.command(world.olga, world.daily, "manage log", channel=log)
    assert all("A secret reason" not in words(m) for m in world.posted(log))
    reply = await world.press(world.olga, world.posted(log)[-1], "Show the report")
    assert "A secret reason" in text_of(reply)

    await let_in(world, log, study, inside=False)
    assert "A secret reason" in words(world.posted(log)[-1])
    world.env.backend.edit_role(world.guild.id, study.id, {"permissions": VIEW})
    await let_in(world, log, study, inside=True)
    rights = discord.Permissions(manage_messages=True).value
    await world._done(world.env.backend.edit_role(world.guild.id, study.id, {"permissions": rights}))
    assert "A secret reason" in words(world.posted(log)[-1]), "who may manage messages organises"
    await world._done(world.env.backend.edit_role(world.guild.id, study.id, {"permissions": 0}))
    assert "A secret reason" not in world.seen_by(reader)


async def test_a_new_role_that_sees_what_everybody_does_not_sees_no_names(
    world: World, log: simcord.ChannelHandle
) -> None:
    backend, guild_id = world.env.backend, world.guild.id
    await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret")
    await world._done(backend.edit_role(guild_id, guild_id, {"permissions": 0}))
    await world._done(backend.delete_overwrite(log.id, guild_id))
    assert "A secret" in words(world.posted(log)[0])
    await world._done(world.guild.create_role("study", permissions=discord.Permissions(view_channel=True)))
    assert labels(world.posted(log)[0]) == ["Show the report"]


async def test_a_member_who_is_let_in_by_name_learns_nothing_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "KNOWN_SECONDS", 0.0)
    log = private_channel(world, "log")
    by_name = Overwrite(target_id=world.cem.id, type=OverwriteType.MEMBER, allow=VIEW, deny=0)
    await world._done(world.env.backend.set_overwrite(log.id, by_name))
    await world.command(world.olga, world.daily, "manage log", channel=log)
    await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret reason")
    assert labels(world.posted(log)[0]) == ["Show the report"]
    assert "A secret reason" not in world.seen_by(world.cem)


@pytest.mark.parametrize("act", ["Hide", "Dismiss"])
async def test_a_text_that_nobody_reported_is_not_decided_about_unseen(
    world: World, log: simcord.ChannelHandle, act: str
) -> None:
    question = await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    (old,) = world.posted(log)
    sure = await world.press(world.ada, shown(world, world.ada), "Withdraw")
    await world.press(world.ada, sure, "Withdraw it")
    assert "withdrawn it meanwhile" in world.posted(log)[0].content
    await world.answer(world.ada, question, f"HARMLESS {TEXT}")
    (message,) = world.posted(log)
    assert "changed it meanwhile" in message.content
    assert [e.description for e in message.embeds] == [f"ADA {TEXT}", f"HARMLESS {TEXT}"]

    number = world.rows("reports")[0]["id"]
    stale = f"moderation:{act.lower()}:v1:{number}"
    reply = await world.forge(world.olga, old, stale)
    assert "Nothing is decided yet" in text_of(reply)
    assert f"HARMLESS {TEXT}" in text_of(reply)
    assert world.rows("reports")[0]["state"] == "open"
    assert shown(world, world.ada).embeds[0].description == f"HARMLESS {TEXT}"
    # The author is faster once more: what the organiser reads in the reply is old again.
    await world.submit(world.ada, await world.press(world.ada, shown(world, world.ada), "Edit"), "And more")
    reply = await world.press(world.olga, reply, act)
    assert "Nothing is decided yet" in text_of(reply)
    assert "And more" in text_of(reply)
    await world.restart()
    done = await world.press(world.olga, world.posted(log)[0], act)
    assert ("Hidden: nobody reads" if act == "Hide" else "Dismissed: the answer of ada") in text_of(done)
    assert (shown(world, world.ada).embeds[0].description == HIDDEN) == (act == "Hide")


async def test_hiding_does_not_promise_what_the_authors_own_message_breaks(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open")
    mine = await world.say(world.ada, room(world), f"ADA {TEXT}")
    await world.count(world.ada, room(world), mine)
    await report(world, world.ben, world.ada)
    (message,) = world.posted(log)
    assert "hiding the answer leaves that message standing" in message.content
    assert labels(message) == ["Hide", "Dismiss", "To the answer", "To their own message"]
    done = await world.press(world.olga, message, "Hide")
    assert "the message from which it was counted still stands" in text_of(done)
    assert mine.jump_url in str(done.response.components)
    assert "nobody reads" not in text_of(done)
    (notice,) = world.direct_messages(world.ada)
    assert "still stands where you wrote it" in notice.content
    assert "Nobody can read it" not in notice.content
    assert labels(notice) == ["To the question", "To your message"]


async def test_hiding_in_a_locked_room_says_that_the_text_stands(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    lock(world, room(world))
    done = await world.press(world.olga, world.posted(log)[0], "Hide")
    assert "But its room is locked and I may not change anything there" in text_of(done)
    assert "nobody reads" not in text_of(done)
    assert labels(done) == ["To the answer"]
    assert f"ADA {TEXT}" in world.seen_by(world.ben)
    (notice,) = world.direct_messages(world.ada)
    assert "It does not count any more" in notice.content
    assert "read" not in notice.content
    unlock(world, room(world))
    await world.restart()
    await world.travel(minutes=30)
    assert shown(world, world.ada).embeds[0].description == HIDDEN


async def test_what_its_author_has_withdrawn_is_not_shown_again(
    world: World, log: simcord.ChannelHandle
) -> None:
    question = await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    await world.press(world.olga, world.posted(log)[0], "Hide")
    number = world.rows("answers", user_id=world.ada.id)[0]["id"]
    sure = await world.forge(world.ada, question, f"answers:withdraw:v1:{number}")
    await world.press(world.ada, sure, "Withdraw it")
    await world.restart()
    reply = await world.press(world.olga, world.posted(log)[0], "Show again")
    assert "Not hidden any more, but ada has withdrawn it: nothing stands in the room." in text_of(reply)
    await world.travel(minutes=30)
    (notice,) = world.direct_messages(world.ada)
    assert "has hidden your answer" in notice.content


@pytest.mark.parametrize("act", ["Hide", "Dismiss"])
async def test_a_report_is_decided_although_its_author_the_room_and_the_channel_are_gone(
    world: World, log: simcord.ChannelHandle, act: str
) -> None:
    await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    place = room(world)
    world.guild.remove_member(world.ada)
    await world.rest()
    await world._done(await delete_channel(world, place))
    await world._done(await delete_channel(world, world.daily))
    done = await world.press(world.olga, world.posted(log)[0], act)
    assert ("Hidden" if act == "Hide" else "Dismissed") in text_of(done)
    await world.travel(minutes=30)
    message = world.posted(log)[0]
    assert ("**Hidden**" if act == "Hide" else "**Dismissed**") in message.content
    assert points(world, world.ada) == (0 if act == "Hide" else 10)
    if act == "Hide":
        await world.press(world.olga, message, "Show again")
        assert points(world, world.ada) == 10


async def test_a_log_channel_that_is_deleted_between_report_and_decision_ends_no_decision(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada)
    await report(world, world.ben, world.ada, "A secret reason")
    await world._done(await delete_channel(world, log))
    anew = [m for m in world.posted(world.daily) if m.content.startswith("**Report")]
    assert len(anew) == 1
    reply = await world.press(world.olga, anew[0], "Show the report")
    other = await world.press(world.olga, anew[0], "Show the report")
    await world.press(world.olga, reply, "Hide")
    late = await world.press(world.olga, other, "Dismiss")
    assert "This is decided already. **Hidden**" in text_of(late)
    assert shown(world, world.ada).embeds[0].description == HIDDEN
    anew = [m for m in world.posted(world.daily) if m.content.startswith("**Report")]
    assert "**Hidden**" in anew[0].content
    assert "A secret reason" not in world.seen_by(world.dia)

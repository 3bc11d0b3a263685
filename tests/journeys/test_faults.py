"""Something breaks in a group: it is told once, with the step that mends it, and then it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
from simcord.backend import serializers

from bot.outbox.message import Blocked, InChannel, Trouble
from bot.ui.message import Message
from tests.world import Group, World, labels, text_of, words

TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def health_of(world: World, group: Group | None = None) -> str:
    group = group or world.home
    return text_of(await world.command(group.olga, group.news, "manage health"))


def notices(world: World) -> list[str]:
    return [message.content for message in world.direct_messages(world.olga)]


async def test_a_permission_that_is_lost_and_given_back(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(hours=2))
    await world.restart()

    (notice,) = notices(world)
    assert notice.startswith("**Home**: the study group's question in <#")
    assert "I am missing: Send Messages (in a forum: Create Posts), Embed Links." in notice
    assert "a question up to 12 hours late" in notice
    health = await health_of(world)
    assert "Something needs you" in health
    assert "Allow it in the channel's settings > Permissions > my role." in health
    assert "question 1, on its way" in health
    assert not world.questions(world.daily)

    world.deny(world.daily)
    await world.rest()
    assert len(world.questions(world.daily)) == 1, "it goes out by itself once it is mended"
    assert "All is well" in await health_of(world)
    assert len(notices(world)) == 1
    (problem,) = world.rows("problems")
    assert problem["resolved_at"] == NINE + timedelta(hours=2)


async def test_a_permission_that_stays_lost_lets_the_question_lapse_and_tells_anew(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", late_hours=2)
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + timedelta(hours=23))
    assert len(notices(world)) == 1
    (drop,) = world.rows("drops")
    assert drop["state"] == "skipped"
    health = await health_of(world)
    assert "not posted (I was missing a permission)" in health
    assert "waiting" not in health
    await world.travel(to=NINE + timedelta(hours=25))
    assert len(notices(world)) == 1, "the same problem is told once"


async def test_the_button_in_the_notice_tries_again(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", f"/channels/{world.daily.id}/messages", status=403, code=50013, times=1)
    await world.travel(to=NINE)
    (notice,) = world.direct_messages(world.olga)
    assert not world.questions(world.daily)
    reply = await world.press(world.olga.user, notice, "Try again now")
    assert reply.response is not None
    assert "Trying again now" in reply.response.content
    assert len(world.questions(world.daily)) == 1


async def test_a_deleted_channel(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.backend.delete_channel(world.daily.id)
    await world.travel(to=NINE)
    (notice,) = notices(world)
    assert "the channel was deleted. Choose another with `/manage schedule edit channel:`." in notice
    assert "<#" not in notice
    assert "the channel was deleted" in await health_of(world)

    await world.restart()
    await world.command(world.olga, world.news, "manage schedule edit", channel=world.news)
    assert len(world.questions(world.news)) == 1, "what waits moves to the new channel"
    assert world.rows("drops")[0]["mode"] == "open"
    assert "All is well" in await health_of(world)


async def test_a_channel_deleted_while_a_question_is_open(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    world.env.backend.delete_channel(world.daily.id)
    await world.travel(to=NINE + timedelta(hours=26))
    (notice,) = notices(world)
    assert "the channel was deleted" in notice
    assert [(d["state"], d["reason"]) for d in world.rows("drops")] == [
        ("skipped", "its channel was deleted"),
        ("planned", None),
    ]
    assert "No question is open" in text_of(await world.command(world.ada, world.news, "today"))
    assert world.rows("totals")[0]["points"] == 10


async def test_the_thread_limit(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=160006, times=2)
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    assert notices(world) == [], "its room opens with the first answer"
    reply = await world.answer(world.ada, question, TEXT)
    (notice,) = notices(world)
    assert "as many active threads as Discord allows. Close some old threads." in notice
    assert "your answer opens the room, in a moment" in text_of(reply)
    assert "Something needs you" in await health_of(world)

    await world.travel(minutes=10)
    assert len(world.daily.threads) == 1
    assert TEXT in world.seen_by(world.ada)
    assert "All is well" in await health_of(world), "what is mended is no problem any more"


async def test_a_room_that_opens_after_the_reveal_can_still_be_joined(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=160006, times=None)
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.travel(to=NINE + timedelta(hours=23, minutes=40))
    question = world.questions(world.daily)[0]
    assert labels(question) == ["Answer late", "How this works"]
    world.env.backend.faults.clear()
    await world.restart(away=timedelta(minutes=10))
    question = world.questions(world.daily)[0]
    assert labels(question) == ["Answer late", "Join the room", "How this works"]
    await world.press(world.ben, question, "Join the room")
    assert TEXT in world.seen_by(world.ben)


async def test_no_question_left_is_told_with_the_way_out(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", categories="behavioral")
    world.execute("UPDATE questions SET active = 0 WHERE category = 'behavioral'")
    await world.travel(to=NINE)
    (notice,) = notices(world)
    assert "no question is left after the filters. Widen them" in notice
    assert "goes out by itself" not in notice, "that day's question is over"
    assert "not posted (no question left after the filters)" in await health_of(world)
    now = await world.command(world.olga, world.daily, "manage schedule post-now")
    assert "No question is left with this schedule's filters" in text_of(now)
    await world.command(world.olga, world.daily, "manage schedule edit", categories="all")
    assert "All is well" in await health_of(world)
    await world.restart()
    await world.travel(hours=24)
    assert len(world.questions(world.daily)) == 1


async def test_a_deleted_role_does_not_stop_the_question(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    assert "<@&" not in question.content
    (notice,) = notices(world)
    assert "the role to ping was deleted; questions are posted without it" in notice
    assert "goes out by itself" not in notice
    await world.restart()
    await world.travel(hours=24)
    assert len(notices(world)) == 1
    await world.command(world.olga, world.daily, "manage schedule edit", no_ping=True)
    assert "All is well" in await health_of(world)


async def test_an_unavailable_server_is_waited_for(world: World) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    gone = {"id": str(world.guild.id), "unavailable": True}
    world.env.backend.emit("GUILD_DELETE", gone)
    await world.travel(to=NINE + timedelta(minutes=20))
    assert len(world.questions(other.daily)) == 1
    assert not world.questions(world.daily)
    assert not notices(world), "an organiser cannot mend Discord"

    raw = world.env.backend.guilds[world.guild.id]
    world.env.backend.emit("GUILD_CREATE", serializers.guild_create_payload(world.env.backend, raw))
    await world.rest()
    assert len(world.questions(world.daily)) == 1


async def test_a_server_that_threw_the_bot_out_is_left_alone(world: World) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    await world.travel(to=NINE)
    world.env.backend.remove_guild(world.guild.id)
    before = len(world.env.http_requests)
    await world.travel(hours=24)
    assert len(world.questions(other.daily)) == 2
    asked = [r.path for r in world.env.http_requests[before:] if str(world.daily.id) in r.path]
    assert not asked, "nothing is asked about a server in which the bot is no more"


async def test_a_closed_room_still_takes_answers_and_edits(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", reveal="10:00", days="Mon")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    reply = await world.answer(world.ada, question, TEXT)
    await world.travel(hours=90)
    (room,) = world.daily.threads
    metadata = room._channel.thread_metadata
    assert metadata is not None
    metadata.archived = True
    world.env.backend.announce_channel_update(room.id)
    await world.restart()
    form = await world.press(world.ada, reply, "Edit")
    await world.submit(world.ada, form, "Added after days.")
    assert "Added after days." in str([words(m) for m in world.posted(room)])
    metadata.archived = True
    await world.answer(world.ben, world.questions(world.daily)[0], "BEN " + TEXT)
    assert "BEN " in str([words(m) for m in world.posted(room)])
    joined = await world.press(world.cem, world.questions(world.daily)[0], "Join the room")
    assert "You are in" in text_of(joined)


async def test_closed_direct_messages_lead_to_a_channel_that_organisers_see(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    mailbox = world.olga.user.dm_channel.id
    world.env.inject_error("POST", f"/channels/{mailbox}/messages", status=403, code=50007, times=None)
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE)
    (notice,) = world.posted(world.news)
    assert "I am missing: Send Messages" in notice.content
    assert labels(notice) == ["Try again now"]
    assert "for the organisers" in text_of(await world.press(world.ada, notice, "Try again now"))
    await world.restart()
    await world.travel(hours=2)
    assert len(world.posted(world.news)) == 1
    world.deny(world.daily)
    await world.press(world.olga, notice, "Try again now")
    assert len(world.questions(world.daily)) == 1


async def test_an_organiser_who_left_is_no_dead_end(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    mailbox = world.olga.user.dm_channel.id
    world.guild.remove_member(world.olga)
    world.env.inject_error("POST", f"/channels/{mailbox}/messages", status=403, code=50278, times=None)
    world.env.backend.delete_channel(world.daily.id)
    await world.travel(to=NINE + timedelta(minutes=30))
    (notice,) = world.posted(world.news)
    assert "the channel was deleted" in notice.content


async def test_a_room_that_was_deleted_loses_no_answer(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=NINE)
    (question,) = world.questions(world.daily)
    await world.answer(world.ada, question, "ADA " + TEXT)
    world.env.backend.delete_channel(world.rows("drops")[0]["room_id"])
    reply = await world.answer(world.ben, question, "BEN " + TEXT)
    assert "**10 points**" in text_of(reply)
    await world.travel(to=NINE + timedelta(hours=23, minutes=45))
    reveal = world.posted(world.daily)[-1]
    assert "10 points each: ada and ben." in reveal.content
    (room,) = world.daily.threads
    joined = await world.press(world.cem, reveal, "Join the room")
    assert text_of(joined) == f"You are in: <#{room.id}>."
    assert "BEN " + TEXT in world.seen_by(world.cem)


async def test_a_question_s_message_deleted_by_a_moderator(world: World) -> None:
    for mode, channel in (("blind", world.daily), ("open", world.news)):
        await world.command(world.olga, channel, "setup", kind="open", mode=mode)
    await world.travel(to=NINE)
    for channel in (world.daily, world.news):
        world.env.backend.delete_message(channel.id, world.questions(channel)[0].id)
    await world.rest()
    today = await world.command(world.ada, world.news, "today")
    assert {"Answer 1", "Answer 2"} <= set(labels(today))
    for label in ("Answer 1", "Answer 2"):
        form = await world.press(world.ada, today, label)
        await world.submit(world.ada, form, TEXT)
    await world.travel(to=NINE + timedelta(hours=23, minutes=45))
    for channel in (world.daily, world.news):
        assert "One answer, by ada: 10 points." in words(world.posted(channel)[-1])


async def test_nothing_is_asked_of_discord_for_a_server_that_is_unavailable(world: World) -> None:
    """Its channels would seem to be gone, and its organisers would be told so."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    guild.unavailable = True
    post: Any = SimpleNamespace(id=1, guild_id=guild.id, state="pending")
    before = len(world.env.http_requests)
    outcome = await world.bot.services.transport.create(post, InChannel(world.daily.id, Message("hello")))
    guild.unavailable = False
    assert isinstance(outcome, Blocked)
    assert outcome.trouble is Trouble.UNAVAILABLE
    assert len(world.env.http_requests) == before


async def test_a_right_that_a_role_is_given_is_noticed_at_once(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    path = f"/channels/{world.daily.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50013, times=None)
    await world.travel(to=NINE + timedelta(minutes=1))
    assert not world.questions(world.daily)
    world.env.backend.faults.clear()
    await world.rest()
    assert not world.questions(world.daily), "it waits for its next try"
    role = world.env.backend.get_role(world.guild.id, world.guild.default_role.id)
    rights = role.permissions ^ discord.Permissions(change_nickname=True).value
    world.env.backend.edit_role(world.guild.id, role.id, {"permissions": rights})
    await world.rest()
    assert len(world.questions(world.daily)) == 1

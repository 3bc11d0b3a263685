"""AutoMod, a forum's tags and the like refuse something: whoever can mend it reads what and how."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.gateway.directory import usable_tags
from tests.world import World, text_of, words

TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
OTHER = TEXT.replace("Shard", "Divide")
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
async def asked(world: World) -> World:
    """Give a world with one open question, whose room has been opened by an answer of ben's."""
    await world.command(world.olga, world.daily, "setup", kind="open", time="09:00")
    await world.travel(to=NINE)
    await world.answer(world.ben, world.questions(world.daily)[0], TEXT)
    return world


def room_path(world: World) -> str:
    (drop,) = world.rows("drops")
    return f"/channels/{drop['room_id']}/messages"


async def test_an_answer_that_automod_refuses_comes_back_to_its_author(asked: World) -> None:
    world = asked
    (question,) = world.questions(world.daily)
    world.env.inject_error("POST", room_path(world), status=400, code=200000, times=1)
    await world.answer(world.ada, question, TEXT)

    (told,) = world.direct_messages(world.ada)
    assert "Discord does not let your answer stand in Home: AutoMod of this server blocks the text." in words(
        told
    )
    assert "press **Answer** on the question, change it, and send it again" in words(told)
    (answer,) = world.rows("answers", user_id=world.ada.id)
    assert answer["state"] == "withdrawn"
    assert [row["text"] for row in world.rows("drafts", user_id=world.ada.id)] == [TEXT]
    assert {row["points"] for row in world.rows("totals", user_id=world.ada.id)} == {0}
    assert "1 answered" in words(world.questions(world.daily)[0])
    assert not world.direct_messages(world.olga), "it is no organiser's matter"
    assert "All is well" in text_of(await world.command(world.olga, world.news, "manage health"))

    await world.restart()
    today = text_of(await world.command(world.ada, world.news, "today"))
    assert "Your answer was not posted**: AutoMod of this server blocks the text" in today
    form = await world.press(world.ada, question, "Answer")
    shown = str(form.modal)
    assert "Your text was not posted: AutoMod of this server blocks the text" in shown
    assert TEXT in shown
    assert "without points" not in shown

    reply = text_of(await world.answer(world.ada, question, OTHER))
    assert "**10 points**" in reply, "nobody has read the first"
    assert world.rows("answers", user_id=world.ada.id)[0]["scored"] == 1
    assert OTHER in world.seen_by(world.ben)
    assert world.rows("drafts", user_id=world.ada.id) == []
    assert len(world.direct_messages(world.ada)) == 1


async def test_who_withdraws_the_text_that_followed_gets_no_second_points(asked: World) -> None:
    world = asked
    (question,) = world.questions(world.daily)
    world.env.inject_error("POST", room_path(world), status=400, code=240000, times=1)
    await world.answer(world.ada, question, TEXT)
    assert "takes a link in the text for a harmful one" in words(world.direct_messages(world.ada)[0])
    await world.answer(world.ada, question, OTHER)
    (drop,) = world.rows("drops")
    (mine,) = [m for m in world.posted(world.channel(drop["room_id"])) if OTHER in words(m)]
    ask = await world.press(world.ada, mine, "Withdraw")
    await world.press(world.ada, ask.response, "Withdraw it")
    again = text_of(await world.answer(world.ada, question, TEXT))
    assert "10 points" not in again


async def test_an_addition_that_automod_refuses_comes_back_and_the_answer_stays(asked: World) -> None:
    world = asked
    (drop,) = world.rows("drops")
    (mine,) = [m for m in world.posted(world.channel(drop["room_id"])) if TEXT in words(m)]
    path = f"/channels/{drop['room_id']}/messages/{mine.id}"
    world.env.inject_error("PATCH", path, status=400, code=200000, times=1)
    form = await world.press(world.ben, mine, "Edit")
    await world.submit(world.ben, form, "and a forbidden word")
    await world.travel(minutes=1)
    (told,) = world.direct_messages(world.ben)
    assert "Discord does not let what you added to your answer stand in Home" in words(told)
    (answer,) = world.rows("answers", user_id=world.ben.id)
    assert (answer["state"], answer["addition"]) == ("live", None)
    assert [(d["purpose"], d["text"]) for d in world.rows("drafts")] == [("addition", "and a forbidden word")]
    form = await world.press(world.ben, mine, "Edit")
    assert "and a forbidden word" in str(form.modal)


THREADS_FULL = 160006


@pytest.mark.parametrize(
    ("code", "why", "step"),
    [
        (200000, "AutoMod of this server blocks the text", "add my role to the exempt roles"),
        (60003, "demands two-factor authentication", "Whoever runs this bot turns it on"),
        (50009, "verification level keeps me out", "lower the verification level"),
        (THREADS_FULL, "as many active threads as Discord allows", "Close some old threads"),
        (20016, "slow mode is on there", "Bypass Slowmode"),
    ],
)
async def test_organisers_read_what_refuses_a_question_and_what_to_do(
    world: World, code: int, why: str, step: str
) -> None:
    # A question is a thread of its own in forums alone.
    channel, what = (world.forum, "threads") if code == THREADS_FULL else (world.daily, "messages")
    await world.command(world.olga, world.daily, "setup", kind="open", time="09:00", channel=channel)
    path = f"/channels/{channel.id}/{what}"
    world.env.inject_error("POST", path, status=403, code=code, times=1)
    await world.travel(to=NINE)
    (notice,) = world.direct_messages(world.olga)
    health = text_of(await world.command(world.olga, world.news, "manage health"))
    for said in (words(notice), health):
        assert why in said
        assert step in said
    await world.travel(to=NINE + timedelta(minutes=15))
    assert len(world.questions(channel)) == 1
    assert "All is well" in text_of(await world.command(world.olga, world.news, "manage health"))


async def test_what_passes_by_waiting_is_nobodys_to_mend(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", time="09:00")
    path = f"/channels/{world.daily.id}/messages"
    world.env.inject_error("POST", path, status=400, code=40004, times=1)
    await world.travel(to=NINE + timedelta(minutes=2))
    assert len(world.questions(world.daily)) == 1
    assert not world.direct_messages(world.olga)


TAG_DEMANDED = 1 << 4


def demand_tag(world: World, *, moderated: bool | None) -> discord.ForumChannel:
    """Have the forum demand a tag: it has one, for moderators alone or for all, or none."""
    forum = world.bot.get_channel(world.forum.id)
    assert isinstance(forum, discord.ForumChannel)
    forum._flags = TAG_DEMANDED
    tag = discord.ForumTag(name="a tag", moderated=bool(moderated))
    tag.id = 1
    forum._available_tags = {} if moderated is None else {1: tag}
    return forum


@pytest.mark.parametrize("moderated", [None, True])
async def test_setup_says_beforehand_that_a_forum_demands_a_tag_that_nobody_gave(
    world: World, *, moderated: bool | None
) -> None:
    world.deny(world.forum, "manage_threads")
    await world.rest()
    assert not usable_tags(demand_tag(world, moderated=moderated))
    said = await world.command(world.olga, world.news, "setup", kind="open", channel=world.forum)
    assert "This forum demands a tag on each post and has none that I may set" in text_of(said)
    assert "Check permissions again" in str(said.response.components if said.response else "")

    schedules, directory = world.bot.services.schedules, world.bot.services.directory
    await schedules.check(directory, world.guild.id)
    await world.rest()
    health = text_of(await world.command(world.olga, world.news, "manage health"))
    assert "the forum demands a tag on each post" in health
    assert "add one that everybody may use, or do not require tags" in health

    demand_tag(world, moderated=False)
    await schedules.check(directory, world.guild.id)
    await world.rest()
    assert "All is well" in text_of(await world.command(world.olga, world.news, "manage health"))
    said = await world.command(world.olga, world.news, "setup", kind="open", channel=world.forum)
    assert "demands a tag" not in text_of(said)


async def test_a_moderators_tag_does_where_the_bot_may_manage_threads(world: World) -> None:
    forum = demand_tag(world, moderated=True)
    assert [tag.name for tag in usable_tags(forum)] == ["a tag"]
    said = await world.command(world.olga, world.news, "setup", kind="open", channel=world.forum)
    assert "demands a tag" not in text_of(said)

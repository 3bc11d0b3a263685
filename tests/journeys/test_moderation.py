"""Reports of answers: from the button to the organisers' decision, with a restart in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import simcord

from bot.features.answers.outcomes import Author
from tests.world import World, labels, text_of, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."
HIDDEN = "An organiser has hidden this answer."
SEEN = discord.PermissionOverwrite(view_channel=True)
UNSEEN = discord.PermissionOverwrite(view_channel=False)


@pytest.fixture
async def log(world: World) -> simcord.ChannelHandle:
    """Give a channel that organisers and the bot see, chosen for reports."""
    channel = private_channel(world, "log")
    reply = await world.command(world.olga, world.daily, "manage log", channel=channel)
    assert f"Reports go to <#{channel.id}> from now on." in text_of(reply)
    return channel


def private_channel(world: World, name: str) -> simcord.ChannelHandle:
    allowed = {world.guild.default_role: UNSEEN, world.guild.me: SEEN, world.olga: SEEN}
    return world.guild.create_text_channel(name, overwrites=allowed)


async def ask(world: World, mode: str = "open", *authors: Any) -> Any:
    """Set up written questions, wait for the morning's and have people answer it."""
    await world.command(world.olga, world.daily, "setup", kind="open", mode=mode)
    await world.travel(to=NINE)
    question = world.questions(world.daily)[0]
    for who in authors:
        await world.answer(who, question, f"{who.name.upper()} {TEXT}")
    return question


def room(world: World) -> simcord.ChannelHandle:
    return world.channel(world.rows("drops")[0]["room_id"])


def shown(world: World, who: Any) -> Any:
    """Return the message of a person's answer in the room."""
    return next(m for m in world.posted(room(world)) if m.embeds and m.embeds[0].author.name == who.name)


async def send(world: World, who: Any, form: simcord.InteractionResult, reason: str) -> Any:
    return await world._done(await who.submit_modal(form, {"reason": reason}))


async def report(world: World, who: Any, whose: Any, reason: str = "It is an advertisement") -> Any:
    return await send(world, who, await world.press(who, shown(world, whose), "Report"), reason)


def points(world: World, who: Any) -> int:
    return sum(row["points"] for row in world.rows("totals", user_id=who.id))


def state_of(world: World, who: Any) -> tuple[Any, ...]:
    """Return all that hiding an answer changes and showing it again brings back."""
    message = shown(world, who)
    question = world.questions(world.daily)[0]
    totals = [points(world, member) for member in world.home.members]
    return words(message), labels(message), words(question), totals


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_a_report_is_decided_undone_and_decided_again(
    world: World, log: simcord.ChannelHandle, mode: str
) -> None:
    await ask(world, mode, world.ada, world.ben, world.cem)
    await world.press(world.cem, shown(world, world.ada), "Upvote")
    before = state_of(world, world.ada)
    assert points(world, world.ada) == 11

    form = await world.press(world.ben, shown(world, world.ada), "Report")
    await world.restart()
    reply = await send(world, world.ben, form, "It is <@1> `spam`\nand @everyone")
    assert "the organisers will look at the answer of ada" in text_of(reply)
    (message,) = world.posted(log)
    assert message.content.startswith("**Report · question 1, ")
    assert f"<@{world.ben.id}> (ben) reported the answer of <@{world.ada.id}> (ada)" in message.content
    assert "It is \\<@" in message.content
    assert "@everyone" not in message.content
    assert not message.mention_everyone
    assert message.embeds[0].description == f"ADA {TEXT}"
    assert labels(message) == ["Hide", "Dismiss", "To the answer"]
    assert "reported" not in world.seen_by(world.ada)

    await world.restart()
    reply = await world.press(world.olga, world.posted(log)[0], "Hide")
    assert "Hidden: nobody reads the answer of ada any more. 11 points taken back." in text_of(reply)
    (message,) = world.posted(log)
    assert f"**Hidden**: <@{world.olga.id}>" in message.content
    assert labels(message) == ["Show again", "To the answer"]
    place = shown(world, world.ada)
    assert (place.embeds[0].description, labels(place), place.content) == (HIDDEN, [], "")
    assert [points(world, who) for who in (world.ada, world.ben, world.cem)] == [0, 10, 10]
    assert "2 answered" in words(world.questions(world.daily)[0])
    assert f"ADA {TEXT}" not in world.seen_by(world.ben)
    (notice,) = world.direct_messages(world.ada)
    assert "has hidden your answer after a report" in notice.content
    assert notice.embeds[0].description == f"ADA {TEXT}"

    await world.restart()
    reply = await world.press(world.olga, world.posted(log)[0], "Show again")
    assert "The answer of ada is shown again. 11 points given back." in text_of(reply)
    assert state_of(world, world.ada) == before
    assert "**Shown again**" in world.posted(log)[0].content
    assert labels(world.posted(log)[0]) == []
    assert "shows your answer again" in world.direct_messages(world.ada)[1].content


async def test_what_is_hidden_stays_out_of_reveal_reviews_and_votes_and_comes_back(
    world: World, log: simcord.ChannelHandle
) -> None:
    question = await ask(world, "open", world.ada, world.ben, world.cem)
    await world.press(world.cem, shown(world, world.ada), "Upvote")
    old = shown(world, world.ada)
    await report(world, world.ben, world.ada)
    await world.press(world.olga, world.posted(log)[0], "Hide")
    assert "not there any more" in text_of(await world.forge(world.ben, old, custom(world, "reviews:vote")))
    assert "not there any more" in text_of(await world.forge(world.ben, old, custom(world, "reviews:review")))
    assert "not there any more" in text_of(
        await world.forge(world.dia, old, custom(world, "moderation:report"))
    )
    for action in ("edit", "answer"):
        subject = custom(world, f"answers:{action}") if action == "edit" else "answers:answer:v1:1"
        refusal = text_of(await world.forge(world.ada, old, subject))
        assert "An organiser has hidden your answer to question 1" in refusal
    for offered in (
        await world.command(world.ada, world.daily, "today"),
        await world.press(world.ada, question, "Hint"),
    ):
        assert "Answer" not in labels(offered)
    assert "Answer" in labels(await world.press(world.dia, question, "Hint"))
    await world.travel(hours=24)
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "2 answers. 10 points each: ben and cem." in reveal.content

    await world.press(world.olga, world.posted(log)[0], "Show again")
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "- ada: 21 points = 10 + 1 upvote + 10 best answer" in reveal.content
    # Of three the only one with an upvote is the best.
    assert points(world, world.ada) == 21
    assert question.id == world.rows("drops")[0]["message_id"]


def custom(world: World, what: str, who: Any = None) -> str:
    """Return the custom_id of an act on a person's answer (ada's where nobody is named)."""
    user_id = (who or world.ada).id
    return f"{what}:v1:{world.rows('answers', user_id=user_id)[0]['id']}"


async def test_all_reports_of_an_answer_are_decided_together_and_a_dismissal_ends_none_to_come(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada)
    for who in (world.ben, world.cem):
        await report(world, who, world.ada)
    again = await world.press(world.ben, shown(world, world.ada), "Report")
    assert "You have reported this answer, and nobody has decided yet" in text_of(again)
    await world.press(world.olga, world.posted(log)[1], "Dismiss")
    assert ["**Dismissed**" in m.content for m in world.posted(log)] == [True, True]
    assert [labels(m) for m in world.posted(log)] == [[], []]
    assert points(world, world.ada) == 10
    again = await world.press(world.ben, shown(world, world.ada), "Report")
    assert "an organiser leaves it as it is" in text_of(again)

    await report(world, world.dia, world.ada, "I see it too")
    await world.press(world.olga, world.posted(log)[2], "Hide")
    assert [row["state"] for row in world.rows("reports")] == ["dismissed", "dismissed", "hidden"]
    assert not world.direct_messages(world.ben)


async def test_a_changed_text_can_be_reported_anew_and_the_report_keeps_what_was_said(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada)
    await report(world, world.ben, world.ada)
    await world.press(world.olga, world.posted(log)[0], "Dismiss")
    await world.travel(minutes=1)
    form = await world.press(world.ada, shown(world, world.ada), "Edit")
    await world.submit(world.ada, form, "Buy my ```course")
    await report(world, world.ben, world.ada)
    second = world.posted(log)[1]
    assert [e.description for e in second.embeds] == [f"ADA {TEXT}", "Buy my ```course"]
    await world.submit(world.ada, await world.press(world.ada, shown(world, world.ada), "Edit"), "")
    await world.command(world.olga, world.daily, "manage log", channel=log)
    third = world.posted(log)[-1]
    assert "Its author has changed it meanwhile" in third.content
    assert third.embeds[1].description == "Buy my ```course"


@pytest.mark.parametrize("acts", [("hide", "dismiss"), ("hide", "hide"), ("dismiss", "dismiss")])
async def test_of_two_organisers_at_once_one_decides_and_the_other_is_told(
    world: World, log: simcord.ChannelHandle, acts: tuple[str, str]
) -> None:
    await ask(world, "open", world.ada)
    await report(world, world.ben, world.ada)
    (message,) = world.posted(log)
    number = world.rows("reports")[0]["id"]
    moderation, guild = world.bot.services.moderation, world.guild.id
    outcomes = await asyncio.gather(
        *(getattr(moderation, act)(guild, number, 5 + n) for n, act in enumerate(acts))
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDecided", "Decided"]
    await world.rest()
    assert world.rows("drops")[0]["answered"] == (0 if acts[0] == "hide" else 1)
    assert points(world, world.ada) == (0 if acts[0] == "hide" else 10)
    late = await world.forge(world.olga, message, f"moderation:{acts[0]}:v1:{number}")
    assert "This is decided already." in text_of(late)
    assert "<@5>" in text_of(late)


async def test_members_strangers_and_other_servers_decide_nothing(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "blind", world.ada, world.ben)
    other = world.found_group("Other")
    await report(world, world.ben, world.ada)
    (message,) = world.posted(log)
    number = world.rows("reports")[0]["id"]
    question = world.questions(world.daily)[0]
    for act in ("hide", "dismiss", "show_again", "show"):
        for who in (world.ada, world.ben, world.cem):
            said = text_of(await world.forge(who, question, f"moderation:{act}:v1:{number}"))
            assert "That is for organisers" in said
    there = await world.say(other.olga, other.daily, "hello")
    stranger = other.olga
    for act in ("hide", "dismiss", "show_again", "show"):
        said = text_of(await world.forge(stranger, there, f"moderation:{act}:v1:{number}"))
        assert "There is no such report in this server" in said
        assert TEXT not in said
        said = text_of(await world.forge(world.olga, message, f"moderation:{act}:v1:999"))
        assert "There is no such report in this server" in said
    for who, reply in (
        (world.ada, "This is your own answer: **Withdraw**"),
        (world.cem, "You cannot see the answers to this question yet"),
    ):
        assert reply in text_of(await world.forge(who, question, custom(world, "moderation:report")))
    assert "not there any more" in text_of(
        await world.forge(stranger, there, custom(world, "moderation:report"))
    )
    assert "not there any more" in text_of(await world.forge(world.cem, question, "moderation:report:v1:999"))
    assert [row["state"] for row in world.rows("reports")] == ["open"]
    undo = text_of(await world.forge(world.olga, message, f"moderation:show_again:v1:{number}"))
    assert "Nobody has hidden it" in undo


async def test_without_a_channel_of_their_own_organisers_are_told_discreetly(world: World) -> None:
    refused = await world.command(world.olga, world.daily, "manage log", channel=world.daily)
    assert f"Everybody can read <#{world.daily.id}>" in text_of(refused)
    assert "No channel is chosen for reports" in text_of(
        await world.command(world.olga, world.daily, "manage log")
    )
    await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret reason")
    message = next(m for m in world.posted(world.daily) if m.content.startswith("**Report"))
    assert labels(message) == ["Show the report"]
    for secret in ("A secret reason", TEXT, "ada", "ben"):
        assert secret not in world.seen_by(world.cem)
        assert secret not in words(message)
    assert "That is for organisers" in text_of(await world.press(world.cem, message, "Show the report"))
    reply = await world.press(world.olga, message, "Show the report")
    assert "A secret reason" in text_of(reply)
    assert TEXT in text_of(reply)
    await world.restart()
    done = await world.press(world.olga, reply, "Hide")
    assert "Hidden: nobody reads the answer of ada" in text_of(done)
    message = next(m for m in world.posted(world.daily) if m.content.startswith("**Report"))
    assert "**Hidden**" in message.content
    assert TEXT not in words(message)
    again = await world.press(
        world.olga, await world.press(world.olga, message, "Show the report"), "Show again"
    )
    assert "is shown again" in text_of(again)


async def test_a_log_channel_that_is_deleted_loses_no_report(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada)
    await report(world, world.ben, world.ada, "The first")
    await world._done(await delete_channel(world, log))
    anew = [m for m in world.posted(world.daily) if m.content.startswith("**Report")]
    assert len(anew) == 1, "what waited there is posted where organisers look"
    await report(world, world.cem, world.ada, "The second")
    for secret in ("The first", "The second"):
        assert secret not in world.seen_by(world.dia)
    anew = [m for m in world.posted(world.daily) if m.content.startswith("**Report")]
    assert ["I cannot write in" in m.content for m in anew] == [True, True]
    another = private_channel(world, "another")
    world.deny(another, "send_messages")
    lacking = await world.command(world.olga, world.daily, "manage log", channel=another)
    assert "I lack" in text_of(lacking)
    another = private_channel(world, "a-third")
    reply = await world.command(world.olga, world.daily, "manage log", channel=another)
    assert "2 reports without a decision: posted there now." in text_of(reply)
    assert ["The first" in m.content for m in world.posted(another)] == [True, False]
    await world.press(world.olga, world.posted(another)[0], "Hide")
    assert ["**Hidden**" in m.content for m in world.posted(another)] == [True, True]


async def delete_channel(world: World, channel: simcord.ChannelHandle) -> None:
    with world.env._bot_scope():
        await world.bot.http.delete_channel(channel.id)


async def test_a_room_that_is_deleted_is_opened_anew_without_what_is_hidden(
    world: World, log: simcord.ChannelHandle
) -> None:
    question = await ask(world, "blind", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    await world.press(world.olga, world.posted(log)[0], "Hide")
    await world._done(await delete_channel(world, room(world)))
    await world.answer(world.cem, question, f"CEM {TEXT}")
    await world.travel(minutes=30)
    assert f"BEN {TEXT}" in world.seen_by(world.cem)
    assert f"ADA {TEXT}" not in world.seen_by(world.cem)
    await world.press(world.olga, world.posted(log)[0], "Show again")
    await world.travel(minutes=30)
    assert shown(world, world.ada).embeds[0].description == f"ADA {TEXT}"
    assert f"ADA {TEXT}" in world.seen_by(world.cem)


async def test_the_answer_of_who_left_or_was_banned_stays_and_can_be_hidden(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada)
    world.guild.remove_member(world.ada)
    await world.rest()
    assert shown(world, world.ada).embeds[0].description == f"ADA {TEXT}"
    await world.press(world.olga, world.posted(log)[0], "Hide")
    assert shown(world, world.ada).embeds[0].description == HIDDEN
    await world.travel(hours=24)
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "One answer, by ben" in reveal.content


async def test_an_author_withdraws_what_is_hidden_and_is_counted_once(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada, world.ben)
    message = shown(world, world.ada)
    await report(world, world.ben, world.ada)
    await world.press(world.olga, world.posted(log)[0], "Hide")
    sure = await world.forge(world.ada, message, custom(world, "answers:withdraw"))
    await world.press(world.ada, sure, "Withdraw it")
    assert world.rows("drops")[0]["answered"] == 1
    assert [m.embeds[0].author.name for m in world.posted(room(world)) if m.embeds] == ["ben"]
    await world.press(world.olga, world.posted(log)[0], "Show again")
    assert world.rows("drops")[0]["answered"] == 1
    assert points(world, world.ada) == 0
    assert [m.embeds[0].author.name for m in world.posted(room(world)) if m.embeds] == ["ben"]


async def test_a_reason_without_words_and_a_form_that_comes_too_late_are_told_so(
    world: World, log: simcord.ChannelHandle
) -> None:
    await ask(world, "open", world.ada, world.ben)
    form = await world.press(world.ben, shown(world, world.ada), "Report")
    late = await world.press(world.cem, shown(world, world.ada), "Report")
    for typed in (" ", "\u200b\u202e", "x" * 301):
        number = world.rows("answers", user_id=world.ada.id)[0]["id"]
        reply = await world.bot.services.moderation.report(
            world.guild.id, number, Author(world.ben.id, "ben", None), typed
        )
        assert type(reply).__name__ == "NoReason"
    await send(world, world.ben, form, "Spam")
    await world.press(world.olga, world.posted(log)[0], "Hide")
    reply = text_of(await send(world, world.cem, late, "Typed for nothing"))
    assert "This answer is not there any more" in reply
    assert "Typed for nothing" in reply
    assert len(world.rows("reports")) == 1


async def test_a_message_that_was_deleted_by_hand_keeps_no_report_and_no_decision_back(
    world: World, log: simcord.ChannelHandle
) -> None:
    question = await ask(world, "open", world.ada, world.ben)
    message = shown(world, world.ada)
    # simcord sends no form whose message is gone; this one was opened below the question.
    form = await world.forge(world.ben, question, custom(world, "moderation:report"))
    await world._done(remove_message(world, message))
    assert "the organisers will look at" in text_of(await send(world, world.ben, form, "Spam"))
    await world._done(remove_message(world, world.posted(log)[0]))
    await world.command(world.olga, world.daily, "manage log", channel=log)
    await world.press(world.olga, world.posted(log)[0], "Hide")
    assert points(world, world.ada) == 0
    assert "**Hidden**" in world.posted(log)[0].content
    await world.press(world.olga, world.posted(log)[0], "Show again")
    assert points(world, world.ada) == 10


def remove_message(world: World, message: Any) -> None:
    """Delete a message as a moderator does."""
    world.env.backend.delete_message(message.channel.id, message.id)

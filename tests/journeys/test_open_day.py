"""A day with open answers: in a text channel, an announcement channel and a forum."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import simcord
from simcord.backend.models.message import AllowedMentions

from tests.world import World, labels, text_of, words

TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."
MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def asked_in(world: World, channel: simcord.ChannelHandle, **options: Any) -> Any:
    """Set up open answers in a channel and wait for the morning's question."""
    await world.command(
        world.olga, world.daily, "setup", kind="open", channel=channel, mode="open", **options
    )
    await world.travel(to=MORNING)
    (question,) = world.questions(channel)
    return question


def room_of(world: World) -> simcord.ChannelHandle:
    return world.channel(world.rows("drops")[0]["room_id"])


@pytest.mark.parametrize("kind", ["daily", "news", "forum"])
async def test_a_whole_day_in_each_kind_of_channel(world: World, kind: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    question = await asked_in(world, channel)
    room = room_of(world)
    (drop,) = world.rows("drops")
    assert drop["channel_kind"] == {"daily": "text"}.get(kind, kind)
    assert room.id == question.id, "the thread stands on the question; in a forum it is the post"
    assert room.name is not None
    assert room.name.startswith("1 · ")

    await world.answer(world.ada, question, "ADA " + TEXT)
    assert "ADA " in world.seen_by(world.ben), "open answers can be read at once"
    await world.restart()
    await world.answer(world.ben, question, "BEN " + TEXT)
    assert "2 answered" in words(world.questions(channel)[0])
    assert [r["points"] for r in world.rows("totals")] == [10, 10]

    await world.travel(to=datetime(2026, 1, 6, 8, 30, tzinfo=UTC))
    place = room if kind == "forum" else channel
    reveal = world.posted(place)[-1]
    assert reveal.content.startswith("**Reveal · Question 1")
    assert "10 points each: ada and ben." in reveal.content
    after = (
        ["Answer late", "How this works"]
        if kind == "forum"
        else ["Answer late", "Open the room", "How this works"]
    )
    assert labels(world.questions(channel)[0]) == after
    late = await world.answer(world.cem, world.questions(channel)[0], "CEM " + TEXT)
    assert "without points" in text_of(late)
    assert "CEM " in str([words(m) for m in world.posted(room)])

    await world.travel(to=datetime(2026, 1, 6, 9, tzinfo=UTC))
    assert len(world.questions(channel)) == 2
    assert {p["state"] for p in world.rows("posts")} == {"sent", "pending"}


@pytest.mark.parametrize("kind", ["daily", "forum"])
async def test_a_reply_with_the_ping_on_counts_once(world: World, kind: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    question = await asked_in(world, channel)
    place = world.channel(question.channel.id)
    message = await world.say(world.ada, place, "ADA " + TEXT, reply_to=question)
    stored = world.env.backend.messages[place.id][message.id]
    assert stored.reaction_for("✅") is not None, "the author sees that it counted"
    (row,) = world.rows("answers")
    assert (row["source"], row["source_url"], row["scored"]) == ("message", message.jump_url, 1)
    card = world.posted(room_of(world))[-1].embeds[0]
    assert (card.title, card.url) == ("Counted from this message", message.jump_url)
    assert "later changes to the message do not count" in card.footer.text

    await world.restart()
    await world.say(world.ada, place, "And one more thought about " + TEXT, reply_to=question)
    await world.say(world.ben, place, "BEN " + TEXT)
    assert len(world.rows("answers")) == 1, "talk is no answer"
    assert "1 answered" in words(world.questions(channel)[0])


async def test_a_reply_without_the_ping_is_only_talk(world: World) -> None:
    question = await asked_in(world, world.daily)
    place = str(world.daily.id)
    world.env.backend.create_message(
        world.daily.id,
        world.ada.id,
        TEXT,
        reference={"channel_id": place, "message_id": str(question.id)},
        allowed_mentions=AllowedMentions(replied_user=False),
    )
    await world.rest()
    assert not world.rows("answers")


async def test_a_message_that_names_somebody_else_is_no_answer_though_the_bot_can_read_it(
    world: World,
) -> None:
    """Discord hands over the text of messages without the ping too, where an app is allowed to read them."""
    question = await asked_in(world, world.daily)
    said = world.env.backend.create_message(
        world.daily.id,
        world.ada.id,
        TEXT,
        reference={"channel_id": str(world.daily.id), "message_id": str(question.id)},
        allowed_mentions=AllowedMentions(replied_user=False),
    )
    await heard(world, said.id)
    assert not world.rows("answers")


async def test_what_another_bot_replies_is_no_answer(world: World) -> None:
    question = await asked_in(world, world.daily)
    other = world.guild.add_member(world.env.create_user("summaries", bot=True))
    said = world.env.backend.create_message(
        world.daily.id,
        other.id,
        TEXT,
        reference={"channel_id": str(world.daily.id), "message_id": str(question.id)},
    )
    await heard(world, said.id)
    assert not world.rows("answers")


async def heard(world: World, message_id: int) -> None:
    """Have the bot hear of a message with its text."""
    with world.env._bot_scope():
        channel: Any = world.bot.get_channel(world.daily.id)
        message = await channel.fetch_message(message_id)
        assert message.content == TEXT
        world.bot.dispatch("message", message)
    await world.rest()


async def test_a_reply_that_is_nearly_an_answer_is_told_what_is_missing(world: World) -> None:
    question = await asked_in(world, world.daily)
    message = await world.say(world.ada, world.daily, TEXT[:60], reply_to=question)
    reply = world.posted(world.daily)[-1]
    assert reply.reference is not None
    assert reply.reference.message_id == message.id
    assert f"at least 80 characters and this message has {len(TEXT[:60].strip())}" in reply.content
    assert not world.rows("drafts")
    assert not world.rows("answers")


async def test_without_the_reaction_permission_a_reply_still_counts_and_says_so(world: World) -> None:
    question = await asked_in(world, world.daily)
    world.deny(world.daily, "add_reactions")
    await world.say(world.ada, world.daily, TEXT, reply_to=question)
    assert len(world.rows("answers")) == 1
    assert "Your answer is saved" in world.posted(world.daily)[-1].content
    world.deny(world.daily, "add_reactions", "send_messages")
    await world.say(world.ben, world.daily, TEXT, reply_to=question)
    await world.say(world.cem, world.daily, "short", reply_to=question)
    assert len(world.rows("answers")) == 2, "and where it may not say anything it counts all the same"


async def test_count_as_my_answer_takes_a_message_of_one_s_own(world: World) -> None:
    await asked_in(world, world.daily)
    room = room_of(world)
    mine = await world.say(world.ada, room, "ADA " + TEXT)
    assert "somebody else's" in text_of(await world.count(world.ben, room, mine))
    assert not world.rows("answers")

    counted = await world.count(world.ada, room, mine)
    assert "**10 points**" in text_of(counted)
    again = await world.count(world.ada, room, mine)
    assert "You have answered this question" in text_of(again)
    assert len(world.rows("answers")) == 1
    await world.restart()
    in_channel = await world.say(world.ben, world.daily, "BEN " + TEXT)
    assert "**10 points**" in text_of(await world.count(world.ben, world.daily, in_channel))
    elsewhere = await world.say(world.cem, world.news, "CEM " + TEXT)
    assert "No question is asked in this place" in text_of(
        await world.count(world.cem, world.news, elsewhere)
    )

    await world.travel(hours=23, minutes=45)
    late = await world.say(world.cem, room, "CEM " + TEXT)
    assert "without points" in text_of(await world.count(world.cem, room, late))
    assert [(r["user_id"], r["scored"]) for r in world.rows("answers")] == [
        (world.ada.id, 1),
        (world.ben.id, 1),
        (world.cem.id, 0),
    ]


async def test_a_message_without_text_is_refused_with_the_next_step(world: World) -> None:
    await asked_in(world, world.daily)
    room = room_of(world)
    unseen = await world.say(world.ada, room, "\u200b\u200b")
    assert "It holds no text" in text_of(await world.count(world.ada, room, unseen))
    dot = await world.say(world.ada, room, "   \n .")
    assert "this message has 1: edit it" in text_of(await world.count(world.ada, room, dot))
    picture = await world.say(world.ada, room, "", attachments=[("whiteboard.png", b"png")])
    reply = await world.count(world.ada, room, picture)
    assert "It holds no text" in text_of(reply)
    assert not world.rows("answers")


async def test_messages_do_not_count_while_answers_are_hidden(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(to=MORNING)
    (question,) = world.questions(world.daily)
    message = await world.say(world.ada, world.daily, "ADA " + TEXT, reply_to=question)
    warning = world.posted(world.daily)[-1]
    assert "delete it and press **Answer**" in warning.content
    assert "ADA" not in words(warning)
    reply = await world.count(world.ada, world.daily, message)
    assert "hidden until the reveal" in text_of(reply)
    assert not world.rows("answers")

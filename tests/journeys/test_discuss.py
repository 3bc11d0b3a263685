"""/discuss: a room on any question, in text (hidden and open) and in a forum, to its reveal."""

from __future__ import annotations

import re
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.world import World, labels, text_of, words

TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


def question_of(world: World, title: str = "") -> dict[str, Any]:
    """Return a written question whose slug has a word."""
    return next(q for q in world.rows("questions", kind="open") if title in q["slug"])


def item_of(world: World) -> dict[str, Any]:
    return world.rows("questions", kind="choice")[0]


def discussions(world: World, channel: simcord.ChannelHandle) -> list[discord.Message]:
    """Return the messages of discussions in a channel or forum, oldest first."""
    places = channel.threads if channel.id == world.forum.id else [channel]
    return [m for p in places for m in world.posted(p) if re.match(r"Discussion \d+ · ", m.content)]


async def discuss(world: World, who: Any, where: Any, question_id: int | str, **options: Any) -> Any:
    return await world.command(who, where, "discuss", question=str(question_id), **options)


def room_of(world: World, number: int = 1) -> simcord.ChannelHandle:
    return world.channel(world.rows("drops", discussion=number)[0]["room_id"])


async def test_a_hidden_discussion_from_its_beginning_to_its_reveal_after_a_day(world: World) -> None:
    reply = await discuss(world, world.ada, world.daily, question_of(world)["id"])
    assert f"On its way: look in <#{world.daily.id}>" in text_of(reply)
    assert labels(reply) == ["Reveal now"]
    assert world.rows("schedules")[0]["state"] == "removed"
    (message,) = discussions(world, world.daily)
    assert message.content.startswith("Discussion 1 · ")
    assert labels(message) == ["Answer", "Hint", "Remind me", "Reveal now", "How this works"]
    await world.answer(world.ada, message, "ADA " + TEXT)
    room = room_of(world)
    assert room._channel.type == discord.ChannelType.private_thread.value
    assert "ADA " not in world.seen_by(world.ben)
    await world.restart()
    await world.answer(world.ben, message, "BEN " + TEXT)
    assert "ADA " in world.seen_by(world.ben)
    assert "ADA " not in world.seen_by(world.cem)
    assert "2 answered" in words(discussions(world, world.daily)[0])

    await world.travel(hours=23.9)
    assert not [m for m in world.posted(world.daily) if m.content.startswith("**Reveal")]
    await world.travel(minutes=10)
    (reveal,) = [m for m in world.posted(world.daily) if m.content.startswith("**Reveal")]
    assert reveal.content.startswith("**Reveal · Discussion 1 · ")
    assert labels(discussions(world, world.daily)[0])[:2] == ["Answer late", "Join the room"]
    assert not world.direct_messages(world.ada)


@pytest.mark.parametrize("kind", ["daily", "news", "forum"])
async def test_an_open_discussion_in_each_kind_of_channel_is_revealed_by_its_starter(
    world: World, kind: str
) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    reply = await discuss(
        world, world.ada, world.daily, question_of(world)["id"], mode="open", channel=channel
    )
    (message,) = discussions(world, channel)
    room = room_of(world)
    assert room.id == message.id
    await world.answer(world.ben, message, "BEN " + TEXT)
    assert "BEN " in world.seen_by(world.cem)

    stranger = await world.press(world.cem, message, "Reveal now")
    assert "Those who have answered can agree to a reveal now" in text_of(stranger)
    alone = await world.press(world.ben, message, "Reveal now")
    assert "Nobody else has answered so far" in text_of(alone)
    await world.restart()
    asked = await world.press(world.ada, reply, "Reveal now")
    assert "Reveal discussion 1 now for everybody? 1 person has answered so far" in text_of(asked)
    assert world.rows("drops")[0]["state"] == "open", "the first press only asks"
    await world.press(world.ada, asked, "Reveal it")
    assert "The reveal of discussion 1 is on its way" in text_of(asked)
    place = room if kind == "forum" else channel
    assert [m for m in world.posted(place) if m.content.startswith("**Reveal · Discussion 1 · ")]
    assert world.rows("drops")[0]["state"] == "revealed"
    again = await world.press(world.ada, reply, "Reveal now")
    assert text_of(again) == "The reveal is out."
    late = await world.answer(world.cem, discussions(world, channel)[0], "CEM " + TEXT)
    assert "without points" in text_of(late)


@pytest.mark.parametrize("kind", ["daily", "forum"])
async def test_those_who_have_answered_agree_on_the_discussion_s_own_message(world: World, kind: str) -> None:
    channel: simcord.ChannelHandle = getattr(world, kind)
    reply = await discuss(world, world.ada, world.daily, question_of(world)["id"], channel=channel)
    assert "or when you press **Reveal now**, or all who have answered do" in text_of(reply)
    (message,) = discussions(world, channel)
    for who in (world.ben, world.cem):
        await world.answer(who, message, f"{who.name.upper()} " + TEXT)
    (message,) = discussions(world, channel)
    assert "1 of 2 agree" in text_of(await world.press(world.ben, message, "Reveal now"))
    await world.restart()
    agreed = text_of(await world.press(world.cem, message, "Reveal now"))
    assert agreed.startswith("The reveal of discussion 1 is on its way")
    assert world.rows("drops")[0]["state"] == "revealed"


async def test_a_discussion_s_reveal_waits_for_its_question(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.daily.id}/messages", status=503, times=1)
    reply = await discuss(world, world.ada, world.daily, question_of(world)["id"])
    assert world.rows("drops")[0]["state"] == "planned"
    early = text_of(await world.press(world.ada, reply, "Reveal now"))
    assert early.startswith(f"It is still on its way into <#{world.daily.id}>: press **Reveal now** when")


async def test_an_organiser_reveals_a_choice_discussion_that_brings_no_daily_number(world: World) -> None:
    reply = await discuss(world, world.ada, world.daily, item_of(world)["id"])
    assert "bring no points" in text_of(reply)
    (message,) = discussions(world, world.daily)
    assert labels(message) == ["A", "B", "C", "D", "Reveal now", "How this works"]
    await world.press(world.ben, message, "A")
    refused = text_of(await world.press(world.ben, message, "Reveal now"))
    assert refused.startswith("Only whoever began this discussion, or an organiser, reveals it early")
    asked = await world.press(world.olga, message, "Reveal now")
    assert "now for everybody? 1 person has chosen so far; after that nobody can choose." in text_of(asked)
    await world.press(world.olga, asked, "Reveal it")
    reveal = next(m for m in world.posted(world.daily) if m.content.startswith("**Reveal"))
    assert "of 1 chose the right option" in reveal.content
    assert labels(discussions(world, world.daily)[0])[0] == "My result"

    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(hours=24)
    assert world.questions(world.daily)[-1].content.startswith("Question 1 · ")
    assert [(d["number"], d["discussion"]) for d in world.rows("drops")] == [(None, 1), (1, None)]


def give_tags(world: World, *names: str) -> dict[str, int]:
    """Give the forum tags; return their ids by name."""
    ids = {name: world.env.backend.snowflake() for name in names}
    tags = [
        {"id": str(i), "name": n, "moderated": False, "emoji_id": None, "emoji_name": None}
        for n, i in ids.items()
    ]
    world.env.backend.edit_channel(world.forum.id, {"available_tags": tags})
    return ids


def applied(world: World) -> list[int]:
    return room_of(world)._channel.applied_tags


async def test_a_forum_shows_category_and_state_by_its_tags(world: World) -> None:
    tags = give_tags(world, "Other", "REVEALED", "Open", "system design")
    await world.rest()
    question = next(q for q in world.rows("questions", kind="open") if q["category"] == "system-design")
    await discuss(world, world.ada, world.forum, question["id"])
    assert set(applied(world)) == {tags["Open"], tags["system design"]}
    room_of(world)._channel.applied_tags.append(tags["Other"])
    world.env.backend.edit_channel(room_of(world).id, {"applied_tags": applied(world)})

    await world.restart()
    failing = f"/channels/{room_of(world).id}"
    world.env.inject_error("PATCH", failing, status=503, times=1)
    (message,) = discussions(world, world.forum)
    await world.press(world.ada, await world.press(world.ada, message, "Reveal now"), "Reveal it")
    await world.travel(minutes=2)
    assert set(applied(world)) == {tags["REVEALED"], tags["system design"], tags["Other"]}
    tries = [r for r in world.env.http_requests if (r.method, r.path) == ("PATCH", failing)]
    assert len(tries) == 2, "the first was refused"
    await world.answer(world.ben, discussions(world, world.forum)[0], "BEN " + TEXT)
    again = [r for r in world.env.http_requests if (r.method, r.path) == ("PATCH", failing)]
    assert len(again) == 2, "what is right already is not set once more"


async def test_a_forum_without_such_tags_stays_as_it_is(world: World) -> None:
    give_tags(world, "Other")
    await discuss(world, world.ada, world.forum, question_of(world)["id"])
    (message,) = discussions(world, world.forum)
    await world.press(world.ada, await world.press(world.ada, message, "Reveal now"), "Reveal it")
    assert applied(world) == []
    assert world.rows("drops")[0]["state"] == "revealed"


async def test_three_a_member_and_day_and_ten_a_server(world: World) -> None:
    questions = world.rows("questions", kind="open")
    for question in questions[:3]:
        assert "On its way" in text_of(await discuss(world, world.ada, world.daily, question["id"]))
    (message, *_) = discussions(world, world.daily)
    await world.press(world.ada, await world.press(world.ada, message, "Reveal now"), "Reveal it")
    refused = text_of(await discuss(world, world.ada, world.daily, questions[3]["id"]))
    midnight = int(world.clock.now().replace(hour=0, minute=0).timestamp()) + 24 * 3600
    assert f"begun 3 discussions today, which is the most: you can begin another <t:{midnight}:R>" in refused
    assert len(world.rows("drops")) == 3

    people = [world.ben, world.cem, world.dia]
    for number, question in enumerate(questions[4:12]):
        reply = await discuss(world, people[number // 3], world.daily, question["id"])
        assert "On its way" in text_of(reply)
    full = text_of(await discuss(world, world.eli, world.daily, questions[13]["id"]))
    first = min(d["reveal_at"] for d in world.rows("drops") if d["state"] == "open")
    assert "10 discussions are open in this server" in full
    assert f"<t:{int(first.timestamp())}:R>" in full
    await world.restart()
    await world.travel(hours=24.1)
    assert "On its way" in text_of(await discuss(world, world.ada, world.daily, questions[13]["id"]))


async def test_autocomplete_finds_questions_by_their_words_and_leaves_out_what_is_open(world: World) -> None:
    async def offered(typed: str) -> list[Any]:
        return await world.ada.autocomplete(world.daily, "discuss", "question", typed)

    everything = await offered("")
    assert len(everything) == 25
    assert all(len(choice["name"]) <= 100 for choice in everything)
    found = await offered("system hard write")
    assert found
    assert all("System Design" in c["name"] and "hard" in c["name"] for c in found)
    assert await offered("no-such-word-anywhere") == []
    chosen = found[0]["value"]
    await discuss(world, world.ada, world.daily, chosen)
    assert chosen not in [c["value"] for c in await offered("system hard write")]


async def test_what_is_open_already_cannot_be_discussed_once_more(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.travel(hours=2)
    (daily,) = world.rows("drops")
    refused = text_of(await discuss(world, world.ada, world.news, daily["question_id"]))
    assert f"open right now, as [question 1](https://discord.com/channels/{world.guild.id}/" in refused
    other = next(q for q in world.rows("questions", kind="open") if q["id"] != daily["question_id"])
    await discuss(world, world.ada, world.news, other["id"])
    assert "as [discussion 1]" in text_of(await discuss(world, world.ben, world.daily, other["id"]))
    today = await world.command(world.cem, world.daily, "today")
    titles = [embed.title for embed in today.response.embeds]
    assert [title.partition(" · ")[0] for title in titles] == ["Question 1", "Discussion 1"]
    assert {"Answer 1", "Answer D1"} <= set(labels(today))


async def test_what_cannot_be_is_refused_with_the_next_step(world: World) -> None:
    question_id = question_of(world)["id"]

    async def said(who: Any, where: Any, typed: Any = question_id, **options: Any) -> str:
        return text_of(await discuss(world, who, where, typed, **options))

    assert "choose from the list" in await said(world.ada, world.daily, "@everyone **no** such")
    assert "@everyone" not in (await said(world.ada, world.daily, "@everyone")).replace("@\u200beveryone", "")
    assert "choose from the list" in await said(world.ada, world.daily, "9" * 40)
    assert "choose from the list" in await said(world.ada, world.daily, "   ")
    assert "only text channels have" in await said(world.ada, world.forum, mode="blind")
    raw = world.env.backend.create_thread(world.daily.id, "Talk", world.ada.id)
    thread = world.channel(raw.id)
    assert f"type it in <#{world.daily.id}>" in await said(world.ada, thread)
    world.deny(world.daily, "create_private_threads")
    missing = await said(world.ada, world.daily)
    assert f"In <#{world.daily.id}> I am missing **Create Private Threads**" in missing
    assert not world.rows("drops")
    world.deny(world.daily)

    quiet = world.guild.create_text_channel("quiet")
    world.env.backend.set_overwrite(
        quiet.id,
        Overwrite(
            target_id=world.guild.id,
            type=OverwriteType.ROLE,
            allow=0,
            deny=discord.Permissions(send_messages=True).value,
        ),
    )
    await world.rest()
    assert f"You cannot write in <#{quiet.id}>" in await said(world.ada, world.daily, channel=quiet)
    assert not world.rows("schedules")
    title = world.rows("question_versions", question_id=question_id)[0]["content"]
    named = re.search(r'"title":"([^"]+)"', title)
    assert named is not None
    assert "On its way" in await said(world.ada, world.daily, named[1].upper())


async def test_a_stranger_and_a_forged_button_reveal_nothing(world: World) -> None:
    await discuss(world, world.ada, world.daily, question_of(world)["id"])
    (message,) = discussions(world, world.daily)
    refused = {"now": "Those who have answered can agree", "now_yes": "Only whoever began this discussion"}
    for action, why in refused.items():
        assert why in text_of(await world.forge(world.ben, message, f"reveals:{action}:v1:1"))
        gone = await world.forge(world.olga, message, f"reveals:{action}:v1:999")
        assert "not there any more" in text_of(gone)
    assert world.rows("drops")[0]["state"] == "open"


async def test_the_buttons_of_older_messages_do_what_those_of_today_do(world: World) -> None:
    await discuss(world, world.ada, world.daily, question_of(world)["id"])
    (message,) = discussions(world, world.daily)
    for who in (world.ben, world.cem):
        await world.answer(who, message, f"{who.name.upper()} " + TEXT)
    agreed = text_of(await world.forge(world.ben, message, "discuss:reveal:v1:1"))
    assert agreed.startswith("1 of 2 agree to a reveal now")
    asked = await world.forge(world.ada, message, "discuss:reveal:v1:1")
    assert labels(asked) == ["Reveal it"]
    stolen = text_of(await world.forge(world.ben, message, "discuss:reveal_yes:v1:1"))
    assert stolen.startswith("Only whoever began this discussion")
    assert world.rows("drops")[0]["state"] == "open"
    sure = await world.forge(world.ada, message, "discuss:reveal_yes:v1:1")
    assert "The reveal of discussion 1 is on its way" in text_of(sure)
    assert world.rows("drops")[0]["state"] == "revealed"


async def test_the_starter_hears_of_a_channel_that_is_gone_before_the_question_came(world: World) -> None:
    other = world.guild.create_text_channel("other")
    await world.rest()
    world.env.inject_error("POST", f"/channels/{other.id}/messages", status=503, times=1)
    await discuss(world, world.ada, world.daily, question_of(world)["id"], channel=other)
    world.env.backend.delete_channel(other.id)
    await world.travel(minutes=30)
    (drop,) = world.rows("drops")
    assert (drop["state"], drop["reason"]) == ("skipped", "its channel was deleted")
    (notice,) = world.direct_messages(world.ada)
    assert "ended, since its channel was deleted" in notice.content
    assert "`/discuss` begins it again" in notice.content
    assert not [p for p in world.rows("problems") if p["resolved_at"] is None]
    assert "On its way" in text_of(await discuss(world, world.ada, world.daily, drop["question_id"]))


async def test_a_discussion_ends_with_its_channel_and_nothing_stays_to_be_mended(world: World) -> None:
    other = world.guild.create_text_channel("other")
    await world.rest()
    await discuss(world, world.ada, world.daily, question_of(world)["id"], channel=other)
    world.env.backend.delete_channel(other.id)
    await world.restart()
    await world.travel(hours=25)
    assert world.rows("drops")[0]["state"] == "skipped"
    assert "ended, since its channel was deleted" in world.direct_messages(world.ada)[0].content
    assert not [p for p in world.rows("problems") if p["resolved_at"] is None]
    assert not [p for p in world.rows("posts") if p["state"] in {"pending", "sending"}]


async def test_the_starter_hears_of_a_permission_that_went_and_it_goes_on_once_it_is_back(
    world: World,
) -> None:
    await discuss(world, world.ada, world.daily, question_of(world)["id"])
    world.deny(world.daily, "send_messages")
    await world.travel(hours=24.5)
    (notice,) = world.direct_messages(world.ada)
    assert "your discussion" in notice.content
    assert "Send Messages" in notice.content
    assert labels(notice) == []
    world.deny(world.daily)
    await world.travel(minutes=15)
    assert world.rows("drops")[0]["state"] == "revealed"
    assert not [p for p in world.rows("problems") if p["resolved_at"] is None]


async def test_a_removed_schedule_leaves_discussions_alone(world: World) -> None:
    await discuss(world, world.ada, world.daily, question_of(world)["id"])
    await world.command(world.olga, world.daily, "setup", kind="open")
    listed = text_of(await world.command(world.olga, world.daily, "manage schedule list"))
    assert listed.count("<#") == 1
    await world.command(world.olga, world.daily, "manage schedule pause")
    await world.travel(hours=25)
    assert [d["state"] for d in world.rows("drops")] == ["revealed"]


async def test_a_tag_that_discord_does_not_take_is_tried_less_and_less_often(world: World) -> None:
    give_tags(world, "revealed", "open", "system design")
    await world.rest()
    question = next(q for q in world.rows("questions", kind="open") if q["category"] == "system-design")
    await discuss(world, world.ada, world.forum, question["id"])
    post = f"/channels/{room_of(world).id}"
    world.env.inject_error("PATCH", post, status=503, times=None)
    (message,) = discussions(world, world.forum)
    await world.press(world.ada, await world.press(world.ada, message, "Reveal now"), "Reveal it")
    before = len(world.env.http_requests)
    await world.env.advance_time(300)
    made = [r for r in world.env.http_requests[before:] if r.method == "PATCH"]
    assert len([r for r in made if r.path == f"{post}/messages/{message.id}"]) <= 8

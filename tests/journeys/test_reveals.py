"""The reveal with all that was said of the answers, before its time, and after it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest
import simcord

from bot.features.reveals.outcomes import Agreed, OnItsWay, Revealed
from tests.journeys.test_keeping import exported
from tests.journeys.test_reviews import TEXT, ask, review, room, send, shown, ticks_key
from tests.world import World, labels, text_of, words

REVEAL_AT = datetime(2026, 1, 6, 8, 30, tzinfo=UTC)


def reveals(world: World, place: simcord.ChannelHandle | None = None) -> list[Any]:
    return [m for m in world.posted(place or world.daily) if m.content.startswith("**Reveal")]


def reveal(world: World, place: simcord.ChannelHandle | None = None) -> Any:
    (message,) = reveals(world, place)
    return message


def state(world: World) -> str:
    return world.rows("drops")[0]["state"]


async def written_by(world: World, question: Any, *people: Any) -> list[simcord.InteractionResult]:
    return [await world.answer(who, question, f"{who.name.upper()} {TEXT}") for who in people]


async def look(world: World, who: Any, *ticks: int) -> str:
    """Press How did I do?, tick these points and send."""
    form = await world.press(who, reveal(world), "How did I do?")
    sent = await who.submit_modal(form, {ticks_key(form): [str(tick) for tick in ticks]})
    return text_of(await world._done(sent))


# What it tells


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_a_reveal_tells_how_it_went_and_goes_on_telling_it(world: World, mode: str) -> None:
    question = await ask(world, mode)
    await written_by(world, question, world.ada, world.ben, world.cem)
    await review(world, world.ben, world.ada, 0, 1)
    await review(world, world.ada, world.ben, 0)
    await world.press(world.cem, shown(world, world.ada), "Upvote")
    await world.travel(to=REVEAL_AT)

    message = reveal(world)
    rubric = (message.embeds[1].description or "").split("\n\n")[0].splitlines()
    assert rubric[0].endswith("· **2 of 2**")
    assert rubric[1].endswith("· **1 of 2**")
    assert rubric[2].endswith("· **0 of 2**")
    assert "3 answers, 2 reviewed so far." in message.content
    assert "In what is reviewed so far nobody named “" in message.content
    lines = [line for line in message.content.splitlines() if line.startswith("- ")]
    assert lines == [
        "- ada: 25 points = 10 + 4 rubric + 1 upvote + 10 best answer",
        "- ben: 12 points = 10 + 2 rubric",
        "- cem: 10 points",
    ]
    assert message.embeds[2].title == "Best answer · ada"
    assert f"ADA {TEXT[:40]}" in message.embeds[2].description
    assert str(shown(world, world.ada).id) in message.embeds[2].description

    await world.restart()
    await world.travel(hours=3)
    for who in (world.ada, world.ben):
        await review(world, who, world.cem, 0, 1, 2, 3)
    message = reveal(world)
    assert message.embeds[2].title == "Best answer · cem"
    assert "3 answers." in message.content
    assert "- cem: 28 points = 10 + 8 rubric + 10 best answer" in message.content
    assert "- ada: 15 points = 10 + 4 rubric + 1 upvote" in message.content
    totals = {row["user_id"]: row["points"] for row in world.rows("totals")}
    # A review brings three points besides.
    assert totals == {world.ada.id: 15 + 6, world.ben.id: 12 + 6, world.cem.id: 28}
    drop = world.rows("drops")[0]
    assert drop["reveal_shown"] == drop["reveal_revision"] > 1


async def test_what_was_added_is_read_wherever_the_answer_is(world: World) -> None:
    """In the review form, in How did I do?, in the reveal (an addition after it too), in past questions."""
    question = await ask(world, "blind")
    mine, *_ = await written_by(world, question, world.ada, world.ben, world.cem)
    edit = await world.press(world.ada, mine, "Edit")
    await world.submit(world.ada, edit, "And a second thought about the cache.")
    form = await world.press(world.ben, shown(world, world.ada), "Review")
    assert "**Added later:** And a second thought about the cache." in str(form.modal)
    await send(world, world.ben, form, 0, 1)
    await world.travel(to=REVEAL_AT)
    assert "**Added later:** And a second thought" in (reveal(world).embeds[2].description or "")
    own = await world.press(world.ada, reveal(world), "How did I do?")
    assert "**Added later:** And a second thought about the cache." in str(own.modal)

    edit = await world.press(world.ada, mine, "Edit")
    await world.submit(world.ada, edit, "And a third one about its size.")
    assert "**Added later:** And a third one" in (reveal(world).embeds[2].description or "")
    past = await world.command(world.dia, world.daily, "today", date="1")
    pages = [text_of(past)]
    for _ in range(2):
        past = await world.press(world.dia, past, "Next ▶")
        pages.append(text_of(past))
    assert "Added later" in "".join(pages)
    assert "And a third one about its size." in "".join(pages)
    _, files = await exported(world, world.olga)
    assert "And a third one about its size." in "".join(files.values())


async def test_an_author_who_withdraws_after_the_reveal_is_no_longer_quoted(world: World) -> None:
    question = await ask(world, "blind")
    replies = await written_by(world, question, world.ada, world.ben, world.cem)
    await review(world, world.ben, world.ada, 0, 1)
    await world.travel(to=REVEAL_AT)
    assert "ADA " in words(reveal(world))
    await world.restart()
    await world.press(world.ada, await world.press(world.ada, replies[0], "Withdraw"), "Withdraw it")
    assert "ADA " not in words(reveal(world))
    assert "ada" not in reveal(world).content
    assert "2 answers. 10 points each: ben and cem." in reveal(world).content
    assert "Best answer" not in words(reveal(world))
    assert sum(row["points"] for row in world.rows("totals", user_id=world.ada.id)) == 0


async def test_a_withdrawal_while_the_reveal_is_being_sent_is_on_it_in_the_end(world: World) -> None:
    question = await ask(world)
    replies = await written_by(world, question, world.ada, world.ben, world.cem)
    await review(world, world.ben, world.ada, 0, 1)
    path = f"/channels/{world.daily.id}/messages"
    world.lose(lambda method, at: (method, at) == ("POST", path), times=1)
    await world.travel(to=REVEAL_AT)
    assert state(world) == "open", "Discord's reply was lost"
    assert "ADA " in words(reveal(world))
    await world.press(world.ada, await world.press(world.ada, replies[0], "Withdraw"), "Withdraw it")
    await world.travel(minutes=5)
    assert state(world) == "revealed"
    assert "ADA " not in words(reveal(world))


async def test_in_a_forum_the_reveal_stands_and_changes_in_the_post(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", channel=world.forum, mode="open")
    await world.travel(to=datetime(2026, 1, 5, 9, tzinfo=UTC))
    (question,) = world.questions(world.forum)
    await written_by(world, question, world.ada, world.ben)
    await world.travel(to=REVEAL_AT)
    assert "2 answers. 10 points each: ada and ben." in reveal(world, room(world)).content
    assert reveal(world, room(world)).edited_at is None, "nothing has changed since it was sent"
    await world.restart()
    await review(world, world.ben, world.ada, 0)
    changed = reveal(world, room(world)).content.splitlines()
    assert changed[1] == "2 answers, 1 reviewed so far."
    assert changed[-2:] == ["- ada: 12 points = 10 + 2 rubric", "- ben: 10 points"]


async def test_a_room_that_is_opened_anew_is_where_the_quote_leads(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada, world.ben, world.cem)
    await review(world, world.ben, world.ada, 0)
    await world.travel(to=REVEAL_AT)
    old = room(world).id
    assert f"/{old}/" in reveal(world).embeds[2].description
    world.env.backend.delete_channel(old)
    await world.rest()
    await world.answer(world.dia, question_now(world), "DIA " + TEXT)
    await world.travel(minutes=10)
    new = room(world).id
    assert new != old
    description = reveal(world).embeds[2].description
    assert f"/{new}/{shown(world, world.ada).id}" in description
    assert f"/{old}/" not in description
    assert "3 answers, 1 reviewed so far." in reveal(world).content, "a late answer tells nothing"


def question_now(world: World) -> Any:
    return world.questions(world.daily)[0]


async def test_a_reveal_that_somebody_deleted_is_left_alone(world: World) -> None:
    question = await ask(world)
    await written_by(world, question, world.ada, world.ben)
    await world.travel(to=REVEAL_AT)
    world.env.backend.delete_message(world.daily.id, reveal(world).id)
    await review(world, world.ben, world.ada, 0)
    assert not reveals(world)
    (drop,) = world.rows("drops")
    assert drop["reveal_shown"] == drop["reveal_revision"]


async def test_a_reveal_comes_where_somebody_has_deleted_the_questions_message(world: World) -> None:
    question = await ask(world)
    await written_by(world, question, world.ada)
    world.env.backend.delete_message(world.daily.id, question.id)
    await world.travel(to=REVEAL_AT)
    assert "One answer, by ada: 10 points." in reveal(world).content
    assert state(world) == "revealed"
    assert not world.rows("problems")
    path = f"/channels/{world.daily.id}/messages"
    sent = [r for r in world.env.http_requests if (r.method, r.path) == ("POST", path)][-1]
    assert sent.json["message_reference"]["fail_if_not_exists"] is False, "Discord refuses it else"


@pytest.mark.parametrize(
    ("people", "line"),
    [
        (0, "No answers this time."),
        (1, "One answer, by ada: 10 points."),
        (2, "2 answers. 10 points each: ada"),
    ],
)
async def test_few_people_get_a_reveal_that_fits(world: World, people: int, line: str) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, *world.home.members[:people])
    await world.travel(to=REVEAL_AT)
    assert line in reveal(world).content
    assert not [word for word in ("Best", "Nobody") if word in words(reveal(world))]
    assert ("Review an answer" in labels(reveal(world))) == bool(people)


# Before its time


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_all_who_have_answered_agree_and_it_is_revealed(world: World, mode: str) -> None:
    question = await ask(world, mode)
    first, second = await written_by(world, question, world.ada, world.ben)
    said = text_of(await world.press(world.ada, first, "Reveal now"))
    assert said.startswith("1 of 2 agree to a reveal now; 1 person is missing.")
    await world.restart()
    (third,) = await written_by(world, question, world.cem)
    said = text_of(await world.press(world.ben, second, "Reveal now"))
    assert said.startswith("2 of 3 agree to a reveal now; 1 person is missing.")
    assert state(world) == "open"
    stranger = await world.forge(
        world.dia, question_now(world), f"reveals:now:v1:{world.rows('drops')[0]['id']}"
    )
    assert "Those who have answered can agree" in text_of(stranger)
    assert labels(stranger) == ["Answer"]

    said = text_of(await world.press(world.cem, third, "Reveal now"))
    assert said == f"The reveal of question 1 is on its way: look in <#{world.daily.id}>."
    assert state(world) == "revealed"
    assert "3 answers. 10 points each: ada, ben and cem." in reveal(world).content
    after = await world.press(world.ada, first, "Reveal now")
    assert text_of(after) == "The reveal is out."
    assert labels(after) == ["To the reveal"]
    late = await world.answer(world.dia, question_now(world), "DIA " + TEXT)
    assert "without points" in text_of(late)
    await world.travel(to=REVEAL_AT)
    assert len(reveals(world)) == 1


async def test_a_single_author_waits_and_one_who_withdraws_wishes_nothing_any_more(world: World) -> None:
    question = await ask(world, "blind")
    (first,) = await written_by(world, question, world.ada)
    assert "Nobody else has answered so far" in text_of(await world.press(world.ada, first, "Reveal now"))
    assert state(world) == "open"
    await world.press(world.ada, await world.press(world.ada, first, "Withdraw"), "Withdraw it")
    assert not world.rows("reveal_wishes")
    refused = await world.press(world.ada, first, "Reveal now")
    assert "Those who have answered can agree" in text_of(refused)
    (second,) = await written_by(world, question, world.ben)
    await written_by(world, question, world.ada)
    said = text_of(await world.press(world.ben, second, "Reveal now"))
    assert said.startswith("1 of 2 agree"), "a new answer brings no old wish"


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_an_author_who_has_left_the_server_holds_nobody_up(world: World, mode: str) -> None:
    question = await ask(world, mode)
    first, second, _ = await written_by(world, question, world.ada, world.ben, world.cem)
    assert "1 of 3 agree" in text_of(await world.press(world.ada, first, "Reveal now"))
    world.guild.remove_member(world.cem)
    await world.rest()
    assert "1 of 2 agree" in text_of(await world.press(world.ada, first, "Reveal now"))
    await world.restart()
    assert "is on its way" in text_of(await world.press(world.ben, second, "Reveal now"))
    assert state(world) == "revealed"
    assert len(reveals(world)) == 1


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_it_is_revealed_when_the_last_who_held_it_up_withdraws(world: World, mode: str) -> None:
    question = await ask(world, mode)
    first, second, third = await written_by(world, question, world.ada, world.ben, world.cem)
    for who, reply in ((world.ada, first), (world.ben, second)):
        await world.press(who, reply, "Reveal now")
    assert state(world) == "open"
    await world.restart()
    await world.press(world.cem, await world.press(world.cem, third, "Withdraw"), "Withdraw it")
    assert state(world) == "revealed"
    assert "2 answers. 10 points each: ada and ben." in reveal(world).content


async def test_where_all_others_have_left_nobody_reveals_for_themselves_alone(world: World) -> None:
    question = await ask(world)
    first, _ = await written_by(world, question, world.ada, world.ben)
    world.guild.remove_member(world.ben)
    await world.rest()
    assert "or they have left" in text_of(await world.press(world.ada, first, "Reveal now"))
    assert state(world) == "open"


async def test_an_organiser_is_asked_once_more_and_reveals_for_everybody(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada)
    today = await world.command(world.olga, world.daily, "today")
    assert labels(today) == ["Answer", "Hint", "Reveal now"]
    asked = await world.press(world.olga, today, "Reveal now")
    assert "Reveal question 1 now for everybody? 1 person has answered" in text_of(asked)
    assert state(world) == "open"
    await world.restart()
    await world.press(world.olga, asked, "Reveal it")
    assert "is on its way" in text_of(asked)
    assert labels(asked) == []
    assert "One answer, by ada: 10 points." in reveal(world).content
    assert text_of(await world.press(world.olga, today, "Reveal now")) == "The reveal is out."

    await world.travel(to=datetime(2026, 1, 6, 9, tzinfo=UTC))
    assert len(world.questions(world.daily)) == 2, "the next question comes at its time"


async def test_today_offers_it_to_those_who_have_answered_and_the_room_says_it(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada)
    mine = await world.command(world.ada, world.daily, "today")
    assert labels(mine) == ["Answer", "Hint", "Let me in again", "Reveal now"]
    assert "Reveal now" not in labels(await world.command(world.ben, world.daily, "today"))
    intro = world.posted(room(world))[0]
    assert labels(intro) == ["To the question", "Reveal now"]
    assert "Nobody else has answered" in text_of(await world.press(world.ada, intro, "Reveal now"))
    await world.travel(to=REVEAL_AT)
    drop_id = world.rows("drops")[0]["id"]
    # From a screen that still shows it.
    late = await world.forge(world.ada, intro, f"reveals:now:v1:{drop_id}")
    assert text_of(late) == "The reveal is out."


async def test_the_first_message_of_a_room_says_what_holds_after_the_reveal(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada, world.ben)
    (before,) = (m for m in world.posted(room(world)) if "This room opens to whoever" in m.content)
    await world.restart()
    await world.travel(to=REVEAL_AT)
    head = next(m for m in world.posted(room(world)) if m.id == before.id)
    assert f"Revealed <t:{int(REVEAL_AT.timestamp())}:f>: everybody can join now." in head.content
    assert "comes" not in head.content
    assert labels(head) == ["To the question", "To the reveal"]
    assert head.embeds[0].description == before.embeds[0].description
    drop = world.rows("drops")[0]
    assert drop["shown_revision"] == drop["revision"]


async def test_an_early_reveal_changes_the_room_too_and_it_is_tried_until_discord_takes_it(
    world: World,
) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada, world.ben)
    head = world.posted(room(world))[0]
    tries: list[int] = []
    original = discord.PartialMessage.edit

    async def edit(message: discord.PartialMessage, **fields: Any) -> Any:
        if message.id == head.id:
            tries.append(message.id)
            if len(tries) < 3:
                raise discord.DiscordServerError(SimpleNamespace(status=503, reason="no"), "no")
        return await original(message, **fields)

    with mock.patch.object(discord.PartialMessage, "edit", edit):
        for who in (world.ada, world.ben):
            await world.press(who, head, "Reveal now")
        await world.env.advance_time(60)
        await world.rest()
        assert len(tries) == 3
        assert "everybody can join now" in world.posted(room(world))[0].content
        for who in (world.cem, world.dia):
            await world.answer(who, question_now(world), f"{who.name} {TEXT}")
        assert "4 answered" in words(question_now(world))
        assert len(tries) == 3, "a later change of the question leaves it alone"


async def test_a_question_that_ends_without_a_reveal_says_so_in_its_room(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada)
    await world.command(world.olga, world.daily, "manage schedule remove")
    head = world.posted(room(world))[0]
    assert "This question ended without a reveal." in head.content
    assert labels(head) == ["To the question"]


async def test_a_head_that_is_gone_or_whose_room_is_locked_holds_nothing_up(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada)
    world.env.backend.delete_message(room(world).id, world.posted(room(world))[0].id)
    await world.travel(to=REVEAL_AT)
    drop = world.rows("drops")[0]
    assert (drop["state"], drop["shown_revision"]) == ("revealed", drop["revision"])
    assert "Revealed" in words(question_now(world))


async def test_a_choice_question_is_revealed_early_by_organisers_alone(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="choice")
    await world.travel(to=datetime(2026, 1, 5, 9, tzinfo=UTC))
    (question,) = world.questions(world.daily)
    drop_id = world.rows("drops")[0]["id"]
    refused = await world.forge(world.ada, question, f"reveals:now:v1:{drop_id}")
    assert "Only an organiser reveals this question early" in text_of(refused)
    forged = await world.forge(world.ada, question, f"reveals:now_yes:v1:{drop_id}")
    assert "Only an organiser" in text_of(forged)
    today = await world.command(world.olga, world.daily, "today")
    asked = await world.press(world.olga, today, "Reveal now")
    await world.press(world.olga, asked, "Reveal it")
    assert state(world) == "revealed"
    assert "Nobody chose this time" in reveal(world).content
    looked = await world.forge(world.ada, question, f"reveals:how:v1:{drop_id}")
    assert "not there any more" in text_of(looked)


async def test_who_began_a_discussion_reveals_it_from_its_room_too(world: World) -> None:
    written = world.rows("questions", kind="open")[0]["id"]
    await world.command(world.ada, world.daily, "discuss", question=str(written))
    question = next(m for m in world.posted(world.daily) if m.content.startswith("Discussion 1"))
    await written_by(world, question, world.ada, world.ben)
    intro = world.posted(room(world))[0]
    asked = await world.press(world.ada, intro, "Reveal now")
    assert "Reveal discussion 1 now for everybody? 2 people have answered so far" in text_of(asked)
    assert "1 of 2 agree" in text_of(await world.press(world.ben, intro, "Reveal now"))
    stolen = await world.forge(world.ben, intro, "reveals:now_yes:v1:1")
    assert "Only whoever began this discussion, or an organiser, reveals it early" in text_of(stolen)
    await world.press(world.ada, asked, "Reveal it")
    assert state(world) == "revealed"


async def test_two_wishes_at_the_same_moment_reveal_once(world: World) -> None:
    question = await ask(world)
    await written_by(world, question, world.ada, world.ben)
    service = world.bot.services.reveals
    who = (world.ada.id, world.ben.id, world.ada.id)
    # What the presses start belongs to the bot: only then does the world wait for it.
    with world.env._bot_scope():
        pressed = [service.press(world.guild.id, 1, user_id, organiser=False) for user_id in who]
        outcomes = await asyncio.gather(*pressed)
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds in (
        sorted(type_.__name__ for type_ in (Agreed, Revealed, OnItsWay)),
        ["Agreed", "Agreed", "Revealed"],
    )
    await world.wake()
    assert state(world) == "revealed"
    assert len(reveals(world)) == 1


async def test_a_wish_while_the_reveal_is_being_sent_changes_nothing(world: World) -> None:
    question = await ask(world)
    first, second = await written_by(world, question, world.ada, world.ben)
    await world.press(world.ada, first, "Reveal now")
    world.lose(lambda method, at: method == "POST" and at == f"/channels/{world.daily.id}/messages", times=1)
    await world.travel(to=REVEAL_AT)
    assert [row["state"] for row in world.rows("posts", kind="reveal")] == ["sending"]
    said = text_of(await world.press(world.ben, second, "Reveal now"))
    assert said.startswith("Its time has come already, the reveal is on its way")
    await world.restart()
    await world.travel(minutes=5)
    assert state(world) == "revealed"
    assert len(reveals(world)) == 1


async def test_a_reveal_that_is_held_up_comes_when_it_can(world: World) -> None:
    question = await ask(world)
    first, second = await written_by(world, question, world.ada, world.ben)
    await world.press(world.ada, first, "Reveal now")
    world.deny(world.daily, "send_messages")
    await world.press(world.ben, second, "Reveal now")
    assert state(world) == "open"
    late = await world.answer(world.cem, question_now(world), "CEM " + TEXT)
    assert "without points" in text_of(late), "its time for answers is over"
    world.deny(world.daily)
    await world.travel(minutes=15)
    assert "2 answers. 10 points each: ada and ben." in reveal(world).content


# How did I do?


async def test_looking_at_one_s_own_answer_brings_what_is_missing_into_practice(world: World) -> None:
    question = await ask(world, "blind")
    await written_by(world, question, world.ada)
    early = await world.forge(world.ada, question, "reveals:how:v1:1")
    assert "then **How did I do?** on the reveal" in text_of(early)
    await world.travel(to=REVEAL_AT)
    form = await world.press(world.ada, reveal(world), "How did I do?")
    assert f"ADA {TEXT}" in str(form.modal)
    await world.restart()
    sent = await world.ada.submit_modal(form, {ticks_key(form): ["0", "1"]})
    said = text_of(await world._done(sent))
    rubric = world.bot.services.bank._versions[world.rows("drops")[0]["version_id"]].content.rubric
    assert f"You named 2 of {len(rubric)} points. Still to learn:" in said
    assert all((f"- {point}" in said) == (number > 1) for number, point in enumerate(rubric))
    cards = world.rows("cards", user_id=world.ada.id)
    assert cards
    assert f"{len(cards)} practice questions about this are due for you now: `/practice`" in said
    asked = await world.command(world.ada, world.daily, "practice")
    assert text_of(asked).startswith("**Due")

    assert world.rows("self_reviews")[0]["ticks"] == "0 1"
    again = await world.press(world.ada, reveal(world), "How did I do?")
    ticked = next(row for row in again.modal["components"] if row["type"] == 18)["component"]["options"]
    assert [option.get("default", False) for option in ticked][:3] == [True, True, False]
    assert f"You named all {len(rubric)} points." in await look(world, world.ada, *range(len(rubric)))
    assert len(world.rows("self_reviews")) == 1
    assert [row["points"] for row in world.rows("ledger")] == [10], "it brings no points"


async def test_who_has_not_answered_can_look_too_and_nobody_else_sees_it(world: World) -> None:
    await ask(world)
    await world.travel(to=REVEAL_AT)
    form = await world.press(world.ben, reveal(world), "How did I do?")
    assert "You have not answered" in str(form.modal)
    assert "You named 1 of" in await look(world, world.ben, 0)
    assert "Still to learn" not in world.seen_by(world.ada)
    assert not world.rows("ledger")


async def test_a_forged_or_outdated_button_gets_a_sentence(world: World) -> None:
    question = await ask(world)
    other = world.found_group("Other")
    await world.rest()
    await world.command(other.olga, other.daily, "setup", kind="open")
    await world.travel(hours=24)
    foreign = next(row["id"] for row in world.rows("drops") if row["guild_id"] == other.guild.id)
    for action in ("now", "now_yes", "how"):
        for number in (foreign, 999):
            said = text_of(await world.forge(world.olga, question, f"reveals:{action}:v1:{number}"))
            assert "not there any more" in said, action

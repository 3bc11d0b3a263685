"""Reviews and votes among five members, in both modes, with a restart while a form is open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import simcord

from tests.world import World, labels, text_of, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


async def ask(world: World, mode: str = "open") -> Any:
    """Set up written questions and wait for the morning's."""
    await world.command(world.olga, world.daily, "setup", kind="open", mode=mode)
    await world.travel(to=NINE)
    return world.questions(world.daily)[0]


def room(world: World) -> simcord.ChannelHandle:
    return world.channel(world.rows("drops")[0]["room_id"])


def shown(world: World, who: Any) -> Any:
    """Return the message of a person's answer in the room."""
    return next(m for m in world.posted(room(world)) if m.embeds and m.embeds[0].author.name == who.name)


def ticks_key(form: simcord.InteractionResult) -> str:
    """Return the key of the check boxes in an open form."""
    assert form.modal is not None
    (key,) = [
        row["component"]["custom_id"]
        for row in form.modal["components"]
        if row["type"] == 18 and row["component"]["custom_id"].startswith("ticks")
    ]
    return key


async def send(
    world: World, who: Any, form: simcord.InteractionResult, *ticks: int, praise: str = "", advice: str = ""
) -> simcord.InteractionResult:
    """Send an open form with these points ticked."""
    values: dict[str, Any] = {ticks_key(form): [str(tick) for tick in ticks]}
    values |= {"praise": praise, "advice": advice}
    return await world._done(await who.submit_modal(form, values))


async def review(world: World, who: Any, whose: Any, *ticks: int, **lines: str) -> simcord.InteractionResult:
    return await send(world, who, await world.press(who, shown(world, whose), "Review"), *ticks, **lines)


def points(world: World, who: Any) -> int:
    return sum(row["points"] for row in world.rows("totals", user_id=who.id))


@pytest.mark.parametrize("mode", ["open", "blind"])
async def test_an_answer_is_reviewed_voted_for_and_shows_it(world: World, mode: str) -> None:
    question = await ask(world, mode)
    for who in (world.ada, world.ben, world.cem):
        await world.answer(who, question, f"{who.name} {TEXT}")
    assert labels(shown(world, world.ada))[:3] == ["Upvote", "Review", "Reviews"]
    assert not shown(world, world.ada).content

    form = await world.press(world.ben, shown(world, world.ada), "Review")
    assert f"ada {TEXT}" in str(form.modal)
    await world.restart()
    reply = await send(world, world.ben, form, 0, 1, 3, praise="Numbers first", advice="Say what is cached")
    assert "Your review is saved: you ticked 3 of" in text_of(reply)
    assert "**3 points** for you" in text_of(reply)
    assert labels(reply) == ["Review another", "Withdraw my review"]
    of = len(world.bot.services.bank._versions[world.rows("drops")[0]["version_id"]].content.rubric)
    assert shown(world, world.ada).content == f"1 review · 3 of {of} points"
    assert (points(world, world.ada), points(world, world.ben)) == (16, 13)

    assert "1 upvote now" in text_of(await world.press(world.cem, shown(world, world.ada), "Upvote"))
    await review(world, world.cem, world.ada, 0, 1)
    assert shown(world, world.ada).content == f"2 reviews · 2 of {of} points · 1 upvote"
    assert points(world, world.ada) == 15
    read = await world.press(world.ada, shown(world, world.ada), "Reviews")
    assert "Numbers first" in words(read.response)
    assert "**ben** ticked 1, 2 and 4." in words(read.response)

    again = await world.press(world.cem, shown(world, world.ada), "Upvote")
    assert "taken back: 0 upvotes now" in text_of(again)
    edit = await world.press(world.ben, shown(world, world.ada), "Review")
    assert "Numbers first" in str(edit.modal), "it opens filled in"
    assert "is changed" in text_of(await send(world, world.ben, edit))
    assert shown(world, world.ada).content == f"2 reviews · 0 of {of} points"
    assert points(world, world.ada) == 10


async def test_review_another_offers_what_is_unreviewed_first_and_ends_with_a_sentence(world: World) -> None:
    question = await ask(world)
    for who in (world.ada, world.ben, world.cem, world.dia):
        await world.answer(who, question, f"{who.name.upper()} {TEXT}")
    first = await review(world, world.dia, world.ada, 0)
    second = await world.press(world.dia, first, "Review another")
    assert "BEN " in str(second.modal)
    third = await world.press(world.dia, await send(world, world.dia, second), "Review another")
    assert "CEM " in str(third.modal)
    last = await send(world, world.dia, third, 1)
    assert labels(last) == ["Withdraw my review"]
    nothing = await world.press(world.dia, first, "Review another")
    assert "You have reviewed every answer to question 1" in text_of(nothing)
    today = await world.command(world.ada, world.daily, "today")
    assert "3 answers to question 1 wait for a review." in text_of(today)
    offered = await world.press(world.ada, today, "Review question 1")
    assert "DIA " in str(offered.modal), "nobody has reviewed it yet"


async def offered(world: World, who: Any) -> simcord.InteractionResult:
    """Open the form that /today offers: simcord takes no form that hangs on a message which is gone."""
    return await world.press(who, await world.command(who, world.daily, "today"), "Review question 1")


async def test_a_form_sent_after_the_answer_went_comes_back_with_what_was_typed(world: World) -> None:
    question = await ask(world)
    mine = await world.answer(world.ada, question, TEXT)
    await world.answer(world.ben, question, TEXT)
    await world.answer(world.cem, question, TEXT)
    form = await offered(world, world.cem)
    await world.restart()
    await world.press(world.ada, await world.press(world.ada, mine, "Withdraw"), "Withdraw it")
    late = await send(world, world.cem, form, 0, praise="Clear numbers", advice="Say why")
    assert "This answer is not there any more" in text_of(late)
    assert "Clear numbers" in words(late.response)
    assert "Say why" in words(late.response)
    assert not world.rows("reviews")
    assert points(world, world.cem) == 10


async def test_an_answer_whose_message_was_deleted_is_reviewed_all_the_same(world: World) -> None:
    question = await ask(world)
    await world.answer(world.ada, question, TEXT)
    await world.answer(world.cem, question, TEXT)
    form = await offered(world, world.cem)
    await shown(world, world.ada).delete()
    assert "is saved" in text_of(await send(world, world.cem, form, 0))
    await world.restart()
    assert points(world, world.ada) == 12


async def test_strangers_authors_and_forgers_get_a_sentence(world: World) -> None:
    question = await ask(world, "blind")
    await world.answer(world.ada, question, TEXT)
    card = shown(world, world.ada)
    for action in ("vote", "review", "read"):
        blind = await world.forge(world.ben, question, f"reviews:{action}:v1:1")
        assert "open to you with an answer of your own, or with the reveal" in text_of(blind)
        assert "press **Answer**" in text_of(blind)
        assert "not there any more" in text_of(
            await world.forge(world.ben, question, f"reviews:{action}:v1:99")
        )
    for label in ("Upvote", "Review"):
        assert "That is your own answer" in text_of(await world.press(world.ada, card, label))
    assert "Nobody has reviewed your answer yet" in text_of(await world.press(world.ada, card, "Reviews"))
    other = world.found_group("Other")
    stranger = await world.forge(other.members[0], await elsewhere(world, other), "reviews:vote:v1:1")
    assert "not there any more" in text_of(stranger)
    assert not world.rows("reviews") + world.rows("votes")
    assert "wait for a review" not in text_of(await world.command(world.ben, world.daily, "today"))
    assert TEXT not in world.seen_by(world.ben)


async def elsewhere(world: World, group: Any) -> Any:
    """Return a message of the bot's in another server."""
    await world.command(group.olga, group.daily, "setup", kind="open", mode="open")
    await world.travel(hours=24)
    return world.questions(group.daily)[0]


async def test_after_the_reveal_reviews_are_taken_for_a_day(world: World) -> None:
    question = await ask(world)
    for who in (world.ada, world.ben, world.cem):
        await world.answer(who, question, f"{who.name} {TEXT}")
    await review(world, world.cem, world.ada, 0)
    await world.press(world.dia, shown(world, world.ben), "Upvote")
    assert (points(world, world.ada), points(world, world.ben)) == (12, 11)
    await world.travel(to=datetime(2026, 1, 6, 8, 30, tzinfo=UTC))
    assert (points(world, world.ada), points(world, world.ben)) == (22, 11), "best of three"
    await review(world, world.dia, world.ben, 0, 1)
    assert (points(world, world.ada), points(world, world.ben)) == (12, 25), "another is the best now"
    form = await world.press(world.eli, shown(world, world.ben), "Review")
    await world.travel(to=datetime(2026, 1, 7, 8, 30, tzinfo=UTC))
    late = await send(world, world.eli, form, 0, advice="What about costs?")
    assert "24 hours after the reveal" in text_of(late)
    assert "What about costs?" in words(late.response)
    await world.restart()
    taken = await world.press(world.dia, shown(world, world.ben), "Upvote")
    assert "taken back: 0 upvotes now" in text_of(taken)
    assert points(world, world.ben) == 24
    today = await world.command(world.eli, world.daily, "today")
    assert "question 1 wait" not in text_of(today)


async def test_names_are_shown_or_not_as_organisers_choose(world: World) -> None:
    question = await ask(world)
    for who in (world.ada, world.ben, world.cem):
        await world.answer(who, question, TEXT)
    chosen = await world.command(world.olga, world.daily, "manage reviews", anonymous="yes")
    assert "without names" in text_of(chosen)
    form = await world.press(world.ben, shown(world, world.ada), "Review")
    assert "shown without your name" in str(form.modal)
    await world.command(world.olga, world.daily, "manage reviews", anonymous="no")
    await world.restart()
    await send(world, world.ben, form, 0, advice="Say why")
    read = await world.press(world.ada, shown(world, world.ada), "Reviews")
    assert "A reviewer ticked 1." in words(read.response)
    assert "ben" not in words(read.response), "the open form had promised it"
    await review(world, world.cem, world.ada, 0)
    read = await world.press(world.ada, shown(world, world.ada), "Reviews")
    assert "**cem** ticked 1." in words(read.response)
    assert "ben" not in words(read.response)


async def test_a_review_that_cannot_be_saved_comes_back_as_a_file(world: World) -> None:
    question = await ask(world)
    await world.answer(world.ada, question, TEXT)
    await world.answer(world.ben, question, TEXT)
    form = await world.press(world.ben, shown(world, world.ada), "Review")
    world.expected.append("disk is full")
    world.execute(
        "CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    reply = await send(world, world.ben, form, 0, praise="Clear", advice="Say why")
    assert reply.response is not None
    (file,) = reply.response.attachments
    assert (await file.read()).decode() == "Clear\n\nSay why"
    assert not world.rows("reviews"), "all or nothing"
    assert not shown(world, world.ada).content
    world.execute("DROP TRIGGER full")
    assert "**3 points** for you" in text_of(await review(world, world.ben, world.ada, 0))


async def test_withdrawing_a_review_takes_its_points_back(world: World) -> None:
    question = await ask(world)
    await world.answer(world.ada, question, TEXT)
    await world.answer(world.ben, question, TEXT)
    reply = await review(world, world.ben, world.ada, 0, 1)
    assert (points(world, world.ada), points(world, world.ben)) == (14, 13)
    await world.restart()
    await world.press(world.ben, reply, "Withdraw my review")
    assert "Your review is withdrawn. 3 points taken back." in text_of(reply)
    assert (points(world, world.ada), points(world, world.ben)) == (10, 10)
    assert not shown(world, world.ada).content
    await review(world, world.ben, world.ada, 0)
    assert (points(world, world.ada), points(world, world.ben)) == (12, 13)
    assert len(world.rows("reviews")) == 1


async def test_a_review_cannot_be_withdrawn_when_its_time_is_over(world: World) -> None:
    question = await ask(world)
    await world.answer(world.ada, question, TEXT)
    await world.answer(world.ben, question, TEXT)
    reply = await review(world, world.ben, world.ada, 0, 1)
    await world.travel(to=datetime(2026, 1, 7, 8, 30, tzinfo=UTC))
    await world.restart()
    await world.press(world.ben, reply, "Withdraw my review")
    assert "Your review stays" in text_of(reply)
    assert "24 hours after the reveal" in text_of(reply)
    assert (points(world, world.ada), points(world, world.ben)) == (14, 13)
    assert world.rows("reviews")[0]["state"] == "live"

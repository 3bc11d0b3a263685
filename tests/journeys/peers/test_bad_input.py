"""Reviews and votes that cannot be: each gets a sentence with what to do, and what was typed back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import simcord

from tests.journeys.peers.day import REVEAL, Day, thoughts
from tests.journeys.peers.recorder import lines_of
from tests.world import labels, text_of, words

ACTS = ("vote", "review", "read")
GONE = "This answer is not there any more: it was withdrawn or hidden."


async def forged(day: Day, who: Any, whose: Any, act: str) -> str:
    """Press what no message offers this member."""
    custom_id = f"reviews:{act}:v1:{day.answer_of(whose)['id']}"
    return text_of(await day.world.forge(who, day.question, custom_id))


async def open_form(day: Day, who: Any, number: int = 1) -> simcord.InteractionResult:
    """Open the form that /today offers, which hangs on no message in the room."""
    today = await day.world.command(who, day.world.news, "today")
    return await day.world.press(who, today, f"Review question {number}")


def state(day: Day) -> list[Any]:
    """Return all that a refused act must leave as it is."""
    tables = ("reviews", "votes", "ledger", "totals", "answers")
    return [day.world.rows(table) for table in tables]


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_nobody_reviews_or_votes_for_their_own_answer(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    before = state(day)
    for act in ("vote", "review"):
        assert "That is your own answer" in await forged(day, world.ada, world.ada, act)
    for label in ("Upvote", "Review"):
        refused = await world.press(world.ada, day.card(world.ada), label)
        assert labels(refused) == ["Review another"]
        offered = await world.press(world.ada, refused, "Review another")
        assert "TEXT-OF-BEN" in str(offered.modal), "the next step leads on"
    assert state(day) == before
    await day.close()


@pytest.mark.parametrize("place", ["blind", "open"])
async def test_what_is_withdrawn_or_hidden_meanwhile_takes_no_review_and_gives_back_what_was_typed(
    day: Day,
) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    form = await open_form(day, world.cem)
    assert "TEXT-OF-ADA" in str(form.modal)
    await day.withdraw(world.ada)
    late = await day.send(world.cem, form, world.ada, 0)
    assert GONE in text_of(late)
    assert all(line in words(late.response) for line in lines_of(world.cem, world.ada))
    for act in ACTS:
        assert GONE in await forged(day, world.cem, world.ada, act)

    form = await open_form(day, world.cem)
    assert "TEXT-OF-BEN" in str(form.modal)
    await day.report(world.cem, world.ben)
    await day.decide("Hide")
    before = state(day)
    late = await day.send(world.cem, form, world.ben, 0)
    assert GONE in text_of(late)
    assert all(line in words(late.response) for line in lines_of(world.cem, world.ben))
    for act in ACTS:
        assert GONE in await forged(day, world.cem, world.ben, act)
    assert "not one of mine" in await forged(day, world.cem, world.ben, "submit"), "a form is no button"
    assert state(day) == before
    await day.restart()
    today = await world.command(world.cem, world.news, "today")
    assert "Review question 1" not in labels(today), "nothing is left to review"
    await day.close()


@pytest.mark.parametrize("place", ["blind", "open"])
async def test_who_has_not_answered_gets_no_points_of_the_rubric_and_in_a_hidden_room_nothing_at_all(
    day: Day,
) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    await day.review(world.ben, world.ada, 0)
    before = state(day)
    for act in ("review", "read"):
        assert "with an answer of your own" in await forged(day, world.dia, world.ada, act)
    said = await forged(day, world.dia, world.ada, "vote")
    if day.place == "blind":
        assert "with an answer of your own" in said
        assert state(day) == before
        refused = await world.forge(world.dia, day.question, f"reviews:another:v1:{day.drop['id']}")
        assert labels(refused) == ["Answer"]
        await world.submit(world.dia, await world.press(world.dia, refused, "Answer"), thoughts(world.dia))
        assert "is saved" in text_of(await day.review(world.dia, world.ada, 0)), "the next step leads on"
    else:
        assert "1 upvote now" in said
    await day.close()


async def test_a_second_review_by_the_same_person_changes_the_first(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    first = await open_form(day, world.ben)
    await day.review(world.ben, world.ada, 0, 1)
    await day.restart()
    again = await day.send(world.ben, first, world.ada, 2)
    assert "Your review is changed" in text_of(again)
    assert len(world.rows("reviews")) == 1
    assert [day.points(who) for who in (world.ada, world.ben)] == [12, 13]
    await world.press(world.ben, again, "Withdraw my review")
    twice = await world.forge(
        world.ben, day.question, f"reviews:withdraw:v1:{day.answer_of(world.ada)['id']}"
    )
    assert "You have no review of this answer" in text_of(twice)
    assert [day.points(who) for who in (world.ada, world.ben)] == [10, 10]
    await day.close()


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_a_review_after_its_time_is_refused_on_every_way_and_a_vote_still_counts(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    await day.review(world.ben, world.ada, 0)
    mine = await day.review(world.cem, world.ada, 0)
    await world.travel(to=REVEAL + timedelta(hours=23, minutes=59))
    if day.place == "blind":
        await world.press(world.dia, day.reveal(), "Join the room")
    form = await day.form(world.dia, world.ada)
    await world.travel(minutes=2)
    before = state(day)
    late = await day.send(world.dia, form, world.ada, 0)
    assert "24 hours after the reveal" in text_of(late)
    assert all(line in words(late.response) for line in lines_of(world.dia, world.ada))
    assert "24 hours after the reveal" in await forged(day, world.dia, world.ada, "review")
    kept = await world.press(world.cem, mine, "Withdraw my review")
    assert "24 hours after the reveal" in text_of(kept)
    assert state(day) == before
    await day.restart()
    assert "1 upvote now" in text_of(await day.vote(world.dia, world.ada))
    await day.close()


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_a_form_sent_after_the_message_was_deleted_is_taken(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    form = await open_form(day, world.cem)
    world.env.backend.delete_message(day.room.id, day.card(world.ada).id)
    await day.restart()
    assert "is saved" in text_of(await day.send(world.cem, form, world.ada, 0))
    assert day.points(world.ada) == 12
    vote = await forged(day, world.cem, world.ada, "vote")
    assert "1 upvote now" in vote
    await day.to_the_reveal()
    await day.close()


@pytest.mark.parametrize("odd", ["\u202e\u200b", "@everyone <@&1> ||spoiler||", "```", "**\n# Title"])
async def test_odd_lines_neither_ping_nor_break_what_is_shown(day: Day, odd: str) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    form = await open_form(day, world.ben)
    values = {"praise": odd, "advice": "Say why"}
    sent = await world._done(await world.ben.submit_modal(form, values))
    assert "is saved" in text_of(sent)
    read = await world.press(world.ada, day.card(world.ada), "Reviews")
    body = words(read.response)
    assert "Say why" in body
    assert "@everyone" not in body
    assert "<@&1>" not in body
    assert not day.card(world.ada).mention_everyone
    assert "\n# Title" not in body
    await day.close()

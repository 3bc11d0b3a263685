"""Acts at the same moment, after the reveal, without their author, and without their room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.peers.day import REVEAL, Day, at_once, check_points
from tests.journeys.peers.recorder import lines_of, text_of_member
from tests.journeys.peers.test_whole_day import PLACES
from tests.journeys.test_reviews import ticks_key
from tests.world import labels, text_of, words


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_two_reviews_and_a_vote_at_the_same_moment_all_count(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem, world.dia)
    forms = [await day.form(who, world.ada) for who in (world.ben, world.cem)]
    values = [{ticks_key(form): ticks} for form, ticks in zip(forms, (["0", "1"], ["0"]), strict=True)]
    first, second, vote = await at_once(
        world,
        world.ben.submit_modal(forms[0], values[0]),
        world.cem.submit_modal(forms[1], values[1]),
        world.dia.click(day.card(world.ada), label="Upvote"),
    )
    assert [text_of(result).split(":")[0] for result in (first, second)] == ["Your review is saved"] * 2
    assert "1 upvote now" in text_of(vote)
    assert day.card(world.ada).content == f"2 reviews · 1 of {len(day.rubric)} points · 1 upvote"
    assert [day.points(who) for who in world.home.members[:4]] == [13, 13, 13, 10]
    # Each act is in the ledger once, whichever came first.
    acts = [(row["act"], row["points"]) for row in world.rows("ledger", user_id=world.ada.id)]
    assert sum(points for act, points in acts if act == "rubric:1") == 0
    assert [points for act, points in acts if act == "votes"] == [1]
    await day.close()


async def test_one_reviewer_s_form_sent_twice_at_the_same_moment_is_one_review(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben)
    forms = [await day.form(world.ben, world.ada) for _ in range(2)]
    sent = (world.ben.submit_modal(form, {ticks_key(form): [str(n)]}) for n, form in enumerate(forms))
    results = await at_once(world, *sent)
    assert all("Your review is" in text_of(result) for result in results)
    assert len(world.rows("reviews")) == 1
    assert day.points(world.ben) == 13, "paid once"
    assert day.points(world.ada) == 12
    assert world.rows("reviews")[0]["ticks"] in {"0", "1"}
    await day.close()


@PLACES
async def test_a_vote_taken_back_after_the_reveal_moves_the_best_answer_and_its_points(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    await day.vote(world.cem, world.ben)
    await day.to_the_reveal()
    assert "Best answer · ben" in words(day.reveal())
    if day.place == "blind":
        await world.press(world.dia, day.reveal(), "Join the room")
    await day.vote(world.dia, world.ada)
    assert "Best answer · ada" in words(day.reveal()), "as many votes, and earlier"
    assert [day.points(who) for who in (world.ada, world.ben)] == [21, 11]
    await day.restart()
    await day.vote(world.dia, world.ada)
    assert "Best answer · ben" in words(day.reveal())
    assert text_of_member(world.ada) not in words(day.reveal())
    assert "- ben: 21 points = 10 + 1 upvote + 10 best answer" in day.reveal().content
    assert [day.points(who) for who in (world.ada, world.ben)] == [10, 21]
    await day.vote(world.cem, world.ben)
    assert "Best answer" not in words(day.reveal()), "nobody says anything good of any"
    assert [day.points(who) for who in (world.ada, world.ben)] == [10, 10]
    assert not day.card(world.ben).content
    check_points(world)
    drop = day.drop
    assert drop["reveal_shown"] == drop["reveal_revision"]
    assert len(day.reveals()) == 1
    await day.close()


@pytest.mark.parametrize("place", ["blind", "forum"])
async def test_an_author_and_reviewer_who_leaves_leaves_a_day_that_goes_on(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    await day.review(world.ada, world.ben, 0, 1)
    await day.vote(world.ada, world.cem)
    await day.review(world.ben, world.ada, 0)
    form = await day.form(world.cem, world.ada)
    world.guild.remove_member(world.ada)
    await world.rest()
    await day.restart()
    assert "is saved" in text_of(await day.send(world.cem, form, world.ada, 0))
    assert "1 upvote now" in text_of(await day.vote(world.ben, world.ada))
    read = await world.press(world.cem, day.card(world.ben), "Reviews")
    assert lines_of(world.ada, world.ben)[0] in words(read.response)
    await day.to_the_reveal()
    assert "3 answers" in day.reveal().content
    assert "Best answer · ben" in words(day.reveal())
    assert [day.points(who) for who in (world.ada, world.ben, world.cem)] == [16, 27, 14]
    world.guild.add_member(world.ada.user)
    await day.restart()
    await day.close()


@pytest.mark.parametrize("place", ["blind", "open"])
async def test_a_room_that_is_deleted_in_the_middle_keeps_what_was_said(day: Day) -> None:
    world = day.world
    await day.answer(world.ada, world.ben, world.cem)
    await day.review(world.ben, world.ada, 0)
    await day.vote(world.cem, world.ada)
    old = day.room.id
    await day.review(world.cem, world.ben, 0)
    today = await world.command(world.cem, world.news, "today")
    form = await world.press(world.cem, today, "Review question 1")
    assert text_of_member(world.ada) in str(form.modal)
    world.env.backend.delete_channel(old)
    await world.rest()
    await day.restart()
    assert "is saved" in text_of(await day.send(world.cem, form, world.ada, 0))
    number = day.answer_of(world.ben)["id"]
    await world.forge(world.cem, day.question, f"reviews:withdraw:v1:{number}")
    await day.answer(world.dia)
    await world.travel(minutes=10)
    # A thread on a question has the question's id.
    assert (day.room.id != old) == (day.place == "blind")
    assert day.card(world.ada).content == f"2 reviews · 1 of {len(day.rubric)} points · 1 upvote"
    assert not day.card(world.ben).content
    await day.review(world.dia, world.ben, 0)
    await day.to_the_reveal()
    assert "4 answers" in day.reveal().content
    assert f"/{day.room.id}/{day.card(world.ada).id}" in words(day.reveal())
    await day.close()


@pytest.mark.parametrize("place", ["forum"])
async def test_a_forum_post_that_is_deleted_takes_its_day_with_it_and_the_next_day_comes(day: Day) -> None:

    world = day.world
    await day.answer(world.ada, world.ben)
    await day.review(world.ben, world.ada, 0)
    today = await world.command(world.ben, world.news, "today", date="1")
    world.env.backend.delete_channel(day.room.id)
    await world.rest()
    await day.restart()
    assert today.response is not None
    await world.travel(to=REVEAL + timedelta(hours=1))
    day.recorder.check()
    check_points(world)
    assert len(world.questions(world.forum)) == 1, "the next question is there"
    listed = await world.command(world.ben, world.news, "today")
    assert "Answer" in labels(listed)

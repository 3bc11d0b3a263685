from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.features.quiz.outcomes import Locked, NotCounted, NotYet, QuizGone, TooLate
from bot.features.quiz.taps import Tap
from tests.features.quiz.desk import ADA, BEN, CEM, DIA, GUILD, NAMES, NOW, OTHER_GUILD, SECOND, Desk


async def test_a_choice_is_stored_before_it_is_confirmed(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    (outcome,) = await desk.choose(item, (ADA, 2))
    assert isinstance(outcome, Locked)
    assert (outcome.option, outcome.ends_at, outcome.everybody) == (2, item.ends_at, False)
    assert await desk.rows("SELECT item_id, user_id, name, option FROM quiz_choices") == [
        (item.id, ADA, "ada", 2)
    ]
    after = await desk.item(item.id)
    assert (after.answered, after.revision) == (1, item.revision + 1)


async def test_of_clicks_that_come_at_once_a_persons_last_one_counts(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    outcomes = await desk.choose(item, (ADA, 0), (BEN, 1), (ADA, 3), (BEN, 2), (ADA, 1))
    assert [o.option for o in outcomes if isinstance(o, Locked)] == [0, 1, 3, 2, 1], (
        "each is answered as pressed"
    )
    assert await desk.chosen(item) == {ADA: 1, BEN: 2}
    after = await desk.item(item.id)
    assert (after.answered, after.revision) == (2, item.revision + 1), "one transaction, one edit"


async def test_clicks_on_different_questions_are_judged_together(desk: Desk) -> None:
    await desk.start()
    first = await desk.ask()
    await desk.choose(first, (ADA, 0))
    await desk.close()
    second = await desk.ask()
    third = (await desk.items())[2]
    unknown = replace(third, id=424242)
    pressed = ((first, BEN), (second, BEN), (third, BEN), (unknown, BEN))
    outcomes = await asyncio.gather(*(desk.choices.choose(desk.click(on, who, 0)) for on, who in pressed))
    assert [type(outcome) for outcome in outcomes] == [TooLate, Locked, NotYet, QuizGone]
    assert await desk.rows("SELECT item_id FROM quiz_choices WHERE user_id = 2") == [(second.id,)]


async def test_somebody_in_another_server_reaches_nothing(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    assert isinstance(
        await desk.choices.choose(replace(desk.click(item, ADA, 0), guild_id=OTHER_GUILD)), QuizGone
    )
    assert await desk.chosen(item) == {}


async def test_the_first_second_after_the_end_counts_and_the_next_does_not(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    assert item.ends_at is not None
    desk.wait(30)
    in_time, late = item.ends_at + SECOND, item.ends_at + 1.1 * SECOND
    (first,) = await desk.choose(item, (ADA, 1), at=in_time)
    assert isinstance(first, Locked)
    outcomes = await desk.choose(item, (ADA, 0), (BEN, 0), at=late)
    assert [o.option for o in outcomes if isinstance(o, TooLate)] == [1, None], "what counts stays"
    assert await desk.chosen(item) == {ADA: 1}


async def test_a_question_whose_message_is_on_its_way_takes_choices(desk: Desk) -> None:
    await desk.start()
    item = (await desk.items())[0]
    (early,) = await desk.choose(item, (ADA, 0))
    assert isinstance(early, NotYet), "before that nobody can see it"
    await desk.claim(item)
    (outcome,) = await desk.choose(item, (ADA, 1))
    assert isinstance(outcome, Locked)
    assert outcome.ends_at is None
    async with desk.db.transaction() as tx:
        await desk.rounds.opened(tx, await desk.item(item.id), desk.receipt())
    opened = await desk.item(item.id)
    assert (opened.state, opened.answered, opened.ends_at) == ("open", 1, NOW + 20 * SECOND)
    await desk.choose(item, (ADA, 0))
    assert await desk.chosen(item) == {ADA: 0}


async def test_what_was_called_off_counts_for_nobody(desk: Desk) -> None:
    quiz = await desk.start()
    item = await desk.ask()
    await desk.choose(item, (ADA, 0))
    await desk.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    (outcome,) = await desk.choose(item, (BEN, 0))
    assert isinstance(outcome, NotCounted)
    await desk.rounds.close_due()
    assert await desk.points() == {}
    assert await desk.rows("SELECT * FROM item_answers") == []


async def test_the_one_who_completes_the_last_question_ends_this_one(desk: Desk) -> None:
    await desk.start()
    first = await desk.ask()
    await desk.choose(first, (ADA, 0), (BEN, 0))
    await desk.close()
    item = await desk.ask()
    (outcome,) = await desk.choose(item, (CEM, 0))
    assert isinstance(outcome, Locked)
    assert not outcome.everybody
    outcomes = await desk.choose(item, (BEN, 0), (ADA, 1), (DIA, 0))
    assert [o.everybody for o in outcomes if isinstance(o, Locked)] == [True] * 3
    soon = desk.clock.now() + 2 * SECOND
    assert (await desk.item(item.id)).ends_at == soon
    desk.wait(2.5)
    await desk.choose(item, (ADA, 0))
    assert (await desk.item(item.id)).ends_at == soon
    assert await desk.rounds.next_at() == soon + SECOND


async def test_a_click_before_the_alarm_has_looked_takes_up_what_was_interrupted(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    desk.wait(5)
    await desk.choose(item, (ADA, 1))
    desk.wait(300)
    desk.restart()
    (outcome,) = await desk.choose(item, (ADA, 0))
    assert isinstance(outcome, Locked)
    assert outcome.ends_at == desk.clock.now() + 15 * SECOND
    assert (await desk.item(item.id)).ends_at == outcome.ends_at
    await desk.rounds.close_due()
    assert (await desk.item(item.id)).state == "open"
    await desk.close()
    assert await desk.points() == {ADA: 1}


async def test_a_click_after_too_long_a_pause_ends_the_quiz(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    desk.wait(601)
    desk.restart()
    (outcome,) = await desk.choose(item, (ADA, 0))
    assert isinstance(outcome, NotCounted)
    assert (await desk.quiz()).reason == "pause"
    assert await desk.open_posts("quiz_end") == 1


async def test_a_letter_that_is_none_fails_alone(desk: Desk) -> None:
    """The router knows the four buttons only; should another come through, it must not be stored as one."""
    await desk.start()
    item = await desk.ask()
    forged = Tap(item.id, GUILD, ADA, NAMES[ADA], "e", desk.clock.now())
    with pytest.raises(ValueError, match="not in tuple"):
        await desk.choices.choose(forged)
    assert await desk.chosen(item) == {}
    (outcome,) = await desk.choose(item, (ADA, 0))
    assert isinstance(outcome, Locked)


async def test_two_hundred_people_at_once(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    people = range(100, 300)
    clicks = [
        Tap(item.id, GUILD, user, f"p{user}", "abcd"[(user + turn) % 4], desk.clock.now())
        for turn in (0, 1)
        for user in people
    ]
    outcomes = await asyncio.gather(*(desk.choices.choose(click) for click in clicks))
    assert all(isinstance(outcome, Locked) for outcome in outcomes)
    wanted = {user: int(item.shuffle[(user + 1) % 4]) for user in people}
    assert await desk.chosen(item) == wanted
    assert (await desk.item(item.id)).answered == 200

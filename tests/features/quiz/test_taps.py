from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.features.quiz.outcomes import Locked, NotCounted, NotYet, QuizGone, TooLate
from bot.features.quiz.taps import Tap
from tests.features.quiz.services import (
    ADA,
    BEN,
    CEM,
    DIA,
    GUILD,
    NAMES,
    NOW,
    OTHER_GUILD,
    SECOND,
    QuizServices,
)


async def test_a_choice_is_stored_before_it_is_confirmed(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    (outcome,) = await services.choose(item, (ADA, 2))
    assert isinstance(outcome, Locked)
    assert (outcome.option, outcome.ends_at, outcome.everybody) == (2, item.ends_at, False)
    assert await services.rows("SELECT item_id, user_id, name, option FROM quiz_choices") == [
        (item.id, ADA, "ada", 2)
    ]
    after = await services.item(item.id)
    assert (after.answered, after.revision) == (1, item.revision + 1)


async def test_of_clicks_that_come_at_once_a_persons_last_one_counts(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    outcomes = await services.choose(item, (ADA, 0), (BEN, 1), (ADA, 3), (BEN, 2), (ADA, 1))
    assert [o.option for o in outcomes if isinstance(o, Locked)] == [0, 1, 3, 2, 1], (
        "each is answered as pressed"
    )
    assert await services.chosen(item) == {ADA: 1, BEN: 2}
    after = await services.item(item.id)
    assert (after.answered, after.revision) == (2, item.revision + 1), "one transaction, one edit"


async def test_clicks_on_different_questions_are_judged_together(services: QuizServices) -> None:
    await services.start()
    first = await services.ask()
    await services.choose(first, (ADA, 0))
    await services.close()
    second = await services.ask()
    third = (await services.items())[2]
    unknown = replace(third, id=424242)
    pressed = ((first, BEN), (second, BEN), (third, BEN), (unknown, BEN))
    outcomes = await asyncio.gather(
        *(services.choices.choose(services.click(on, who, 0)) for on, who in pressed)
    )
    assert [type(outcome) for outcome in outcomes] == [TooLate, Locked, NotYet, QuizGone]
    assert await services.rows("SELECT item_id FROM quiz_choices WHERE user_id = 2") == [(second.id,)]


async def test_somebody_in_another_server_reaches_nothing(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    assert isinstance(
        await services.choices.choose(replace(services.click(item, ADA, 0), guild_id=OTHER_GUILD)), QuizGone
    )
    assert await services.chosen(item) == {}


async def test_the_first_second_after_the_end_counts_and_the_next_does_not(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    assert item.ends_at is not None
    services.wait(30)
    in_time, late = item.ends_at + SECOND, item.ends_at + 1.1 * SECOND
    (first,) = await services.choose(item, (ADA, 1), at=in_time)
    assert isinstance(first, Locked)
    outcomes = await services.choose(item, (ADA, 0), (BEN, 0), at=late)
    assert [o.option for o in outcomes if isinstance(o, TooLate)] == [1, None], "what counts stays"
    assert await services.chosen(item) == {ADA: 1}


async def test_a_question_whose_message_is_on_its_way_takes_choices(services: QuizServices) -> None:
    await services.start()
    item = (await services.items())[0]
    (early,) = await services.choose(item, (ADA, 0))
    assert isinstance(early, NotYet), "before that nobody can see it"
    await services.claim(item)
    (outcome,) = await services.choose(item, (ADA, 1))
    assert isinstance(outcome, Locked)
    assert outcome.ends_at is None
    async with services.db.transaction() as tx:
        await services.rounds.opened(tx, await services.item(item.id), services.receipt())
    opened = await services.item(item.id)
    assert (opened.state, opened.answered, opened.ends_at) == ("open", 1, NOW + 20 * SECOND)
    await services.choose(item, (ADA, 0))
    assert await services.chosen(item) == {ADA: 0}


async def test_what_was_called_off_counts_for_nobody(services: QuizServices) -> None:
    quiz = await services.start()
    item = await services.ask()
    await services.choose(item, (ADA, 0))
    await services.quizzes.stop(GUILD, quiz.id, ADA, organiser=False)
    (outcome,) = await services.choose(item, (BEN, 0))
    assert isinstance(outcome, NotCounted)
    await services.rounds.close_due()
    assert await services.points() == {}
    assert await services.rows("SELECT * FROM item_answers") == []


async def test_the_one_who_completes_the_last_question_ends_this_one(services: QuizServices) -> None:
    await services.start()
    first = await services.ask()
    await services.choose(first, (ADA, 0), (BEN, 0))
    await services.close()
    item = await services.ask()
    (outcome,) = await services.choose(item, (CEM, 0))
    assert isinstance(outcome, Locked)
    assert not outcome.everybody
    outcomes = await services.choose(item, (BEN, 0), (ADA, 1), (DIA, 0))
    assert [o.everybody for o in outcomes if isinstance(o, Locked)] == [True] * 3
    soon = services.clock.now() + 2 * SECOND
    assert (await services.item(item.id)).ends_at == soon
    services.wait(2.5)
    await services.choose(item, (ADA, 0))
    assert (await services.item(item.id)).ends_at == soon
    assert await services.rounds.next_at() == soon + SECOND


async def test_a_click_before_the_alarm_has_looked_takes_up_what_was_interrupted(
    services: QuizServices,
) -> None:
    await services.start()
    item = await services.ask()
    services.wait(5)
    await services.choose(item, (ADA, 1))
    services.wait(300)
    services.restart()
    (outcome,) = await services.choose(item, (ADA, 0))
    assert isinstance(outcome, Locked)
    assert outcome.ends_at == services.clock.now() + 15 * SECOND
    assert (await services.item(item.id)).ends_at == outcome.ends_at
    await services.rounds.close_due()
    assert (await services.item(item.id)).state == "open"
    await services.close()
    assert await services.points() == {ADA: 1}


async def test_a_click_after_too_long_a_pause_ends_the_quiz(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    services.wait(601)
    services.restart()
    (outcome,) = await services.choose(item, (ADA, 0))
    assert isinstance(outcome, NotCounted)
    assert (await services.quiz()).reason == "pause"
    assert await services.open_posts("quiz_end") == 1


async def test_a_letter_that_is_none_fails_alone(services: QuizServices) -> None:
    """The router knows the four buttons only; should another come through, it must not be stored as one."""
    await services.start()
    item = await services.ask()
    forged = Tap(item.id, GUILD, ADA, NAMES[ADA], "e", services.clock.now())
    with pytest.raises(ValueError, match="not in tuple"):
        await services.choices.choose(forged)
    assert await services.chosen(item) == {}
    (outcome,) = await services.choose(item, (ADA, 0))
    assert isinstance(outcome, Locked)


async def test_two_hundred_people_at_once(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    people = range(100, 300)
    clicks = [
        Tap(item.id, GUILD, user, f"p{user}", "abcd"[(user + turn) % 4], services.clock.now())
        for turn in (0, 1)
        for user in people
    ]
    outcomes = await asyncio.gather(*(services.choices.choose(click) for click in clicks))
    assert all(isinstance(outcome, Locked) for outcome in outcomes)
    wanted = {user: int(item.shuffle[(user + 1) % 4]) for user in people}
    assert await services.chosen(item) == wanted
    assert (await services.item(item.id)).answered == 200

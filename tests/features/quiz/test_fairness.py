"""What a sceptical reader found: pay that went astray, ends too early or too late, rows for ever."""

from __future__ import annotations

from datetime import timedelta

from bot.features.practice import service as practice
from bot.features.practice.service import Given
from bot.features.quiz.outcomes import Locked, Started, TooLate
from bot.features.quiz.rules import EARLY, GRACE, LEAD
from bot.outbox import store as outbox
from tests.features.quiz.desk import ADA, BEN, GUILD, Desk

DAY = timedelta(days=1)


async def test_a_press_on_an_old_panel_after_a_restart_does_no_harm(desk: Desk) -> None:
    await desk.start(seconds=120, size=8)
    first = await desk.ask()
    began = desk.clock.now()
    while desk.clock.now() - began < timedelta(minutes=11):
        (item,) = [one for one in await desk.items() if one.state == "open"] or [await desk.ask()]
        # One after the other: where everybody of the last question is in, this one ends early.
        await desk.choose(item, ((ADA, BEN)[item.position % 2], 0))
        await desk.close()
    await desk.ask()
    desk.restart()
    (outcome,) = await desk.choose(first, (ADA, 1))
    assert isinstance(outcome, TooLate)
    assert (await desk.quiz()).state == "running"
    assert (await desk.item(first.id)).closed_at is not None


async def test_a_wrong_tap_on_the_question_of_the_day_takes_no_pay_from_a_quiz(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    yesterday = desk.clock.now() - DAY
    which = (GUILD, item.question_id, item.version_id, "drop", 77)
    wrong = Given(BEN, *which, option=2, right=False, points=1, answered_at=yesterday)
    right = Given(ADA, *which, option=0, right=True, points=5, answered_at=yesterday)
    async with desk.db.transaction() as tx:
        await practice.record(tx, [wrong, right], yesterday)
    await desk.choose(item, (ADA, 0), (BEN, 0))
    await desk.close()
    points = await desk.points()
    assert BEN in points
    assert ADA not in points, "it has paid within two weeks"


async def test_everybody_in_before_the_confirmation_ends_it_early_too(desk: Desk) -> None:
    await desk.start()
    first = await desk.ask()
    await desk.choose(first, (ADA, 0))
    await desk.close()
    second = (await desk.items())[1]
    await desk.claim(second)
    (outcome,) = await desk.choose(second, (ADA, 0))
    assert isinstance(outcome, Locked)
    async with desk.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", second.id)
        assert post is not None
        await outbox.mark(tx, post.id, state="sent")
        await desk.posts.sent(tx, post, desk.receipt())
    assert (await desk.item(second.id)).ends_at == desk.clock.now() + EARLY


async def test_offers_that_nobody_takes_up_are_forgotten(desk: Desk) -> None:
    for _ in range(10):
        await desk.quizzes.start(desk.wish(size=25))
        desk.wait(DAY.total_seconds())
    ((offers,),) = await desk.rows("SELECT count(*) FROM quizzes WHERE state = 'offered'")
    assert offers <= 2


async def test_a_new_quiz_waits_until_the_last_one_has_said_how_it_ended(desk: Desk) -> None:
    await desk.start()
    for _ in range(3):
        item = await desk.ask()
        await desk.choose(item, (ADA, 0))
        await desk.close()
    ((due,),) = await desk.rows("SELECT due_at FROM posts WHERE kind = 'quiz_end'")
    outcome = await desk.quizzes.start(desk.wish(user_id=BEN))
    assert isinstance(outcome, Started)
    posts = await desk.rows("SELECT kind FROM posts WHERE state = 'pending' ORDER BY due_at")
    assert [kind for (kind,) in posts] == ["quiz_end", "quiz_item"]
    assert outcome.first_at - LEAD > desk.clock.now()
    assert due


async def test_of_two_presses_at_once_the_one_in_time_is_told_to_the_late_one(desk: Desk) -> None:
    await desk.start()
    item = await desk.ask()
    assert item.ends_at is not None
    late = item.ends_at + GRACE + timedelta(milliseconds=1)
    in_time = desk.click(item, ADA, 2, item.ends_at)
    told = await desk.choices._flush([in_time, desk.click(item, ADA, 1, late)])
    assert isinstance(told[1], TooLate)
    assert told[1].option == 2
    assert await desk.chosen(item) == {ADA: 2}

"""What a sceptical reader found: pay that went astray, ends too early or too late, rows for ever."""

from __future__ import annotations

from datetime import timedelta

from bot.features.practice import service as practice
from bot.features.practice.service import Given
from bot.features.quiz.outcomes import Locked, Started, TooLate
from bot.features.quiz.rules import EARLY, GRACE, LEAD
from bot.outbox import store as outbox
from tests.features.quiz.services import ADA, BEN, GUILD, QuizServices

DAY = timedelta(days=1)


async def test_a_press_on_an_old_panel_after_a_restart_does_no_harm(services: QuizServices) -> None:
    await services.start(seconds=120, size=8)
    first = await services.ask()
    began = services.clock.now()
    while services.clock.now() - began < timedelta(minutes=11):
        (item,) = [one for one in await services.items() if one.state == "open"] or [await services.ask()]
        # One after the other: where everybody of the last question is in, this one ends early.
        await services.choose(item, ((ADA, BEN)[item.position % 2], 0))
        await services.close()
    await services.ask()
    services.restart()
    (outcome,) = await services.choose(first, (ADA, 1))
    assert isinstance(outcome, TooLate)
    assert (await services.quiz()).state == "running"
    assert (await services.item(first.id)).closed_at is not None


async def test_a_wrong_tap_on_the_question_of_the_day_takes_no_pay_from_a_quiz(
    services: QuizServices,
) -> None:
    await services.start()
    item = await services.ask()
    yesterday = services.clock.now() - DAY
    which = (GUILD, item.question_id, item.version_id, "drop", 77)
    wrong = Given(BEN, *which, option=2, right=False, points=1, answered_at=yesterday)
    right = Given(ADA, *which, option=0, right=True, points=5, answered_at=yesterday)
    async with services.db.transaction() as tx:
        await practice.record(tx, [wrong, right], yesterday)
    await services.choose(item, (ADA, 0), (BEN, 0))
    await services.close()
    points = await services.points()
    assert BEN in points
    assert ADA not in points, "it has paid within two weeks"


async def test_everybody_in_before_the_confirmation_ends_it_early_too(services: QuizServices) -> None:
    await services.start()
    first = await services.ask()
    await services.choose(first, (ADA, 0))
    await services.close()
    second = (await services.items())[1]
    await services.claim(second)
    (outcome,) = await services.choose(second, (ADA, 0))
    assert isinstance(outcome, Locked)
    async with services.db.transaction() as tx:
        post = await outbox.get_post(tx, "quiz_item", second.id)
        assert post is not None
        await outbox.mark(tx, post.id, state="sent")
        await services.posts.sent(tx, post, services.receipt())
    assert (await services.item(second.id)).ends_at == services.clock.now() + EARLY


async def test_offers_that_nobody_takes_up_are_forgotten(services: QuizServices) -> None:
    for _ in range(10):
        await services.quizzes.start(services.wish(size=25))
        services.wait(DAY.total_seconds())
    ((offers,),) = await services.rows("SELECT count(*) FROM quizzes WHERE state = 'offered'")
    assert offers <= 2


async def test_a_new_quiz_waits_until_the_last_one_has_said_how_it_ended(services: QuizServices) -> None:
    await services.start()
    for _ in range(3):
        item = await services.ask()
        await services.choose(item, (ADA, 0))
        await services.close()
    ((due,),) = await services.rows("SELECT due_at FROM posts WHERE kind = 'quiz_end'")
    outcome = await services.quizzes.start(services.wish(user_id=BEN))
    assert isinstance(outcome, Started)
    posts = await services.rows("SELECT kind FROM posts WHERE state = 'pending' ORDER BY due_at")
    assert [kind for (kind,) in posts] == ["quiz_end", "quiz_item"]
    assert outcome.first_at - LEAD > services.clock.now()
    assert due


async def test_of_two_presses_at_once_the_one_in_time_is_told_to_the_late_one(services: QuizServices) -> None:
    await services.start()
    item = await services.ask()
    assert item.ends_at is not None
    late = item.ends_at + GRACE + timedelta(milliseconds=1)
    in_time = services.click(item, ADA, 2, item.ends_at)
    told = await services.choices._flush([in_time, services.click(item, ADA, 1, late)])
    assert isinstance(told[1], TooLate)
    assert told[1].option == 2
    assert await services.chosen(item) == {ADA: 2}

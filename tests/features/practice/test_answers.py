import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.features.practice import rules, store
from bot.features.practice.outcomes import Answered, Asked, Elsewhere, Held, NoMisses, Nothing, Tally
from bot.features.practice.rules import Grade, Why
from questions.letters import ACTIONS
from tests.features.practice.samples import USUAL, write_pack
from tests.features.practice.services import (
    ADA,
    BEN,
    GUILD,
    NOW,
    OTHER_GUILD,
    PracticeServices,
    asked,
    button,
    due_at,
    given_in_quiz,
    slug,
)

MINUTE = timedelta(minutes=1)


async def test_an_answer_is_logged_and_moves_the_card_without_points(services: PracticeServices) -> None:
    shown = await services.start()
    services.wait(seconds=20)
    result = await services.answer(shown)
    assert (result.right, result.grade, result.may_rate) == (True, Grade.GOOD, True)
    assert result.due_at == await due_at(services, ADA, slug(shown)) == services.clock.now() + 10 * MINUTE
    micros = int(services.clock.now().timestamp() * 1_000_000)
    assert await services.rows(
        "SELECT user_id, guild_id, version_id, source, source_id, option, right, points, answered_at "
        "FROM item_answers"
    ) == [(ADA, GUILD, shown.item.version_id, "practice", micros, 1, 1, 0, micros)]
    assert await services.rows("SELECT count(*) FROM ledger") == [(0,)]


async def test_answers_within_one_moment_are_all_kept(services: PracticeServices) -> None:
    await services.through(await services.start())
    other = await services.start(BEN)
    await services.answer(other, user_id=BEN)
    assert await services.rows("SELECT count(*) FROM item_answers") == [(5,)]


@pytest.mark.parametrize(
    ("wait", "grade"),
    [({"seconds": 90}, Grade.GOOD), ({"seconds": 91}, Grade.HARD), ({"minutes": 11}, Grade.GOOD)],
)
async def test_slow_is_hard_and_away_says_nothing(
    services: PracticeServices, wait: dict[str, float], grade: Grade
) -> None:
    shown = await services.start()
    services.wait(**wait)
    assert (await services.answer(shown)).grade is grade


async def test_wrong_is_again_and_cannot_be_rated(services: PracticeServices) -> None:
    shown = await services.start()
    result = await services.answer(shown, right=False)
    assert (result.right, result.grade, result.may_rate) == (False, Grade.AGAIN, False)
    assert result.due_at == NOW + MINUTE
    assert await services.practice.rate(GUILD, ADA, shown.number, Grade.EASY) == result


async def test_a_second_click_changes_nothing(services: PracticeServices) -> None:
    shown = await services.start()
    result = await services.answer(shown)
    before = await services.rows("SELECT * FROM practice_sessions")
    for action in ACTIONS:
        assert await services.practice.choose(GUILD, ADA, shown.number, action) == result
    assert await services.rows("SELECT count(*) FROM item_answers") == [(1,)]
    assert await services.rows("SELECT * FROM practice_sessions") == before


async def test_clicks_at_the_same_time_count_once(services: PracticeServices) -> None:
    shown = await services.start()
    clicks = (services.practice.choose(GUILD, ADA, shown.number, action) for action in ACTIONS * 3)
    outcomes = await asyncio.gather(*clicks)
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert await services.rows("SELECT answered FROM practice_sessions") == [(1,)]
    assert await services.rows("SELECT count(*) FROM item_answers") == [(1,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    last=st.sampled_from([Grade.HARD, Grade.EASY]),
    before=st.lists(st.sampled_from([Grade.HARD, Grade.EASY]), max_size=3),
    later=st.timedeltas(timedelta(), timedelta(days=3)),
    known=st.booleans(),
)
async def test_a_rating_gives_the_card_that_it_would_have_given_at_once(
    services: PracticeServices, last: Grade, before: list[Grade], later: timedelta, *, known: bool
) -> None:
    async with services.db.transaction() as tx:
        await tx.exec_driver_sql("DELETE FROM cards")
        await tx.exec_driver_sql("DELETE FROM practice_sessions")
    card = None
    if known:
        first = await services.start()
        await services.answer(first, right=False)
        async with services.db.reading() as tx:
            card = await store.get_card(tx, ADA, first.item.question_id)
        services.wait(hours=1)
    shown = await services.next(first) if known else await services.start()
    answered_at = services.clock.now()
    await services.answer(shown)
    services.wait(seconds=later.total_seconds())
    outcome: Any = None
    for grade in (*before, last):
        outcome = await services.practice.rate(GUILD, ADA, shown.number, grade)
    expected = rules.review(card, last, answered_at)
    async with services.db.reading() as tx:
        assert await store.get_card(tx, ADA, shown.item.question_id) == expected
    assert isinstance(outcome, Answered)
    assert (outcome.grade, outcome.due_at, outcome.may_rate) == (last, expected.due_at, True)
    assert outcome.tally.answered == 1 + known * (later >= timedelta())


async def test_a_rating_after_next_changes_nothing(services: PracticeServices) -> None:
    shown = await services.start()
    result = await services.answer(shown)
    following = await services.next(shown)
    outcome = await services.practice.rate(GUILD, ADA, shown.number, Grade.EASY)
    assert outcome == Elsewhere(following)
    assert await due_at(services, ADA, slug(shown)) == result.due_at


async def test_a_rating_before_the_answer_shows_the_question(services: PracticeServices) -> None:
    shown = await services.start()
    assert await services.practice.rate(GUILD, ADA, shown.number, Grade.EASY) == shown
    assert await services.rows("SELECT count(*) FROM cards") == [(0,)]


async def test_a_rating_does_not_undo_what_a_quiz_found_since(services: PracticeServices) -> None:
    shown = await services.start()
    await services.answer(shown)
    services.wait(minutes=3)
    await given_in_quiz(services, slug(shown), right=False)
    missed = await due_at(services, ADA, slug(shown))
    outcome = await services.practice.rate(GUILD, ADA, shown.number, Grade.EASY)
    assert isinstance(outcome, Answered)
    assert (outcome.may_rate, outcome.grade, outcome.due_at) == (False, Grade.GOOD, missed)
    assert await due_at(services, ADA, slug(shown)) == missed


# The bank changes, and what everybody is being asked


async def test_a_question_taken_out_or_changed_meanwhile_is_answered_as_it_was_shown(
    services: PracticeServices,
) -> None:
    shown = await services.start(category="agents")
    assert slug(shown) == "agents-easy"
    write_pack(services.pack, USUAL | {"agents": [("agents-hard", "hard")]})
    await services.load()
    services.restart()
    assert await services.start() == shown
    result = await services.answer(shown)
    assert (result.right, result.item) == (True, shown.item)
    services.wait(days=1)
    slugs = await services.through(await services.next(shown))
    assert "agents-easy" not in slugs, "what is not in the bank does not come back"
    # It is there again, in a new version.
    write_pack(services.pack, USUAL | {"agents": [("agents-hard", "hard"), ("agents-easy", "medium")]})
    await services.load()
    back = await services.start()
    assert (slug(back), back.why) == ("agents-easy", Why.DUE)
    assert back.item.version_id != shown.item.version_id


async def test_what_everybody_is_being_asked_is_not_given_away(services: PracticeServices) -> None:
    everything = {await services.question_id(name) for found in USUAL.values() for name, _ in found}
    shown = await services.start()
    services.hidden = {shown.item.question_id}
    held = await services.practice.choose(GUILD, ADA, shown.number, button(shown))
    assert isinstance(held, Held)
    other = asked(held.then)
    assert other.item.question_id not in services.hidden
    assert await services.rows("SELECT count(*) FROM item_answers") == [(0,)]
    services.hidden = everything
    assert await services.practice.start(GUILD, ADA) == Nothing(None, None, more=False, tally=Tally(0, 0))
    assert isinstance(await services.practice.start(OTHER_GUILD, ADA), Asked), (
        "elsewhere it is a question as any"
    )
    services.hidden = set()
    assert await services.start() == other, "once it is over, the question waits as before"


# The misses of a quiz


async def test_misses_are_asked_first_in_their_order_and_then_it_goes_on(services: PracticeServices) -> None:
    names = ["agents-hard", "training-medium"]
    for number, name in enumerate(names):
        await given_in_quiz(services, name, right=False, quiz=number)
    ids = [await services.question_id(name) for name in names]
    first = asked(await services.practice.practise_these(GUILD, ADA, ids))
    assert (slug(first), first.why) == ("agents-hard", Why.AGAIN)
    assert asked(await services.practice.practise_these(GUILD, ADA, ids)) == first, (
        "pressed twice it begins once"
    )
    slugs = await services.through(first)
    assert slugs[:2] == names
    assert {*slugs[2:]} == {"agents-easy", "training-easy"}


async def test_misses_survive_a_restart_and_take_the_place_of_what_waits(services: PracticeServices) -> None:
    waiting = await services.start(category="agents")
    ids = [await services.question_id(name) for name in ("training-easy", "agents-hard", "training-medium")]
    first = asked(await services.practice.practise_these(GUILD, ADA, ids))
    assert (slug(first), first.number) == ("training-easy", waiting.number + 1)
    await services.answer(first)
    services.restart()
    second = await services.start()
    assert slug(second) == "agents-hard"
    services.wait(days=1)
    again = await services.start()
    assert (again.number, again.order) == (second.number, second.order)
    await services.answer(second)
    assert slug(await services.next(second)) == "training-medium"


async def test_a_category_that_is_asked_for_leaves_out_the_misses_of_others(
    services: PracticeServices,
) -> None:
    ids = [await services.question_id(name) for name in ("agents-hard", "training-medium", "agents-easy")]
    await services.practice.practise_these(GUILD, ADA, ids)
    slugs = await services.through(await services.start(category="training"))
    assert slugs == ["training-medium", "training-easy"]


async def test_no_misses_and_misses_that_are_gone(services: PracticeServices) -> None:
    waiting = await services.start()
    assert await services.practice.practise_these(GUILD, ADA, []) == NoMisses()
    assert await services.start() == waiting
    shown = asked(await services.practice.practise_these(GUILD, ADA, [404, 405]))
    assert shown.why is Why.NEW

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
from tests.features.practice.desk import (
    ADA,
    BEN,
    GUILD,
    NOW,
    OTHER_GUILD,
    Desk,
    asked,
    button,
    due_at,
    given_in_quiz,
    slug,
)
from tests.features.practice.samples import USUAL, write_pack

MINUTE = timedelta(minutes=1)


async def test_an_answer_is_logged_and_moves_the_card_without_points(desk: Desk) -> None:
    shown = await desk.start()
    desk.wait(seconds=20)
    result = await desk.answer(shown)
    assert (result.right, result.grade, result.may_rate) == (True, Grade.GOOD, True)
    assert result.due_at == await due_at(desk, ADA, slug(shown)) == desk.clock.now() + 10 * MINUTE
    micros = int(desk.clock.now().timestamp() * 1_000_000)
    assert await desk.rows(
        "SELECT user_id, guild_id, version_id, source, source_id, option, right, points, answered_at "
        "FROM item_answers"
    ) == [(ADA, GUILD, shown.item.version_id, "practice", micros, 1, 1, 0, micros)]
    assert await desk.rows("SELECT count(*) FROM ledger") == [(0,)]


async def test_answers_within_one_moment_are_all_kept(desk: Desk) -> None:
    await desk.through(await desk.start())
    other = await desk.start(BEN)
    await desk.answer(other, user_id=BEN)
    assert await desk.rows("SELECT count(*) FROM item_answers") == [(5,)]


@pytest.mark.parametrize(
    ("wait", "grade"),
    [({"seconds": 90}, Grade.GOOD), ({"seconds": 91}, Grade.HARD), ({"minutes": 11}, Grade.GOOD)],
)
async def test_slow_is_hard_and_away_says_nothing(desk: Desk, wait: dict[str, float], grade: Grade) -> None:
    shown = await desk.start()
    desk.wait(**wait)
    assert (await desk.answer(shown)).grade is grade


async def test_wrong_is_again_and_cannot_be_rated(desk: Desk) -> None:
    shown = await desk.start()
    result = await desk.answer(shown, right=False)
    assert (result.right, result.grade, result.may_rate) == (False, Grade.AGAIN, False)
    assert result.due_at == NOW + MINUTE
    assert await desk.practice.rate(GUILD, ADA, shown.number, Grade.EASY) == result


async def test_a_second_click_changes_nothing(desk: Desk) -> None:
    shown = await desk.start()
    result = await desk.answer(shown)
    before = await desk.rows("SELECT * FROM practice_sessions")
    for action in ACTIONS:
        assert await desk.practice.choose(GUILD, ADA, shown.number, action) == result
    assert await desk.rows("SELECT count(*) FROM item_answers") == [(1,)]
    assert await desk.rows("SELECT * FROM practice_sessions") == before


async def test_clicks_at_the_same_time_count_once(desk: Desk) -> None:
    shown = await desk.start()
    clicks = (desk.practice.choose(GUILD, ADA, shown.number, action) for action in ACTIONS * 3)
    outcomes = await asyncio.gather(*clicks)
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert await desk.rows("SELECT answered FROM practice_sessions") == [(1,)]
    assert await desk.rows("SELECT count(*) FROM item_answers") == [(1,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    last=st.sampled_from([Grade.HARD, Grade.EASY]),
    before=st.lists(st.sampled_from([Grade.HARD, Grade.EASY]), max_size=3),
    later=st.timedeltas(timedelta(), timedelta(days=3)),
    known=st.booleans(),
)
async def test_a_rating_gives_the_card_that_it_would_have_given_at_once(
    desk: Desk, last: Grade, before: list[Grade], later: timedelta, *, known: bool
) -> None:
    async with desk.db.transaction() as tx:
        await tx.exec_driver_sql("DELETE FROM cards")
        await tx.exec_driver_sql("DELETE FROM practice_sessions")
    card = None
    if known:
        first = await desk.start()
        await desk.answer(first, right=False)
        async with desk.db.reading() as tx:
            card = await store.get_card(tx, ADA, first.item.question_id)
        desk.wait(hours=1)
    shown = await desk.next(first) if known else await desk.start()
    answered_at = desk.clock.now()
    await desk.answer(shown)
    desk.wait(seconds=later.total_seconds())
    outcome: Any = None
    for grade in (*before, last):
        outcome = await desk.practice.rate(GUILD, ADA, shown.number, grade)
    expected = rules.review(card, last, answered_at)
    async with desk.db.reading() as tx:
        assert await store.get_card(tx, ADA, shown.item.question_id) == expected
    assert isinstance(outcome, Answered)
    assert (outcome.grade, outcome.due_at, outcome.may_rate) == (last, expected.due_at, True)
    assert outcome.tally.answered == 1 + known * (later >= timedelta())


async def test_a_rating_after_next_changes_nothing(desk: Desk) -> None:
    shown = await desk.start()
    result = await desk.answer(shown)
    following = await desk.next(shown)
    outcome = await desk.practice.rate(GUILD, ADA, shown.number, Grade.EASY)
    assert outcome == Elsewhere(following)
    assert await due_at(desk, ADA, slug(shown)) == result.due_at


async def test_a_rating_before_the_answer_shows_the_question(desk: Desk) -> None:
    shown = await desk.start()
    assert await desk.practice.rate(GUILD, ADA, shown.number, Grade.EASY) == shown
    assert await desk.rows("SELECT count(*) FROM cards") == [(0,)]


async def test_a_rating_does_not_undo_what_a_quiz_found_since(desk: Desk) -> None:
    shown = await desk.start()
    await desk.answer(shown)
    desk.wait(minutes=3)
    await given_in_quiz(desk, slug(shown), right=False)
    missed = await due_at(desk, ADA, slug(shown))
    outcome = await desk.practice.rate(GUILD, ADA, shown.number, Grade.EASY)
    assert isinstance(outcome, Answered)
    assert (outcome.may_rate, outcome.grade, outcome.due_at) == (False, Grade.GOOD, missed)
    assert await due_at(desk, ADA, slug(shown)) == missed


# The bank changes, and what everybody is being asked


async def test_a_question_taken_out_or_changed_meanwhile_is_answered_as_it_was_shown(desk: Desk) -> None:
    shown = await desk.start(category="agents")
    assert slug(shown) == "agents-easy"
    write_pack(desk.pack, USUAL | {"agents": [("agents-hard", "hard")]})
    await desk.load()
    desk.restart()
    assert await desk.start() == shown
    result = await desk.answer(shown)
    assert (result.right, result.item) == (True, shown.item)
    desk.wait(days=1)
    slugs = await desk.through(await desk.next(shown))
    assert "agents-easy" not in slugs, "what is not in the bank does not come back"
    # It is there again, in a new version.
    write_pack(desk.pack, USUAL | {"agents": [("agents-hard", "hard"), ("agents-easy", "medium")]})
    await desk.load()
    back = await desk.start()
    assert (slug(back), back.why) == ("agents-easy", Why.DUE)
    assert back.item.version_id != shown.item.version_id


async def test_what_everybody_is_being_asked_is_not_given_away(desk: Desk) -> None:
    everything = {await desk.question_id(name) for found in USUAL.values() for name, _ in found}
    shown = await desk.start()
    desk.hidden = {shown.item.question_id}
    held = await desk.practice.choose(GUILD, ADA, shown.number, button(shown))
    assert isinstance(held, Held)
    other = asked(held.then)
    assert other.item.question_id not in desk.hidden
    assert await desk.rows("SELECT count(*) FROM item_answers") == [(0,)]
    desk.hidden = everything
    assert await desk.practice.start(GUILD, ADA) == Nothing(None, None, more=False, tally=Tally(0, 0))
    assert isinstance(await desk.practice.start(OTHER_GUILD, ADA), Asked), "elsewhere it is a question as any"
    desk.hidden = set()
    assert await desk.start() == other, "once it is over, the question waits as before"


# The misses of a quiz


async def test_misses_are_asked_first_in_their_order_and_then_it_goes_on(desk: Desk) -> None:
    names = ["agents-hard", "training-medium"]
    for number, name in enumerate(names):
        await given_in_quiz(desk, name, right=False, quiz=number)
    ids = [await desk.question_id(name) for name in names]
    first = asked(await desk.practice.practise_these(GUILD, ADA, ids))
    assert (slug(first), first.why) == ("agents-hard", Why.AGAIN)
    assert asked(await desk.practice.practise_these(GUILD, ADA, ids)) == first, "pressed twice it begins once"
    slugs = await desk.through(first)
    assert slugs[:2] == names
    assert {*slugs[2:]} == {"agents-easy", "training-easy"}


async def test_misses_survive_a_restart_and_take_the_place_of_what_waits(desk: Desk) -> None:
    waiting = await desk.start(category="agents")
    ids = [await desk.question_id(name) for name in ("training-easy", "agents-hard", "training-medium")]
    first = asked(await desk.practice.practise_these(GUILD, ADA, ids))
    assert (slug(first), first.number) == ("training-easy", waiting.number + 1)
    await desk.answer(first)
    desk.restart()
    second = await desk.start()
    assert slug(second) == "agents-hard"
    desk.wait(days=1)
    again = await desk.start()
    assert (again.number, again.order) == (second.number, second.order)
    await desk.answer(second)
    assert slug(await desk.next(second)) == "training-medium"


async def test_a_category_that_is_asked_for_leaves_out_the_misses_of_others(desk: Desk) -> None:
    ids = [await desk.question_id(name) for name in ("agents-hard", "training-medium", "agents-easy")]
    await desk.practice.practise_these(GUILD, ADA, ids)
    slugs = await desk.through(await desk.start(category="training"))
    assert slugs == ["training-medium", "training-easy"]


async def test_no_misses_and_misses_that_are_gone(desk: Desk) -> None:
    waiting = await desk.start()
    assert await desk.practice.practise_these(GUILD, ADA, []) == NoMisses()
    assert await desk.start() == waiting
    shown = asked(await desk.practice.practise_these(GUILD, ADA, [404, 405]))
    assert shown.why is Why.NEW

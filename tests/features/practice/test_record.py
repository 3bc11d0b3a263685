"""What quizzes and questions of the day tell about answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.practice import rules, store
from bot.features.practice.rules import Grade
from bot.features.practice.service import Given, bring_up, list_paid, record
from bot.features.scores.rules import QUIZ_PAYS_AGAIN_AFTER
from tests.features.practice.services import ADA, BEN, GUILD, NOW, OTHER_GUILD, PracticeServices

CEM = 3


@pytest.fixture
async def given(services: PracticeServices) -> Given:
    """Give ada's wrong answer in a quiz."""
    question_id = await services.question_id("agents-hard")
    ((version_id,),) = await services.rows(f"SELECT version_id FROM questions WHERE id = {question_id}")  # noqa: S608 our own
    return Given(ADA, GUILD, question_id, version_id, "quiz", 7, 0, right=False, points=0, answered_at=NOW)


async def test_a_miss_makes_a_card_and_a_right_answer_moves_only_one_that_is_there(
    services: PracticeServices, given: Given
) -> None:
    known = rules.review(None, Grade.GOOD, NOW - timedelta(days=1))
    async with services.db.transaction() as tx:
        await store.put_cards(tx, given.question_id, {BEN: known})
        right = replace(given, user_id=BEN, option=1, right=True, points=3)
        await record(tx, [given, right, replace(right, user_id=CEM)], NOW)
        cards = await store.list_cards(tx, given.question_id, [ADA, BEN])
    assert cards == {
        ADA: rules.review(None, Grade.AGAIN, NOW),
        BEN: rules.review(known, Grade.GOOD, NOW),
    }
    logged = await services.rows('SELECT user_id, "right", points FROM item_answers ORDER BY user_id')
    assert logged == [(ADA, 0, 0), (BEN, 1, 3), (CEM, 1, 3)]


async def test_nothing_given_is_nothing_written(services: PracticeServices) -> None:
    async with services.db.transaction() as tx:
        await record(tx, [], NOW)
    assert await services.rows("SELECT count(*) FROM item_answers") == [(0,)]


async def test_an_item_pays_a_person_once_in_fourteen_days_in_each_server(
    services: PracticeServices, given: Given
) -> None:
    paid = replace(given, option=1, right=True, points=3)
    async with services.db.transaction() as tx:
        await record(tx, [paid, replace(paid, user_id=BEN, points=0)], NOW)
    almost = NOW + QUIZ_PAYS_AGAIN_AFTER - timedelta(microseconds=1)
    async with services.db.reading() as tx:
        assert await list_paid(tx, GUILD, given.question_id, [ADA, BEN], NOW) == {ADA}
        assert await list_paid(tx, GUILD, given.question_id, [ADA, BEN], almost) == {ADA}
        assert await list_paid(tx, GUILD, given.question_id, [ADA, BEN], NOW + QUIZ_PAYS_AGAIN_AFTER) == set()
        assert await list_paid(tx, OTHER_GUILD, given.question_id, [ADA, BEN], NOW) == set()
        assert await list_paid(tx, GUILD, given.question_id + 1, [ADA, BEN], NOW) == set()


async def test_what_is_brought_up_is_due_and_goes_on_from_what_is_known(
    services: PracticeServices, given: Given
) -> None:
    known = rules.review(None, Grade.GOOD, NOW - timedelta(days=1))
    known = replace(known, due_at=NOW + timedelta(days=30))
    earlier = replace(known, due_at=NOW - timedelta(days=2))
    async with services.db.transaction() as tx:
        await store.put_cards(tx, given.question_id, {BEN: known, CEM: earlier})
        for user_id in (ADA, BEN, CEM, ADA):
            await bring_up(tx, user_id, [given.question_id], NOW)
        cards = await store.list_cards(tx, given.question_id, [ADA, BEN, CEM])
    assert {user_id: card.due_at for user_id, card in cards.items()} == {
        ADA: NOW,
        BEN: NOW,
        CEM: earlier.due_at,
    }
    assert (cards[BEN].state, cards[CEM].state) == (known.state, known.state)
    later = NOW + timedelta(hours=1)
    assert rules.review(cards[ADA], Grade.GOOD, later) == rules.review(None, Grade.GOOD, later)
    assert await services.rows("SELECT count(*) FROM item_answers") == [(0,)]

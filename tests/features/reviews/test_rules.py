from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.answers.access import takes_reviews
from bot.features.answers.rules import Judged
from bot.features.reviews import rules, scoring
from bot.features.reviews.scoring import Review, ReviewedAnswer

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def review(number: int, *ticks: int, answer: int = 1, minute: int = 0) -> Review:
    return Review(number, answer, 100 + number, frozenset(ticks), NOW + timedelta(minutes=minute))


def standing(number: int, confirmed: int = 0, votes: int = 0, **changes: bool) -> ReviewedAnswer:
    judged = Judged(frozenset(range(confirmed)), int(confirmed > 0), votes)
    return ReviewedAnswer(
        number, number, changes.get("scored", True), NOW + timedelta(minutes=number), judged
    )


@pytest.mark.parametrize(
    ("ticks", "confirmed"),
    [
        ([], set()),
        ([()], set()),
        ([(0, 2)], {0, 2}),
        ([(0, 1), (1, 2)], {1}),
        ([(0, 1), (1, 2), (2,)], {1, 2}),
        ([(0,), (0,), (1,), (1,)], set()),
        ([(0,), (0,), (0, 1), (1,)], {0}),
    ],
)
def test_a_point_is_confirmed_where_the_median_says_so(
    ticks: list[tuple[int, ...]], confirmed: set[int]
) -> None:
    reviews = [review(number, *ticked) for number, ticked in enumerate(ticks)]
    assert scoring.judge(reviews, 4) == Judged(frozenset(confirmed), len(ticks), 4)


@pytest.mark.parametrize(
    ("counts", "keep"),
    [
        ([0, 4], [True, True]),
        ([3, 3, 3], [True, True, True]),
        ([0, 3, 4], [False, True, True]),
        ([2, 3, 4], [True, True, True]),
        ([0, 1, 3, 4], [False, True, True, False]),
        ([1, 2, 2, 5], [True, True, True, False]),
    ],
)
def test_from_three_reviews_on_those_near_the_median_keep_their_pay(
    counts: list[int], keep: list[bool]
) -> None:
    reviews = [review(number, *range(count)) for number, count in enumerate(counts)]
    assert [scoring.keeps_pay(one, reviews) for one in reviews] == keep


def test_the_first_five_of_a_day_that_keep_their_pay_are_paid() -> None:
    day = [review(number, answer=number, minute=number) for number in range(7)]
    by_answer = {one.answer_id: [one] for one in day}
    assert [scoring.paid_reviews(day, by_answer)[n] for n in range(7)] == [3, 3, 3, 3, 3, 0, 0]
    # The second is far from two others of its answer, so that the sixth is the fifth that is paid.
    by_answer[1] = [day[1], review(20, 0, 1, answer=1), review(21, 0, 1, answer=1)]
    paid = scoring.paid_reviews(list(reversed(day)), by_answer)
    assert [paid[n] for n in range(7)] == [3, 0, 3, 3, 3, 3, 0]


@pytest.mark.parametrize(("votes", "points"), [(0, 0), (1, 1), (10, 10), (11, 10), (400, 10)])
def test_votes_bring_a_point_each_and_ten_at_most(votes: int, points: int) -> None:
    assert scoring.vote_points(votes) == points


@pytest.mark.parametrize(
    ("answers", "best"),
    [
        ([], None),
        ([standing(1, 3), standing(2)], None),
        ([standing(1), standing(2), standing(3)], None),
        ([standing(1), standing(2, 1), standing(3, 2)], 3),
        ([standing(1, 2, 1), standing(2, 2, 2), standing(3, 1, 9)], 2),
        ([standing(1, 0, 1), standing(2), standing(3)], 1),
        ([standing(3, 2, 2), standing(2, 2, 2), standing(1)], 2),
        ([standing(1, 5, scored=False), standing(2, 1), standing(3), standing(4)], 2),
        ([standing(1, 5, scored=False), standing(2, 1), standing(3)], None),
    ],
)
def test_the_best_is_of_three_by_rubric_then_votes_then_the_earliest(
    answers: list[ReviewedAnswer], best: int | None
) -> None:
    found = scoring.best(answers)
    assert (found and found.answer_id) == best


def test_coverage_counts_the_answers_that_have_a_point() -> None:
    assert scoring.coverage([standing(1, 2), standing(2, 1), standing(3)], 3) == [2, 1, 0]


def test_the_least_reviewed_is_offered_first_never_one_s_own_nor_one_twice() -> None:
    answers = [standing(1), standing(2), standing(3), standing(4)]
    counts = {1: 0, 2: 2, 3: 1, 4: 1}

    def offered(reviewed: set[int], who: int) -> int | None:
        found = rules.next_to_review(answers, reviewed, who, counts)
        return found and found.answer_id

    assert offered(set(), 9) == 1
    assert offered(set(), 1) == 3
    assert offered({3}, 1) == 4
    assert offered({3, 4}, 1) == 2
    assert offered({2, 3, 4}, 1) is None


@pytest.mark.parametrize(
    ("revealed_at", "is_open"),
    [
        (None, True),
        (NOW, True),
        (NOW - timedelta(hours=23, minutes=59), True),
        (NOW - timedelta(hours=24), False),
    ],
)
def test_reviews_are_taken_until_a_day_after_the_reveal(revealed_at: datetime | None, is_open: bool) -> None:  # noqa: FBT001 a parameter
    assert takes_reviews(revealed_at, NOW) is is_open


@given(st.lists(st.frozensets(st.integers(0, 7)), max_size=9), st.randoms())
def test_the_order_of_reviews_does_not_matter(ticks: list[frozenset[int]], chance: object) -> None:
    reviews = [review(number, *ticked) for number, ticked in enumerate(ticks)]
    shuffled = list(reviews)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] hypothesis' random
    assert scoring.judge(reviews, 0) == scoring.judge(shuffled, 0)

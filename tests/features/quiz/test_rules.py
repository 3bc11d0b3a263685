from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.quiz import rules
from bot.features.quiz.rules import Verdict
from questions import letters

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
# The values that chi-square exceeds once in a thousand runs, by degrees of freedom.
RARE = {3: 16.27, 23: 49.73}
# The orders that the generator of seed 7 gives.
EXACT = ["3102", "1230", "1032", "3201"]
LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Candidate:
    question_id: int
    difficulty: str


def chi_square(counts: Counter[str], kinds: int) -> float:
    """Return how far the counts are from equal ones."""
    expected = sum(counts.values()) / kinds
    return (kinds - len(counts)) * expected + sum((n - expected) ** 2 / expected for n in counts.values())


def rng(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 no secret


# What is asked


def test_right_answers_are_uniform_over_the_positions() -> None:
    """Over many quizzes as they are planned: one generator a quiz, which picks first and then shuffles."""
    positions, orders = Counter[str](), Counter[str]()
    pool = [Candidate(n, LEVELS[n % 3]) for n in range(30)]
    for seed in range(4_000):
        chance = random.Random(f"{seed} {(NOW + seed * MINUTE).isoformat()}")  # noqa: S311 no secret
        for row in rules.pick(pool, {}, 10, chance):
            order = letters.shuffle(chance)
            orders[order] += 1
            positions[letters.letter_of(order, row.question_id % 4)] += 1
    assert chi_square(positions, 4) < RARE[3], positions
    assert chi_square(orders, 24) < RARE[23], orders


def test_one_quiz_spreads_its_right_answers_by_chance_alone() -> None:
    """The positions of two questions in a row are independent: all 16 pairs come equally often."""
    pairs = Counter[str]()
    for seed in range(8_000):
        chance = rng(seed)
        pairs["".join(letters.letter_of(letters.shuffle(chance), 0) for _ in range(2))] += 1
    expected = 8_000 / 16
    assert sum((n - expected) ** 2 / expected for n in pairs.values()) < 37.70  # 15 degrees, once in 1,000
    assert len(pairs) == 16


def test_an_exact_seed_gives_an_exact_order() -> None:
    chance = rng(7)
    assert [letters.shuffle(chance) for _ in range(4)] == EXACT
    again = rng(7)
    assert [letters.shuffle(again) for _ in range(4)] == EXACT


def test_each_item_is_picked_equally_often_among_equals() -> None:
    pool = [Candidate(n, "easy") for n in range(24)]
    counts = Counter(
        str(row.question_id) for seed in range(1_000) for row in rules.pick(pool, {}, 6, rng(seed))
    )
    # Drawn without putting back: chi-square is smaller than with independent draws, the bound still holds.
    assert chi_square(counts, 24) < RARE[23]


@given(
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(LEVELS)), max_size=40, unique_by=lambda t: t[0]),
    st.dictionaries(st.integers(1, 60), st.integers(0, 500), max_size=60),
    st.integers(3, 25),
    st.integers(),
)
def test_what_is_picked(pool: list[tuple[int, str]], seen: dict[int, int], size: int, seed: int) -> None:
    candidates = [Candidate(*row) for row in pool]
    last_seen = {question_id: NOW - hours * timedelta(hours=1) for question_id, hours in seen.items()}
    picked = rules.pick(candidates, last_seen, size, rng(seed))
    ids = [row.question_id for row in picked]
    assert len(ids) == len(set(ids)) == min(size, len(candidates)), "as many as wanted, none twice"
    assert [LEVELS.index(row.difficulty) for row in picked] == sorted(
        LEVELS.index(row.difficulty) for row in picked
    )
    left = [row.question_id for row in candidates if row.question_id not in ids]
    never = datetime.min.replace(tzinfo=UTC)
    if picked and left:
        newest = max(last_seen.get(question_id, never) for question_id in ids)
        assert newest <= min(last_seen.get(question_id, never) for question_id in left), (
            "longest unseen first"
        )
    assert picked == rules.pick(candidates, last_seen, size, rng(seed))


@pytest.mark.parametrize(
    ("size", "seconds", "fine"),
    [
        (3, 10, True),
        (25, 120, True),
        (2, 20, False),
        (26, 20, False),
        (10, 9, False),
        (10, 121, False),
        (-3, 20, False),
    ],
)
def test_how_many_and_how_long(size: int, seconds: int, fine: bool) -> None:  # noqa: FBT001 a table of cases
    assert rules.is_playable(size, seconds) is fine


# Which choices count


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (-20 * SECOND, Verdict.COUNTS),
        (timedelta(), Verdict.COUNTS),
        (SECOND, Verdict.COUNTS),
        (SECOND + timedelta(microseconds=1), Verdict.LATE),
        (timedelta(days=1), Verdict.LATE),
    ],
)
def test_a_choice_counts_until_a_second_after_the_end(late: timedelta, verdict: Verdict) -> None:
    judged = rules.judge("open", running=True, current=True, ends_at=NOW, at=NOW + late)
    assert judged is verdict
    closing = rules.closes_at(NOW)
    assert (NOW + late <= closing) is (verdict is Verdict.COUNTS), "it closes when none counts any more"


@pytest.mark.parametrize(
    ("state", "running", "current", "verdict"),
    [
        ("open", True, True, Verdict.COUNTS),
        ("planned", True, True, Verdict.COUNTS),
        ("planned", True, False, Verdict.NOT_YET),
        ("planned", False, False, Verdict.VOID),
        ("open", False, True, Verdict.VOID),
        ("void", True, True, Verdict.VOID),
        ("void", False, True, Verdict.VOID),
        ("closed", True, False, Verdict.LATE),
        ("closed", False, True, Verdict.LATE),
    ],
)
def test_a_choice_by_the_state_of_its_question(
    state: str,
    running: bool,  # noqa: FBT001 a table of cases
    current: bool,  # noqa: FBT001 a table of cases
    verdict: Verdict,
) -> None:
    ends_at = NOW + SECOND if state == "open" else None
    assert rules.judge(state, running=running, current=current, ends_at=ends_at, at=NOW) is verdict


# Time


def test_everybody_in_ends_a_question_two_seconds_later_and_never_later_than_planned() -> None:
    assert rules.ends_early(NOW + MINUTE, NOW) == NOW + 2 * SECOND
    assert rules.ends_early(NOW + SECOND, NOW) == NOW + SECOND


@pytest.mark.parametrize(
    ("touched", "ends", "expected"),
    [
        (-10 * SECOND, 5 * SECOND, 15 * SECOND),
        (-5 * MINUTE, -5 * MINUTE + 12 * SECOND, 12 * SECOND),
        (-10 * MINUTE, -9 * MINUTE, MINUTE),
        (-10 * SECOND, -9 * SECOND, 5 * SECOND),
        (-10 * SECOND, -11 * SECOND, 5 * SECOND),
        (-10 * MINUTE - SECOND, -9 * MINUTE, None),
    ],
)
def test_after_a_restart_what_was_left_is_left(
    touched: timedelta, ends: timedelta, expected: timedelta | None
) -> None:
    new_end = rules.after_restart(NOW + ends, NOW + touched, NOW)
    assert new_end == (None if expected is None else NOW + expected)


def test_a_result_is_shown_as_long_as_it_takes_to_read() -> None:
    assert rules.reading_time(0) == 5 * SECOND
    assert rules.reading_time(100) == 9 * SECOND
    assert rules.reading_time(10_000) == 15 * SECOND


@pytest.mark.parametrize(
    ("answered", "idle"),
    [
        ([], False),
        ([0], False),
        ([0, 0], True),
        ([4, 0], False),
        ([4, 0, 0], True),
        ([0, 0, 4], False),
        ([0, 4, 0], False),
    ],
)
def test_two_questions_without_an_answer_mean_that_nobody_is_there(
    answered: list[int],
    idle: bool,  # noqa: FBT001 a table of cases
) -> None:
    assert rules.is_idle(answered) is idle


@pytest.mark.parametrize(
    ("before", "now", "everybody"),
    [
        (set(), {1}, False),
        ({1, 2}, {1}, False),
        ({1, 2}, {1, 2}, True),
        ({1, 2}, {1, 2, 3}, True),
        ({1, 2}, {1, 3}, False),
    ],
)
def test_everybody_is_in_when_all_of_the_last_question_are(
    before: set[int],
    now: set[int],
    everybody: bool,  # noqa: FBT001 a table of cases
) -> None:
    assert rules.everybody_is_in(before, now) is everybody

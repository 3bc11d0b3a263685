import math
import random
from collections.abc import Mapping, Sequence
from statistics import StatisticsError, correlation

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.features.bank.statistics.rules import (
    LEAST_OTHERS,
    LEAST_PEOPLE,
    SURE_PEOPLE,
    BelowChance,
    ItemFigures,
    Misleads,
    Outvoted,
    Tally,
    TellsLittle,
    TooEasy,
    doubtful,
    doubts,
)

# One person's answers: item -> option. The right option of item i is i % 4.
Person = Mapping[int, int]


def figures_of(people: Sequence[Person], items: int) -> dict[int, ItemFigures]:
    tally = Tally({item: item % 4 for item in range(items)})
    for person in people:
        tally.add(person.items())
    return {figures.item: figures for figures in tally.figures()}


def expected(people: Sequence[Person], item: int) -> float | None:
    """Compute the correlation as it is told, from lists and the standard library."""
    right: list[float] = []
    others: list[float] = []
    for person in people:
        rest = [other for other in person if other != item]
        if item in person and len(rest) >= LEAST_OTHERS:
            right.append(float(person[item] == item % 4))
            others.append(sum(person[other] == other % 4 for other in rest) / len(rest))
    if len(right) < LEAST_PEOPLE:
        return None
    try:
        return correlation(right, others)
    except StatisticsError:  # one of the lists is constant
        return None


ITEMS = 6
PEOPLE = st.lists(st.dictionaries(st.integers(0, ITEMS - 1), st.integers(0, 3)), max_size=30)
SAME = [{0: 0, 1: 1, 2: 2, 3: 0}] * 12


@settings(max_examples=300, deadline=None)
@given(PEOPLE)
@example([])
@example(SAME)
@example([*SAME, {0: 1, 1: 1, 2: 2, 3: 0}])
@example([*SAME[:9], {0: 1, 1: 1, 2: 1, 3: 0}])
# A third and two sixths are the same share.
@example([*SAME[:6], *[{0: i % 4, 1: 1, 2: 0, 3: 0, 4: 1, 5: 1} | {4: 0} for i in range(12)]])
def test_the_figures_are_those_of_a_plain_computation(people: list[Person]) -> None:
    found = figures_of(people, ITEMS)
    for item in range(ITEMS):
        chosen = tuple(sum(person.get(item) == option for person in people) for option in range(4))
        if not any(chosen):
            assert item not in found
            continue
        figures = found[item]
        assert figures.chosen == chosen
        assert figures.answers == sum(item in person for person in people)
        assert figures.right_share == chosen[item % 4] / figures.answers
        plain = expected(people, item)
        if plain is None:
            assert figures.discrimination is None
        else:
            assert figures.discrimination == pytest.approx(plain, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=20))
def test_the_first_answer_counts(answers: list[tuple[int, int]]) -> None:
    first: dict[int, int] = {}
    for item, option in answers:
        if item not in first:
            first[item] = option
    tally = Tally({item: item % 4 for item in range(6)})
    tally.add(answers)
    assert {figures.item: figures for figures in tally.figures()} == figures_of([first], 6)


def test_items_of_no_interest_do_not_count_for_a_person() -> None:
    people = [{item: (item + i) % 4 for item in range(4)} for i in range(LEAST_PEOPLE)]
    tally = Tally({0: 0, 1: 1, 2: 2})
    for person in people:
        tally.add(person.items())
    # Item 3 is not the tally's, so nobody has three others.
    assert [figures.discrimination for figures in tally.figures()] == [None] * 3
    assert figures_of(people, 4)[0].discrimination == pytest.approx(1)


# Undefined


def test_one_person() -> None:
    (figures,) = figures_of([{0: 2}], 1).values()
    assert figures == ItemFigures(0, 0, (0, 0, 1, 0), None)
    assert doubts(figures) == []


def spread(people: int) -> list[Person]:
    """Return people who are right in item 0 as they are in the rest: all or nothing."""
    return [{item: (item + i) % 4 for item in range(4)} for i in range(people)]


def test_ten_people_with_three_others_are_needed() -> None:
    assert figures_of(spread(LEAST_PEOPLE - 1), 4)[0].discrimination is None
    assert figures_of(spread(LEAST_PEOPLE), 4)[0].discrimination == pytest.approx(1)
    fewer = [{item: option for item, option in person.items() if item < 3} for person in spread(50)]
    assert figures_of(fewer, 4)[0].discrimination is None


def test_all_right_and_all_wrong() -> None:
    for option in (0, 1):
        people = [person | {0: option} for person in spread(20)]
        assert figures_of(people, 4)[0].discrimination is None


def test_people_who_are_all_as_good() -> None:
    people = [{0: i % 4, 1: 1, 2: 2, 3: 0} for i in range(20)]
    assert figures_of(people, 4)[0].discrimination is None


# What looks wrong


def measured(chosen: tuple[int, ...], discrimination: float | None = 0.3, item: int = 0) -> ItemFigures:
    return ItemFigures(item, 0, chosen, discrimination)


@pytest.mark.parametrize(
    ("figures", "reasons"),
    [
        (measured((60, 20, 10, 10)), []),
        (measured((60, 20, 10, 10), None), []),
        (measured((60, 20, 10, 10), 0.1), []),
        (measured((60, 20, 10, 10), 0.099), [TellsLittle(0.099)]),
        (measured((60, 20, 10, 10), 0.0), [TellsLittle(0.0)]),
        (measured((60, 20, 10, 10), -0.01), [Misleads(-0.01)]),
        (measured((40, 40, 10, 10)), []),
        (measured((39, 10, 41, 10)), [Outvoted(2, 41, 39)]),
        (measured((25, 25, 25, 25)), []),
        (measured((24, 24, 24, 28)), [Outvoted(3, 28, 24), BelowChance(0.24)]),
        (measured((97, 1, 1, 1)), []),
        (measured((98, 1, 1, 0)), [TooEasy(0.98)]),
        (measured((10, 50, 20, 20), -0.4), [Misleads(-0.4), Outvoted(1, 50, 10), BelowChance(0.1)]),
        (measured((0, 9, 0, 0), None), []),
        (measured((0, 10, 0, 0), None), [Outvoted(1, 10, 0), BelowChance(0.0)]),
        (measured((10, 0, 0, 0), None), [TooEasy(1.0)]),
    ],
)
def test_each_reason_from_both_sides(figures: ItemFigures, reasons: list[object]) -> None:
    assert doubts(figures) == reasons


def test_the_gravest_comes_first() -> None:
    easy = measured((99, 1, 0, 0), 0.2, 1)
    dull = measured((60, 20, 10, 10), 0.05, 2)
    duller = measured((60, 20, 10, 10), 0.01, 3)
    unsure = measured((SURE_PEOPLE - 11, 5, 5, 0), -0.9, 4)
    misleading = measured((60, 20, 10, 10), -0.1, 5)
    fine = measured((60, 20, 10, 10), 0.4, 6)
    found = [figures.item for figures, _ in doubtful([easy, dull, duller, unsure, misleading, fine])]
    assert found == [5, 4, 3, 2, 1]


# Simulated people: two-parameter logistic, the right one or any of the wrong ones.


def simulated(people: int, items: int, keyed_wrong: int, seed: int) -> dict[int, ItemFigures]:
    """Return the figures of a quiz in which one item's key names the first wrong option."""
    rng = random.Random(seed)  # noqa: S311 no secret
    shapes = [(rng.uniform(0.8, 2.0), rng.gauss(-0.3, 0.7)) for _ in range(items)]
    tally = Tally({item: (item + (item == keyed_wrong)) % 4 for item in range(items)})
    for _ in range(people):
        ability = rng.gauss(0, 1)
        answers: list[tuple[int, int]] = []
        for item in rng.sample(range(items), items * 3 // 4):
            slope, difficulty = shapes[item]
            is_right = rng.random() < 1 / (1 + math.exp(-slope * (ability - difficulty)))
            answers.append((item, item % 4 if is_right else (item + rng.randint(1, 3)) % 4))
        tally.add(answers)
    return {figures.item: figures for figures in tally.figures()}


@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_key_is_found_first(seed: int) -> None:
    found = simulated(people=150, items=40, keyed_wrong=17, seed=seed)
    (first, reasons), *others = doubtful(list(found.values()))
    assert first.item == 17
    assert isinstance(reasons[0], Misleads)
    assert Outvoted in {type(reason) for reason in reasons}
    assert not [figures.item for figures, why in others if isinstance(why[0], Misleads)]


def test_good_items_are_left_alone() -> None:
    found = simulated(people=300, items=40, keyed_wrong=-1, seed=3)
    assert all(
        figures.discrimination is not None and figures.discrimination > 0.2 for figures in found.values()
    )
    assert [why for _, why in doubtful(list(found.values())) if type(why[0]) in {Misleads, TellsLittle}] == []

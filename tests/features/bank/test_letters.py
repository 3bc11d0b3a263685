import random
from collections import Counter

import pytest

from questions import ChoiceQuestion
from questions.letters import ACTIONS, LETTERS, letter_of, option_at, right_option, shuffle
from tests.bundled import bundled_pack

ITEMS = [entry.question for entry in bundled_pack().questions if isinstance(entry.question, ChoiceQuestion)]
# Chi-square with 23 degrees of freedom is above this once in a thousand times.
LIMIT_OF_23 = 49.7


@pytest.mark.parametrize("order", ["0123", "2031", "3210"])
def test_a_button_and_its_letter_name_the_same_option(order: str) -> None:
    for letter, action in zip(LETTERS, ACTIONS, strict=True):
        assert letter_of(order, option_at(order, action)) == letter
    assert sorted(option_at(order, action) for action in ACTIONS) == [0, 1, 2, 3]


def test_all_orders_are_equally_likely() -> None:
    rng = random.Random(20261124)  # noqa: S311 exact, so that the test says the same each time
    runs = 24_000
    seen = Counter(shuffle(rng) for _ in range(runs))
    assert len(seen) == 24
    assert sum((count - runs / 24) ** 2 / (runs / 24) for count in seen.values()) < LIMIT_OF_23


def test_every_item_has_its_right_option() -> None:
    for item in ITEMS:
        assert item.options[right_option(item)].right

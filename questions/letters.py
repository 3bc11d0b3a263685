"""The four letters under which the options of a choice question are shown, and their order."""

from __future__ import annotations

import random
from typing import Final

from questions.models import ChoiceQuestion

LETTERS: Final = "ABCD"

# The actions of the four buttons in a custom_id.
ACTIONS: Final = ("a", "b", "c", "d")


def shuffle(rng: random.Random) -> str:
    """Return an order of four options; each of the 24 is equally likely."""
    order = list(range(len(LETTERS)))
    rng.shuffle(order)
    return "".join(map(str, order))


def option_at(order: str, action: str) -> int:
    """Return which of the item's options (0 to 3) stands on a button; `action` is one of ACTIONS."""
    return int(order[ACTIONS.index(action)])


def letter_of(order: str, option: int) -> str:
    """Return the letter under which an option is shown."""
    return LETTERS[order.index(str(option))]


def right_option(item: ChoiceQuestion) -> int:
    """Return which option (0 to 3) is right."""
    return next(i for i, option in enumerate(item.options) if option.right)

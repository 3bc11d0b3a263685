"""What docs/packs.md tells an author is what the program does."""

from pathlib import Path

import pytest

from bot.features.bank.statistics.rules import (
    LEAST_DISCRIMINATION,
    LEAST_PEOPLE,
    LEAST_RIGHT,
    MOST_RIGHT,
    SURE_PEOPLE,
)
from questions import limits
from questions.choice_balance import ENOUGH_ITEMS, MOST_LONGEST, MOST_SHORTEST, POSITIONS

DOCS = " ".join((Path(__file__).parent.parent.parent / "docs" / "packs.md").read_text().split())


@pytest.mark.parametrize(
    "words",
    [
        f"# {limits.STEM.low} to {limits.STEM.high} characters options:",
        f"{limits.OPTION_TEXT.low} to {limits.OPTION_TEXT.high} characters each, on one line",
        f"# {limits.EXPLANATION.low} to {limits.EXPLANATION.high} characters: why",
        f"over a pack, from {ENOUGH_ITEMS} items on",
        f"the right option is the longest in more than {MOST_LONGEST} %",
        f"it is the shortest in more than {MOST_SHORTEST} %",
        f"in less than {POSITIONS.low} or more than {POSITIONS.high} %",
        f"below 0 (check the key) or below {LEAST_DISCRIMINATION},",
        f"by guessing ({LEAST_RIGHT:.0%})".replace("%", " %"),
        f"more than {MOST_RIGHT:.0%}".replace("%", " %"),
        f"from {LEAST_PEOPLE} answers on; with fewer than {SURE_PEOPLE}",
        f"{limits.PROMPT.low} to {limits.PROMPT.high} characters, as an interviewer",
        f"{limits.RUBRIC.low} to {limits.RUBRIC.high} points",
        f"{limits.MODEL_ANSWER_WORDS.low} to {limits.MODEL_ANSWER_WORDS.high} words",
    ],
)
def test_the_numbers_are_those_of_the_program(words: str) -> None:
    assert words in DOCS

import pytest

from bot.features.bank.statistics import report
from bot.features.bank.statistics.rules import (
    BelowChance,
    Doubt,
    ItemFigures,
    Misleads,
    Outvoted,
    TellsLittle,
    TooEasy,
)

FIGURES = ItemFigures(7, 1, (3, 21, 14, 0), 0.314)


def test_cells() -> None:
    assert report.chosen(FIGURES) == "3 21* 14 0"
    assert report.right_percent(FIGURES) == "55"
    assert report.discrimination(FIGURES) == "0.31"
    assert report.discrimination(ItemFigures(7, 1, (0, 1, 0, 0), None)) == "-"


@pytest.mark.parametrize(
    ("doubt", "sentence"),
    [
        (
            Misleads(-0.314),
            (
                "people who are good at the other items miss it more often than the rest"
                " (point-biserial -0.31), check the key"
            ),
        ),
        (Outvoted(2, 30, 21), "option 3 was chosen by 30, the right one (2) by 21"),
        (BelowChance(0.104), "10 % are right, by guessing it were 25 %"),
        (
            TellsLittle(0.05),
            "who is good at the other items is hardly better at this one (point-biserial 0.05)",
        ),
        (TooEasy(0.99), "99 % are right, it asks for nothing"),
    ],
)
def test_each_reason_in_words(doubt: Doubt, sentence: str) -> None:
    assert report.reasons(FIGURES, [doubt]) == sentence
    few = ItemFigures(7, 1, (3, 21, 5, 0), 0.3)
    assert report.reasons(few, [doubt]) == f"{sentence}; with 29 answers this may be chance"


def test_several_reasons_are_one_line() -> None:
    said = report.reasons(FIGURES, [Outvoted(2, 30, 21), BelowChance(0.1)])
    assert said == (
        "option 3 was chosen by 30, the right one (2) by 21; 10 % are right, by guessing it were 25 %"
    )

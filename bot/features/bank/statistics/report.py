"""Figures and doubts in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bot.features.bank.statistics.rules import (
    LEAST_RIGHT,
    BelowChance,
    Doubt,
    ItemFigures,
    Misleads,
    Outvoted,
    TellsLittle,
    TooEasy,
)

UNDEFINED = "-"


def chosen(figures: ItemFigures) -> str:
    """Return how many chose each option as the file lists them, the right one with a star: `3 21* 4 0`."""
    return " ".join(
        f"{count}*" if option == figures.right_option else str(count)
        for option, count in enumerate(figures.chosen)
    )


def right_percent(figures: ItemFigures) -> str:
    """Return the share of right answers in whole percent, without the sign."""
    return f"{100 * figures.right_share:.0f}"


def discrimination(figures: ItemFigures) -> str:
    """Return the point-biserial with two decimals, or `-` where it is not defined."""
    return UNDEFINED if figures.discrimination is None else f"{figures.discrimination:.2f}"


def reasons(figures: ItemFigures, doubts: Iterable[Doubt]) -> str:
    """Return why an item looks wrong as one line."""
    said = [_reason(figures, doubt) for doubt in doubts]
    if not figures.is_sure:
        said.append(f"with {figures.answers} answers this may be chance")
    return "; ".join(said)


def _reason(figures: ItemFigures, doubt: Doubt) -> str:
    match doubt:
        case Misleads(r):
            return (
                "people who are good at the other items miss it more often than the rest"
                f" (point-biserial {r:.2f}), check the key"
            )
        case Outvoted(option, count, right):
            key = figures.right_option + 1
            return f"option {option + 1} was chosen by {count}, the right one ({key}) by {right}"
        case BelowChance(share):
            return f"{share:.0%} are right, by guessing it were {LEAST_RIGHT:.0%}".replace("%", " %")
        case TellsLittle(r):
            return f"who is good at the other items is hardly better at this one (point-biserial {r:.2f})"
        case TooEasy(share):
            return f"{share:.0%} are right, it asks for nothing".replace("%", " %")
        case _:
            assert_never(doubt)

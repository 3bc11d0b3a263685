"""Item statistics from people's first answers, and which items look wrong by them. Pure.

For each item: how many answered, the share of right answers, how often each option was chosen, and the
discrimination: the point-biserial correlation between getting the item right (x = 1 or 0) and the share y of
the person's *other* answers that are right,

    r = (M1 - M0) / s * sqrt(p * (1 - p))

where M1 and M0 are the means of y over those who got it right and wrong, s is the standard deviation of y
over all of them (divided by n), and p the share who got it right. It is Pearson's correlation of x and y
(Tate 1954, "Correlation between a discrete and a continuous variable", Annals of Mathematical Statistics 25).
Leaving the item out of y keeps it from correlating with itself (Henrysson 1963, "Correction of item-total
correlations in item analysis", Psychometrika 28).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

OPTIONS: Final = 4
# Below it one person more or less moves a share by 10 points and more: nothing is said of the item.
LEAST_PEOPLE: Final = 10
# A person's share over fewer other items is hardly more than a coin's.
LEAST_OTHERS: Final = 3
# Below it a share of 50 % is uncertain by 18 points and a correlation of 0 by 0.36 (95 %): what looks wrong
# may be chance, and the reader is told so.
SURE_PEOPLE: Final = 30
# Ebel & Frisbie 1991, Essentials of Educational Measurement (5th ed.), call items that discriminate below .20
# poor. Half of that, as here the item itself is left out of the total and the members of a study group are
# more alike than the candidates of an examination.
LEAST_DISCRIMINATION: Final = 0.1
# Who knows nothing and guesses is right in one of four cases.
LEAST_RIGHT: Final = 1 / OPTIONS
# Three of a hundred choose wrongly by a slip of the finger: the item asks for nothing.
MOST_RIGHT: Final = 0.97


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Figures of one item that at least one person answered.

    `chosen` counts each option in the item's own order, `right_option` is one of them (0 to 3).
    `discrimination` is from -1 to 1, or None where it is not defined: fewer than 10 people with 3 other
    answers, all of them right or all wrong, or all of them equally good at the others.
    """

    item: int
    right_option: int
    chosen: tuple[int, ...]
    discrimination: float | None

    @property
    def answers(self) -> int:
        """How many people answered."""
        return sum(self.chosen)

    @property
    def right_share(self) -> float:
        """Which part of them was right, from 0 to 1."""
        return self.chosen[self.right_option] / self.answers

    @property
    def likeliest_wrong(self) -> int:
        """The wrong option that was chosen most, the first of equals."""
        wrong = [option for option in range(len(self.chosen)) if option != self.right_option]
        return max(wrong, key=lambda option: self.chosen[option])

    @property
    def is_sure(self) -> bool:
        """Return True if there are enough answers to exclude chance."""
        return self.answers >= SURE_PEOPLE


@dataclass(frozen=True, slots=True)
class Misleads:
    """Those who are good at the other items get it wrong more often than the rest."""

    discrimination: float


@dataclass(frozen=True, slots=True)
class Outvoted:
    """A wrong option was chosen more often than the right one; both are counts."""

    option: int
    chosen: int
    right: int


@dataclass(frozen=True, slots=True)
class BelowChance:
    """Fewer were right than by guessing; `share` is from 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class TellsLittle:
    """Whoever is good at the other items is hardly better at this one."""

    discrimination: float


@dataclass(frozen=True, slots=True)
class TooEasy:
    """Nearly everybody is right; `share` is from 0 to 1."""

    share: float


Doubt = Misleads | Outvoted | BelowChance | TellsLittle | TooEasy
# From what is most likely a wrong key to what is only a waste of time.
_GRAVITY: Final = (Misleads, Outvoted, BelowChance, TellsLittle, TooEasy)


@dataclass(slots=True)
class _Counts:
    """What is gathered of one item: choices, and how many had which standing, right (True) and wrong."""

    right_option: int
    chosen: list[int] = field(default_factory=lambda: [0] * OPTIONS)
    # The share right on the others -> people. Equal shares are equal numbers, as division rounds correctly.
    standings: dict[bool, Counter[float]] = field(
        default_factory=lambda: {True: Counter[float](), False: Counter[float]()}
    )


class Tally:
    """Takes people's answers one person at a time; memory grows with the items, not with the answers."""

    def __init__(self, right_options: Mapping[int, int]) -> None:
        """`right_options` maps each item to its right option (0 to 3)."""
        self._items = {item: _Counts(right) for item, right in right_options.items()}

    def add(self, answers: Iterable[tuple[int, int]]) -> None:
        """Count one person's answers, pairs of item and option, the earliest first.

        Only the first to each item counts, and only those to the items of this tally.
        """
        first: dict[int, int] = {}
        for item, option in answers:
            first.setdefault(item, option)
        known = [(self._items[item], option) for item, option in first.items() if item in self._items]
        right = sum(counts.right_option == option for counts, option in known)
        others = len(known) - 1
        for counts, option in known:
            counts.chosen[option] += 1
            if others >= LEAST_OTHERS:
                is_right = counts.right_option == option
                counts.standings[is_right][(right - is_right) / others] += 1

    def figures(self) -> list[ItemFigures]:
        """Return the figures of the items with answers."""
        return [
            ItemFigures(
                item,
                counts.right_option,
                tuple(counts.chosen),
                _point_biserial(counts.standings[True], counts.standings[False]),
            )
            for item, counts in self._items.items()
            if any(counts.chosen)
        ]


def _point_biserial(right: Mapping[float, int], wrong: Mapping[float, int]) -> float | None:
    """Return the correlation by the formula above, from how many people have which share; None: undefined."""
    rights, wrongs = sum(right.values()), sum(wrong.values())
    people = rights + wrongs
    if people < LEAST_PEOPLE or not rights or not wrongs or len({*right, *wrong}) == 1:
        return None
    mean_right, mean_wrong = _total(right) / rights, _total(wrong) / wrongs
    mean = (_total(right) + _total(wrong)) / people
    variance = (
        math.fsum(count * (share - mean) ** 2 for group in (right, wrong) for share, count in group.items())
        / people
    )
    p = rights / people
    return (mean_right - mean_wrong) / math.sqrt(variance) * math.sqrt(p * (1 - p))


def _total(shares: Mapping[float, int]) -> float:
    return math.fsum(share * count for share, count in shares.items())


def doubts(figures: ItemFigures) -> list[Doubt]:
    """Return why an item looks wrong, the gravest reason first; nothing with fewer than 10 answers."""
    if figures.answers < LEAST_PEOPLE:
        return []
    found: list[Doubt] = []
    if figures.discrimination is not None and figures.discrimination < LEAST_DISCRIMINATION:
        kind = Misleads if figures.discrimination < 0 else TellsLittle
        found.append(kind(figures.discrimination))
    right, rival = figures.chosen[figures.right_option], figures.likeliest_wrong
    if figures.chosen[rival] > right:
        found.append(Outvoted(rival, figures.chosen[rival], right))
    if figures.right_share < LEAST_RIGHT:
        found.append(BelowChance(figures.right_share))
    if figures.right_share > MOST_RIGHT:
        found.append(TooEasy(figures.right_share))
    return sorted(found, key=lambda doubt: _GRAVITY.index(type(doubt)))


def doubtful(figures: Sequence[ItemFigures]) -> list[tuple[ItemFigures, list[Doubt]]]:
    """Return the items that look wrong with their reasons, the gravest first.

    Of equals first those with enough answers to be sure, then those that discriminate least.
    """
    found = [(item, reasons) for item in figures if (reasons := doubts(item))]
    return sorted(found, key=lambda entry: _order(*entry))


def _order(figures: ItemFigures, reasons: Sequence[Doubt]) -> tuple[int, bool, float]:
    low = 0.0 if figures.discrimination is None else figures.discrimination
    return _GRAVITY.index(type(reasons[0])), not figures.is_sure, low

"""What the choice items of a pack give away together although each of them is fine.

Somebody who knows nothing of the subject but how authors write picks the longest option, the one in the
middle, or the one without an "always". These figures say how far that would carry.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from questions import limits
from questions.models import ChoiceOption, ChoiceQuestion
from questions.text import shown

# With fewer items one of them is more than 5 %, half of the room that the positions have.
ENOUGH_ITEMS: Final = 20
# Percent. Of four options one is the longest: 25 % by chance, and the rest is the authors' freedom.
MOST_LONGEST: Final = 30
MOST_SHORTEST: Final = 30
# Percent for each position, around the same 25.
POSITIONS: Final = limits.Bounds(20, 30)
# How many items a sentence names: enough to begin with.
NAMED: Final = 3
_ABSOLUTE: Final = re.compile(
    r"\b(?:always|never|only|all|none|every|must|cannot|impossible|guarantee[sd]?)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Balance:
    """Figures over the choice items of a pack; the tuples hold slugs, the most striking ones first.

    `longest` and `shortest` are the items whose right option is strictly so, `positions` how often it is the
    first, second, third and fourth, `absolute_right` in how many items it has an absolute word.
    `absolute_wrong` has a slug for each wrong option that has one.
    """

    items: int
    longest: tuple[str, ...]
    shortest: tuple[str, ...]
    positions: tuple[int, ...]
    absolute_right: int
    absolute_wrong: tuple[str, ...]

    def line(self) -> str:
        """Return the figures as one line; there has to be an item."""
        noun = "choice item" if self.items == 1 else "choice items"
        positions = "/".join(str(_percent(count, self.items)) for count in self.positions)
        return (
            f"{self.items:,} {noun}: right option longest in {_percent(len(self.longest), self.items)} %, "
            f"shortest in {_percent(len(self.shortest), self.items)} %, positions {positions} %"
        )


def weigh(items: Sequence[ChoiceQuestion]) -> Balance:
    """Return the figures of some choice items."""
    margins = [_margins(item) for item in items]
    by_length = [(longer, item.slug) for (longer, _), item in zip(margins, items, strict=True) if longer > 0]
    by_brevity = [(less, item.slug) for (_, less), item in zip(margins, items, strict=True) if less > 0]
    places = [_right(item) for item in items]
    wrong = [
        item.slug for item in items for option in item.options if not option.right and _is_absolute(option)
    ]
    return Balance(
        items=len(items),
        longest=tuple(slug for _, slug in sorted(by_length, reverse=True)),
        shortest=tuple(slug for _, slug in sorted(by_brevity, reverse=True)),
        positions=tuple(places.count(i) for i in range(limits.OPTIONS.high)),
        absolute_right=sum(
            _is_absolute(item.options[place]) for item, place in zip(items, places, strict=True)
        ),
        absolute_wrong=tuple(wrong),
    )


def balance_complaints(balance: Balance) -> Iterator[str]:
    """Say what is out of balance and with which items to begin; nothing where there are too few."""
    count = balance.items
    if count < ENOUGH_ITEMS:
        return
    for slugs, name, most, advice in (
        (balance.longest, "longest", MOST_LONGEST, "shorten it or lengthen a wrong one"),
        (balance.shortest, "shortest", MOST_SHORTEST, "lengthen it or shorten a wrong one"),
    ):
        # Counts are compared, not rounded shares: 30.4 % is more than 30 %.
        if len(slugs) * 100 > most * count:
            yield (
                f"the right option is the {name} in {len(slugs)} of {count} choice items"
                f" ({_percent(len(slugs), count)} %); at most {most} % are allowed, {advice},"
                f" first of all in {_named(slugs)}"
            )
    for place, here in enumerate(balance.positions, 1):
        if not POSITIONS.low * count <= here * 100 <= POSITIONS.high * count:
            yield (
                f"the right option stands in position {place} in {here} of {count} choice items"
                f" ({_percent(here, count)} %); {POSITIONS.low} to {POSITIONS.high} % are allowed,"
                " change the order of some items' options"
            )
    wrong, right = len(balance.absolute_wrong), balance.absolute_right
    others = limits.OPTIONS.high - 1
    if wrong > others * right:
        yield (
            f"absolute words (always, never, only ...) stand in {wrong} of {others * count} wrong options"
            f" and in {right} of {count} right ones; they may not be more frequent in wrong ones,"
            f" take some out of {_named(balance.absolute_wrong)}"
        )


def _right(item: ChoiceQuestion) -> int:
    return next(i for i, option in enumerate(item.options) if option.right)


def _margins(item: ChoiceQuestion) -> tuple[int, int]:
    """Return by how many characters the right option is longer than all others, and shorter (else <= 0)."""
    right = len(item.options[_right(item)].text)
    wrong = [len(option.text) for option in item.options if not option.right]
    return right - max(wrong), min(wrong) - right


def _is_absolute(option: ChoiceOption) -> bool:
    return _ABSOLUTE.search(option.text) is not None


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)


def _named(slugs: Sequence[str]) -> str:
    names = list(dict.fromkeys(slugs))
    rest = len(names) - NAMED
    listed = ", ".join(shown(name, 60) for name in names[:NAMED])
    return f"{listed} and {rest} more" if rest > 0 else listed

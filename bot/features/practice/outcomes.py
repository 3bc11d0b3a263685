"""How what a person does in practice can end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.bank.service import BankItem
from bot.features.practice.rules import Grade, Why


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category with how many practice questions it has."""

    key: str
    name: str
    items: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What was answered in this sitting."""

    answered: int
    right: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question waits for its answer; `order` is that of its options, `number` goes into its buttons."""

    number: int
    item: BankItem
    order: str
    why: Why
    tally: Tally


@dataclass(frozen=True, slots=True)
class Answered:
    """The question is answered with `option`, and comes back at `due_at`.

    `may_rate` says whether the person's own rating can still take the place of `grade`.
    """

    number: int
    item: BankItem
    order: str
    option: int
    grade: Grade
    due_at: datetime
    may_rate: bool
    tally: Tally

    @property
    def right(self) -> bool:
        """Return True if the right option was chosen."""
        return self.item.content.options[self.option].right


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is due and nothing new is left, in one category or (None) in all.

    `next_at` is when the first comes back; None where all that is left is being asked to everybody right
    now. `more` says whether other categories have something.
    """

    category: str | None
    next_at: datetime | None
    more: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class NoItems:
    """There are no practice questions, in one category or (None) at all; `known` have some."""

    category: str | None
    known: Sequence[CategoryCount]


@dataclass(frozen=True, slots=True)
class UnknownCategory:
    """What was typed names no category; `known` have practice questions."""

    typed: str
    known: Sequence[CategoryCount]


@dataclass(frozen=True, slots=True)
class NoMisses:
    """There is nothing to practise of a quiz."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The button belongs to an earlier question; this is the one where the person stands."""

    now: Asked | Answered


@dataclass(frozen=True, slots=True)
class Held:
    """The question is being asked to everybody in the server: its answer stays hidden, this comes instead."""

    then: Asked | Nothing | NoItems


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """The button belongs to practice that is over."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The person is done; `due` are due now, `next_at` is when the first of the others comes back."""

    tally: Tally
    due: int
    next_at: datetime | None


Coming = Asked | Nothing | NoItems
Outcome = Coming | Answered | UnknownCategory | NoMisses | Elsewhere | Held | NothingOpen | Ended

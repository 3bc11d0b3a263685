"""What can come of keeping and looking back: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.features.answers.access import Sight
from bot.features.answers.store import Answer
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.store import Drop


@dataclass(frozen=True, slots=True)
class Thing:
    """What can be kept: an answer, or (None) a question's model answer; and whether it may be read now."""

    drop: Drop
    asked: BankQuestion | BankItem
    answer: Answer | None
    sight: Sight


@dataclass(frozen=True, slots=True)
class Kept:
    """It is in the person's list now, or still; the list holds so many."""

    thing: Thing
    total: int


@dataclass(frozen=True, slots=True)
class TakenOut:
    """It is not in the person's list any more."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class NotToRead:
    """It cannot be kept: the person may not read it now."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class Full:
    """The list holds as much as it can."""

    most: int


@dataclass(frozen=True, slots=True)
class NothingHere:
    """There is no such thing here, or nothing that this person could know of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list; `saved_id` is its id."""

    saved_id: int
    thing: Thing


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list: `total` entries match the search, `kept` are there at all."""

    entries: tuple[Entry, ...]
    page: int
    total: int
    kept: int
    search: str
    removed: Thing | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a choice question went: how many chose which option, and what this person chose."""

    counts: Mapping[int, int] = field(default_factory=dict[int, int])
    mine: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry to be read whole."""

    entry: Entry
    search: str
    result: Result


Pressed = Kept | TakenOut | NotToRead | Full | NothingHere

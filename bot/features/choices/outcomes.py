"""What can come of a tap: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.bank.service import BankItem
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice is stored; `option` counts in the item's own order."""

    drop: Drop
    item: BankItem
    option: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question is open; `mine` is the person's choice so far."""

    drop: Drop
    item: BankItem
    mine: int | None


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The time is over and the reveal on its way; `mine` is what counts."""

    drop: Drop
    item: BankItem
    mine: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """The question was revealed; `mine` is what the person had chosen, `points` what it brought."""

    drop: Drop
    item: BankItem
    mine: int | None
    points: int


@dataclass(frozen=True, slots=True)
class Written:
    """The question is answered by writing."""

    drop: Drop


Tapped = Chosen | TimeUp | Result | Written | QuestionGone

Looked = Waiting | TimeUp | Result | Written | QuestionGone

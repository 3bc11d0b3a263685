"""What can come of looking back and of an export: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.features.answers.access import Reader
from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.store import Drop
from bot.features.history.dates import Month
from bot.features.saved.outcomes import NothingHere, Result


@dataclass(frozen=True, slots=True)
class Past:
    """A question with what this person may read of it.

    `closed` counts the answers that open to them with one of their own; `result` is that of a revealed
    choice question; `said` maps answer ids to what reviews and votes say.
    """

    drop: Drop
    asked: BankQuestion | BankItem
    answers: tuple[Answer, ...]
    said: Mapping[int, Judged]
    closed: int
    reader: Reader
    result: Result | None


@dataclass(frozen=True, slots=True)
class Several:
    """More than one question is meant: the newest first, of `total`."""

    typed: str
    found: tuple[tuple[Drop, BankQuestion | BankItem], ...]
    total: int


@dataclass(frozen=True, slots=True)
class NothingThen:
    """No question was asked on that day, has that number or that title."""

    typed: str
    day: date | None
    asked: int


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Exported:
    """A month as files; `left_out` names the questions for which there was not enough room."""

    month: Month
    files: tuple[File, ...]
    questions: int
    answers: int
    unrevealed: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmptyMonth:
    """Nothing was asked in that month; these are the months in which something was, the newest first."""

    month: Month
    others: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class UnknownMonth:
    """That is no month."""

    typed: str


Looking = Past | Several | NothingThen | NothingHere

Exporting = Exported | EmptyMonth | UnknownMonth

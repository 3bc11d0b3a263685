"""What can come of asking for a question."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.store import Drop


@dataclass(frozen=True, slots=True)
class QuestionGone:
    """The question does not exist here, or its schedule was removed."""


@dataclass(frozen=True, slots=True)
class Question:
    """A drop with what it asks."""

    drop: Drop
    question: BankQuestion | BankItem

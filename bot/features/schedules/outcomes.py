"""How an organiser's act on a schedule can end: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.features.bank.service import BankItem, BankQuestion, Category
from bot.features.drops.store import Drop
from bot.features.problems.store import Problem
from bot.features.schedules.recurrence import Occurrence
from bot.features.schedules.store import Schedule
from bot.outbox.service import Post


@dataclass(frozen=True, slots=True)
class Saved:
    """A schedule as it is now, with an example of what it asks next.

    `questions` and `items` are how many it can choose from, to write about and to tap an option of.
    `created` and `changed` say what was done; `others` counts the server's further schedules.
    """

    schedule: Schedule
    categories: tuple[Category, ...]
    preview: BankQuestion | BankItem
    questions: int
    items: int
    created: bool
    posted_before: bool
    changed: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class NoSchedule:
    """There is no such schedule in this server any more."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The occurrence that will not be posted, and the one after it."""

    schedule: Schedule
    skipped: Occurrence
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """A question is on its way."""

    schedule: Schedule
    drop_id: int


@dataclass(frozen=True, slots=True)
class AlreadyPosting:
    """One was asked for a moment ago."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Health:
    """A schedule with its last drops (newest first), and what keeps posts from going out."""

    schedules: tuple[tuple[Schedule, tuple[Drop, ...]], ...]
    problems: tuple[Problem, ...]
    waiting: tuple[Post, ...]

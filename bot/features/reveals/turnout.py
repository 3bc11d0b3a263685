"""What a reveal tells of the answers: who named what, which is the best, what everybody got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.db import Connection
from bot.features.answers import queries as answers
from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reviews import awards, scoring
from bot.features.reviews.scoring import ReviewedAnswer
from bot.features.scores import rules as pays


@dataclass(frozen=True, slots=True)
class Points:
    """What an answer brings: for itself, its confirmed points of the rubric, its upvotes, being the best.

    `votes` are the points that its `upvotes` bring.
    """

    answer: int
    rubric: int
    votes: int
    best: int
    upvotes: int

    @property
    def total(self) -> int:
        """Return the sum."""
        return self.answer + self.rubric + self.votes + self.best


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer with what is said of it and what it brings."""

    answer: Answer
    judged: Judged
    points: Points


@dataclass(frozen=True, slots=True)
class Turnout:
    """The answers of before the reveal that stand, the earliest first.

    `covered` says of each point of the rubric in how many it is confirmed, `reviewed` how many have a review.
    """

    entries: tuple[Entry, ...] = ()
    covered: tuple[int, ...] = ()
    reviewed: int = 0
    best: Entry | None = None


def turnout(found: Sequence[Answer], reviewed: Sequence[ReviewedAnswer], points: int) -> Turnout:
    """Return what a reveal tells; `points` is the length of the rubric.

    Late answers are left out: whoever has read the model answer names everything.
    """
    in_time = {answer.id: answer for answer in found if not answer.late}
    standing = [one for one in reviewed if one.answer_id in in_time]
    best = scoring.best(standing)
    entries = tuple(Entry(in_time[one.answer_id], one.judged, _points(one, best)) for one in standing)
    return Turnout(
        entries,
        tuple(scoring.coverage(standing, points)),
        sum(one.judged.reviews > 0 for one in standing),
        next((entry for entry in entries if best and entry.answer.id == best.answer_id), None),
    )


def _points(one: ReviewedAnswer, best: ReviewedAnswer | None) -> Points:
    """Return what an answer brings, as settling pays it once the reveal is out."""
    if not one.scored:
        return Points(0, 0, 0, 0, one.judged.votes)
    return Points(
        pays.WRITTEN_ANSWER,
        len(one.judged.confirmed) * pays.RUBRIC_POINT,
        scoring.vote_points(one.judged.votes),
        pays.BEST_ANSWER if one is best else 0,
        one.judged.votes,
    )


async def load(tx: Connection, bank: BankService, drop: Drop) -> Turnout:
    """Return what the reveal of a question tells as things stand."""
    reviewed = await awards.list_reviewed(tx, bank, drop)
    found = await answers.by_id(tx, [one.answer_id for one in reviewed])
    question = await drops.question_of(tx, bank, drop)
    return turnout(list(found.values()), reviewed, len(question.content.rubric))

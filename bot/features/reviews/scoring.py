"""What reviews and votes say of an answer, and what everybody gets for them. Pure.

Points are computed from what stands, never added up from what happened: the same reviews, votes, withdrawals
and hidings give the same points in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.features.answers.rules import Judged
from bot.features.scores import rules as pays


@dataclass(frozen=True, slots=True)
class Review:
    """One live review: `ticks` are the rubric's points (counted from 0) that the answer covers."""

    id: int
    answer_id: int
    reviewer_id: int
    ticks: frozenset[int]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewedAnswer:
    """An answer that stands (not withdrawn, not hidden) with what is said of it."""

    answer_id: int
    user_id: int
    scored: bool
    created_at: datetime
    judged: Judged


def judge(reviews: Collection[Review], votes: int) -> Judged:
    """Return what is said of an answer. A point is confirmed where the median of its ticks says so.

    One review decides alone; of two both have to tick it, of three two.
    """
    points = {point for review in reviews for point in review.ticks}
    confirmed = {
        point for point in points if 2 * sum(point in review.ticks for review in reviews) > len(reviews)
    }
    return Judged(frozenset(confirmed), len(reviews), votes)


def keeps_pay(review: Review, all_of_answer: Collection[Review]) -> bool:
    """Say whether a review is near enough to the others of its answer (itself among them) to be paid."""
    if len(all_of_answer) < pays.REVIEWS_COMPARED_FROM:
        return True
    middle = median(len(other.ticks) for other in all_of_answer)
    return abs(len(review.ticks) - middle) <= pays.REVIEW_MAY_DIFFER


def paid_reviews(of_a_day: Sequence[Review], by_answer: Mapping[int, Collection[Review]]) -> dict[int, int]:
    """Map each of a reviewer's reviews of one day (by id) to its points: the first that keep their pay.

    `by_answer` maps an answer to all its live reviews.
    """
    paid: dict[int, int] = {}
    left = pays.PAID_REVIEWS_A_DAY
    for review in sorted(of_a_day, key=lambda r: (r.created_at, r.id)):
        keeps = left > 0 and keeps_pay(review, by_answer[review.answer_id])
        paid[review.id] = pays.REVIEW if keeps else 0
        left -= keeps
    return paid


def vote_points(votes: int) -> int:
    """Return what upvotes bring an answer."""
    return min(votes, pays.PAID_UPVOTES) * pays.UPVOTE


def best(answers: Sequence[ReviewedAnswer]) -> ReviewedAnswer | None:
    """Return the best of the scored answers: rubric first, then votes, then the earliest.

    None among too few, or where nobody has said anything good of any.
    """
    scored = [answer for answer in answers if answer.scored]
    if len(scored) < pays.BEST_ANSWER_NEEDS:
        return None
    first = min(
        scored,
        key=lambda a: (-len(a.judged.confirmed), -a.judged.votes, a.created_at, a.answer_id),
    )
    return first if first.judged.confirmed or first.judged.votes else None


def coverage(answers: Sequence[ReviewedAnswer], points: int) -> list[int]:
    """Return for each point of the rubric how many answers have it confirmed."""
    return [sum(point in answer.judged.confirmed for answer in answers) for point in range(points)]

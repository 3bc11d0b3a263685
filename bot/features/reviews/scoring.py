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

POINT = 2

VOTE = 1

MOST_VOTES = 10

BEST = 10

BEST_NEEDS = 3

REVIEW = 3

REVIEWS_A_DAY = 5

# From so many reviews on they are held against their median.
COMPARED_FROM = 3

FAR_FROM_MEDIAN = 1


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
    if len(all_of_answer) < COMPARED_FROM:
        return True
    middle = median(len(other.ticks) for other in all_of_answer)
    return abs(len(review.ticks) - middle) <= FAR_FROM_MEDIAN


def paid_reviews(of_a_day: Sequence[Review], by_answer: Mapping[int, Collection[Review]]) -> dict[int, int]:
    """Map each of a reviewer's reviews of one day (by id) to its points: the first five that keep their pay.

    `by_answer` maps an answer to all its live reviews.
    """
    paid: dict[int, int] = {}
    left = REVIEWS_A_DAY
    for review in sorted(of_a_day, key=lambda r: (r.created_at, r.id)):
        keeps = left > 0 and keeps_pay(review, by_answer[review.answer_id])
        paid[review.id] = REVIEW if keeps else 0
        left -= keeps
    return paid


def vote_points(votes: int) -> int:
    """Return what upvotes bring an answer."""
    return min(votes, MOST_VOTES) * VOTE


def best(answers: Sequence[ReviewedAnswer]) -> ReviewedAnswer | None:
    """Return the best of three or more scored answers: rubric first, then votes, then the earliest.

    None among fewer, or where nobody has said anything good of any.
    """
    scored = [answer for answer in answers if answer.scored]
    if len(scored) < BEST_NEEDS:
        return None
    first = min(
        scored,
        key=lambda a: (-len(a.judged.confirmed), -a.judged.votes, a.created_at, a.answer_id),
    )
    return first if first.judged.confirmed or first.judged.votes else None


def coverage(answers: Sequence[ReviewedAnswer], points: int) -> list[int]:
    """Return for each point of the rubric how many answers have it confirmed."""
    return [sum(point in answer.judged.confirmed for answer in answers) for point in range(points)]

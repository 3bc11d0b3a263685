"""Which answer is reviewed next, and how much a reviewer writes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.features.reviews.scoring import ReviewedAnswer

# What a reviewer writes is one line each.
LONGEST_LINE = 300


def next_to_review(
    answers: Sequence[ReviewedAnswer], reviewed: Collection[int], reviewer_id: int, counts: Mapping[int, int]
) -> ReviewedAnswer | None:
    """Return the answer to review next: none of one's own, none reviewed already, the least reviewed first.

    `reviewed` holds answer ids, `counts` maps them to their live reviews.
    """
    left = [a for a in answers if a.user_id != reviewer_id and a.answer_id not in reviewed]
    return min(left, key=lambda a: (counts.get(a.answer_id, 0), a.created_at, a.answer_id), default=None)

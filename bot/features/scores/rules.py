"""What acts are worth and how ranks are given. Pure.

The constants are the one table of points: whoever pays an act and every text that names points reads them
here, through this module, so that a number is changed in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

# A written answer before its reveal, to a question that the server was never asked before.
WRITTEN_ANSWER = 10
# Each point of the rubric that the reviews of an answer confirm.
RUBRIC_POINT = 2
# An upvote, of so many an answer at most.
UPVOTE = 1
PAID_UPVOTES = 10
# The best of at least so many scored answers, paid at the reveal.
BEST_ANSWER = 10
BEST_ANSWER_NEEDS = 3
# A review, of so many a day; from so many reviews of an answer on they are held against their median, and
# keep their pay where they tick at most so many points more or less.
REVIEW = 3
PAID_REVIEWS_A_DAY = 5
REVIEWS_COMPARED_FROM = 3
REVIEW_MAY_DIFFER = 1
# A choice on a question of the day, by its difficulty.
CHOICE_RIGHT: Mapping[str, int] = {"easy": 5, "medium": 8, "hard": 12}
CHOICE_WRONG = 1
# A right choice in a quiz by the item's difficulty; an item pays a person once in this time.
QUIZ_RIGHT: Mapping[str, int] = {"easy": 1, "medium": 2, "hard": 3}
QUIZ_PAYS_AGAIN_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a leaderboard."""

    rank: int
    user_id: int
    points: int


def difference(current: int, wanted: int) -> int:
    """Return the entry that brings an act from `current` to `wanted` points."""
    return wanted - current


def rank(totals: Iterable[tuple[int, int]]) -> list[Standing]:
    """Rank (user_id, points): ties share a rank and the next one is counted on (1, 2, 2, 4)."""
    standings: list[Standing] = []
    for place, (user_id, points) in enumerate(sorted(totals, key=lambda t: (-t[1], t[0])), start=1):
        tied = standings and standings[-1].points == points
        standings.append(Standing(standings[-1].rank if tied else place, user_id, points))
    return standings

"""What acts are worth and how ranks are given. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SCORED_ANSWER = 10


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

"""When an item comes back to a person: FSRS, with what it needs said by rules. Pure.

The scheduler is the `fsrs` package's (FSRS-6, https://github.com/open-spaced-repetition/py-fsrs), without its
random spread, so that the same answers always give the same dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsrs import Scheduler

# Beyond this the person took long enough to be unsure, or to look it up.
SLOW = timedelta(seconds=90)
# Beyond this they were away: the time says nothing.
AWAY = timedelta(minutes=10)


class Grade(IntEnum):
    """How well an item was known; the values are FSRS's."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Card:
    """What is known about one item in one person's memory: FSRS's own JSON, and when it is due."""

    state: str
    due_at: datetime


def grade(*, right: bool, taken: timedelta | None) -> Grade:
    """Return what an answer says by itself: wrong is Again, right is Good, right but slow is Hard.

    `taken` is the time from question to answer, None where it is not known.
    """
    if not right:
        return Grade.AGAIN
    if taken is not None and SLOW < taken <= AWAY:
        return Grade.HARD
    return Grade.GOOD


def review(card: Card | None, given: Grade, now: datetime) -> Card:
    """Return the card after a review at `now`; None is an item that was never seen."""
    from fsrs import Card as FsrsCard  # noqa: PLC0415 a start needs no scheduler
    from fsrs import Rating  # noqa: PLC0415 as above

    # A new card's id would come from the machine's clock; nothing here reads it.
    before = FsrsCard(card_id=0, due=now) if card is None else FsrsCard.from_json(card.state)
    after, _ = _scheduler().review_card(before, Rating(int(given)), review_datetime=now)
    return Card(after.to_json(), after.due)


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler  # noqa: PLC0415 as above

    return Scheduler(enable_fuzzing=False)

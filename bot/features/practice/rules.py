"""What practice asks next, and when an item comes back: FSRS, with what it needs said by rules. Pure.

The scheduler is the `fsrs` package's (FSRS-6, https://github.com/open-spaced-repetition/py-fsrs), without its
random spread, so that the same answers always give the same dates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum, auto
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from fsrs import Scheduler

# Beyond this the person took long enough to be unsure, or to look it up.
SLOW = timedelta(seconds=90)
# Beyond this they were away: the time says nothing.
AWAY = timedelta(minutes=10)
# Who comes back after a longer pause has sat down anew: what is counted begins at zero.
SITTING = timedelta(hours=6)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEVELS: Final = ("easy", "medium", "hard")


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


def new_card(now: datetime) -> Card:
    """Return the card of an item that was never answered, due at once."""
    from fsrs import Card as FsrsCard  # noqa: PLC0415 as above

    return Card(FsrsCard(card_id=0, due=now).to_json(), now)


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler  # noqa: PLC0415 as above

    return Scheduler(enable_fuzzing=False)


def restored(state: str) -> Card:
    """Return the card that a state is of."""
    from fsrs import Card as FsrsCard  # noqa: PLC0415 as above

    return Card(state, FsrsCard.from_json(state).due)


def thinking_since(shown_at: datetime, now: datetime) -> datetime:
    """Return from when on the time counts for a question that is shown once more.

    Who was away begins again; who only called it up again does not.
    """
    return now if now - shown_at > AWAY else shown_at


def is_over(last_at: datetime | None, now: datetime) -> bool:
    """Return True if a sitting is over whose last sign of life was at `last_at`."""
    return last_at is None or now - last_at > SITTING


class Choosable(Protocol):
    """What choosing an item needs to know of it."""

    @property
    def question_id(self) -> int:
        """Identify the item."""
        ...

    @property
    def category(self) -> str:
        """Return the category's key."""
        ...

    @property
    def difficulty(self) -> str:
        """Say easy, medium or hard."""
        ...


T = TypeVar("T", bound=Choosable)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one person: when which item comes back, and which they ever answered anywhere."""

    due: Mapping[int, datetime]
    seen: Collection[int]


class Why(Enum):
    """For what reason an item is asked."""

    DUE = auto()
    NEW = auto()
    SEEN = auto()  # answered somewhere and known, so it has no card yet
    AGAIN = auto()  # asked for, before it is due
    LEFT = auto()  # shown before and not answered yet


def why(question_id: int, memory: Memory, now: datetime) -> Why:
    """Return how an item stands with a person."""
    due_at = memory.due.get(question_id)
    if due_at is not None:
        return Why.DUE if due_at <= now else Why.AGAIN
    return Why.SEEN if question_id in memory.seen else Why.NEW


@dataclass(frozen=True, slots=True)
class Pick(Generic[T]):
    """What is asked next, and what of the queue is left then."""

    item: T
    queue: tuple[int, ...]


def pick(
    items: Sequence[T], queue: Sequence[int], memory: Memory, user_id: int, now: datetime
) -> Pick[T] | None:
    """Choose the next item: the queue in its order, what is due (oldest first), new ones, known ones.

    New and known ones come easiest first, in an order of each person's own that stays. None where there is
    nothing: what is not due yet is not asked. `queue` holds question ids; those not in `items` are left out.
    """
    usable = {item.question_id: item for item in items}
    left = [question_id for question_id in queue if question_id in usable]
    if left:
        return Pick(usable[left[0]], tuple(left[1:]))

    def place(item: T) -> tuple[int, datetime | int, int]:
        standing = why(item.question_id, memory, now)
        if standing is Why.DUE:
            return (0, memory.due[item.question_id], item.question_id)
        first = 1 if standing is Why.NEW else 2
        return (first, _LEVELS.index(item.difficulty), _own_place(user_id, item.question_id))

    ready = [item for item in items if why(item.question_id, memory, now) is not Why.AGAIN]
    return Pick(min(ready, key=place), ()) if ready else None


def next_at(items: Sequence[Choosable], memory: Memory) -> datetime | None:
    """Return when the first of these items comes back; the moment may have passed."""
    return min(
        (memory.due[item.question_id] for item in items if item.question_id in memory.due), default=None
    )


def count_due(items: Sequence[Choosable], memory: Memory, now: datetime) -> int:
    """Return how many of these items are due."""
    return sum(why(item.question_id, memory, now) is Why.DUE for item in items)


def next_source_id(last: int | None, now: datetime) -> int:
    """Return the number of a person's next answer: the moment in microseconds, and never one twice."""
    micros = (now - _EPOCH) // timedelta(microseconds=1)
    return micros if last is None else max(micros, last + 1)


def _own_place(user_id: int, question_id: int) -> int:
    digest = blake2b(f"{user_id}:{question_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest)

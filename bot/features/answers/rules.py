"""What counts as an answer. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.features.drops.rules import LONGEST_ANSWER, REMIND_BEFORE_REVEAL, SHORTEST_ANSWER

LONGEST_ADDITION = 1500
# What the ledger calls the points for an answer.
ANSWER_ACT = "answer"


@dataclass(frozen=True, slots=True)
class TooShort:
    """`length` characters that can be read, of at least `shortest`."""

    length: int
    shortest: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """`length` characters of at most `longest`."""

    length: int
    longest: int


def is_attempt(why: TooShort | TooLong) -> bool:
    """Say whether a reply that is no answer was meant as one; a short one is talk and wants no lecture."""
    return isinstance(why, TooLong) or why.length >= why.shortest // 2


def clean(text: str) -> str:
    """Return the text without what cannot be seen but misleads: controls, zero-width and direction marks.

    Newlines, tabs and joiners inside emoji and scripts that need them (U+200C, U+200D) stay.
    """
    kept = "".join(c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf"})
    return kept.strip()


def check(
    text: str, shortest: int = SHORTEST_ANSWER, longest: int = LONGEST_ANSWER
) -> str | TooShort | TooLong:
    """Return the cleaned text, or why it is no answer. Blank characters do not make it longer."""
    answer = clean(text)
    length = len(answer)
    if length > longest:
        return TooLong(length, longest)
    visible = sum(1 for c in answer if not c.isspace() and c not in "\u200c\u200d")
    if length < shortest or visible < shortest // 2:
        return TooShort(length if visible and length < shortest else visible, shortest)
    return answer


@dataclass(frozen=True, slots=True)
class Judged:
    """What reviews and votes say of one answer: the confirmed points of the rubric, and the counts."""

    confirmed: frozenset[int]
    reviews: int
    votes: int


def hint_to_show(seen: int, hints: int) -> int | None:
    """Return the index of the next hint, or None where all have been seen."""
    return seen if seen < hints else None


def remind_at(reveal: datetime, now: datetime) -> datetime | None:
    """Return when to remind, some time before the reveal; None where that is too near to help."""
    at = reveal - REMIND_BEFORE_REVEAL
    return at if at > now else None

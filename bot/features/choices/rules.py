"""When a tap counts and what a choice is worth. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from bot.features.drops.modes import DropKind
from bot.features.scores import rules as pays


class Verdict(Enum):
    """What becomes of a tap."""

    COUNTS = auto()
    GONE = auto()  # there is no such question for whoever tapped
    WRITTEN = auto()  # the question is answered by writing
    TIME_UP = auto()  # its time is over, the reveal is on its way
    REVEALED = auto()


def judge(kind: DropKind, state: str, *, is_out: bool, reveal_at: datetime, now: datetime) -> Verdict:
    """Decide about a tap on a question in `state`; `is_out` says whether people can see it.

    A question whose sending was not confirmed yet has no end: it gets at least an hour when it is.
    """
    if not is_out:
        return Verdict.GONE
    if kind != "choice":
        return Verdict.WRITTEN
    if state == "revealed":
        return Verdict.REVEALED
    return Verdict.TIME_UP if state == "open" and now >= reveal_at else Verdict.COUNTS


def points(difficulty: str, *, right: bool) -> int:
    """Return what a choice brings at the reveal."""
    return pays.CHOICE_RIGHT[difficulty] if right else pays.CHOICE_WRONG


def bar(count: int, of: int, width: int = 10) -> str:
    """Return a bar of characters for a share; whoever is there at all can be seen."""
    filled = 0 if not of else round(width * count / of)
    return "█" * max(filled, min(count, 1)) + "░" * (width - max(filled, min(count, 1)))

"""What can come of asking for a reveal, and of looking at one's own answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop


@dataclass(frozen=True, slots=True)
class NotPosted:
    """The question is still on its way into its channel."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NotRevealed:
    """The question is not revealed yet."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class AskEverybody:
    """The question before somebody reveals for everybody."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class MayNotReveal:
    """The person is no organiser, and did not begin it."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """Only those who have answered can agree to a reveal."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """The person's answer is hidden, so nobody waits until they agree."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Alone:
    """The person agrees, and nobody else who is in the server has answered yet."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Agreed:
    """`agreed` of the `of` people who have answered want the reveal now; `missing` are the others."""

    drop: Drop
    agreed: int
    of: int
    missing: frozenset[int]


@dataclass(frozen=True, slots=True)
class Revealed:
    """The reveal was asked for and goes out now."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """The time of the reveal has come already."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Out:
    """The reveal is out."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class LookForm:
    """The form for looking at one's own answer (`mine`, where there is one), with what was ticked before."""

    drop: Drop
    question: BankQuestion
    mine: Answer | None
    ticks: frozenset[int]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the person ticked is kept: `missed` are the other points, `items` what practice asks for them."""

    drop: Drop
    question: BankQuestion
    missed: tuple[int, ...]
    items: int


Early = (
    AskEverybody
    | MayNotReveal
    | NotAnswered
    | NotNeeded
    | Alone
    | Agreed
    | Revealed
    | OnItsWay
    | Out
    | NotPosted
    | QuestionGone
)

Looking = LookedAt | QuestionGone | NotRevealed

"""What can come of reviewing and voting: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.store import Drop
from bot.features.reviews.rules import Judged
from bot.features.reviews.store import Kept


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews, as the others will read it."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """What came back from the form: `ticks` are the points of the rubric, counted from 0.

    `text_at` is which text of the answer the form showed; `unnamed` that it promised not to show the
    reviewer's name.
    """

    ticks: frozenset[int]
    praise: str
    advice: str
    text_at: datetime | None
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class NotThere:
    """The answer does not exist here, was withdrawn or hidden, or its question is gone."""


@dataclass(frozen=True, slots=True)
class Own:
    """The answer is the person's own."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Unseen:
    """The answers are hidden from the person until they have answered or the reveal has come."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Closed:
    """The time for reviews is over."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The author has replaced the text while the form was open."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class TooMuch:
    """A line is longer than it may be."""

    answer: Answer
    longest: int


@dataclass(frozen=True, slots=True)
class NoReview:
    """The person has no review of the answer to withdraw."""


@dataclass(frozen=True, slots=True)
class Stays:
    """The person's review cannot be withdrawn any more: the time for reviews is over."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """The person has no answer left to review; `any_answers` says if others have answered at all."""

    drop: Drop
    any_answers: bool


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form for a review, filled in where the person has written one; `anonymous` says how it is shown."""

    drop: Drop
    question: BankQuestion
    answer: Answer
    mine: Kept | None
    anonymous: bool

    @property
    def unnamed(self) -> bool:
        """Say whether it promises not to show the reviewer's name."""
        return self.anonymous or (self.mine is not None and self.mine.anonymous)


@dataclass(frozen=True, slots=True)
class Saved:
    """The review stands: `judged` is what all reviews say now, `change` what the review brought its author.

    `besides` is what else of the reviewer's points it changed: those of their own answer and of their other
    reviews. `paid` says whether it is paid as things stand; `left` counts the answers left to review.
    """

    drop: Drop
    question: BankQuestion
    answer: Answer
    review: Kept
    judged: Judged
    change: int
    besides: int
    paid: bool
    edited: bool
    left: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The review is withdrawn; `change` is what it had brought, `besides` what else of the points changed."""

    drop: Drop
    answer: Answer
    change: int
    besides: int


@dataclass(frozen=True, slots=True)
class Voted:
    """The person's vote is given (`given`) or taken back; `votes` stand now."""

    answer: Answer
    given: bool
    votes: int


@dataclass(frozen=True, slots=True)
class AllReviews:
    """All reviews of an answer's text, the earliest first; `anonymous` is the server's setting."""

    drop: Drop
    question: BankQuestion
    answer: Answer
    judged: Judged
    reviews: tuple[Kept, ...]
    anonymous: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """How many answers to a question a person could still review."""

    drop: Drop
    left: int


Refusal = NotThere | Own | Unseen | Closed
Opening = ReviewForm | Refusal
Reviewing = Saved | Rewritten | TooMuch | Refusal
Another = ReviewForm | NothingLeft | NotThere | Unseen | Closed
Withdrawing = TakenBack | NoReview | NotThere | Stays
Voting = Voted | NotThere | Own | Unseen
Reading = AllReviews | NotThere | Unseen


# About a reveal


@dataclass(frozen=True, slots=True)
class NoQuestion:
    """The question does not exist here, or its schedule was removed."""


@dataclass(frozen=True, slots=True)
class NotRevealed:
    """The question is not revealed yet, or not even posted."""

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
    """`agreed` of the `of` people who have answered wish the reveal now; `missing` are the others."""

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
    | NotRevealed
    | NoQuestion
)
Looking = LookedAt | NoQuestion | NotRevealed

"""What can come of reviewing and voting: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.store import Drop
from bot.features.reviews.store import StoredReview


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
    mine: StoredReview | None
    anonymous: bool

    @property
    def unnamed(self) -> bool:
        """Return True if it promises not to show the reviewer's name."""
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
    review: StoredReview
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
    reviews: tuple[StoredReview, ...]
    anonymous: bool
    own: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """How many answers to a question a person could still review."""

    drop: Drop
    left: int


@dataclass(frozen=True, slots=True)
class Naming:
    """Reviews are shown without their reviewers' names from now on (`anonymous`), or with them."""

    anonymous: bool


Refusal = NotThere | Own | Unseen | Closed

Opening = ReviewForm | Refusal

Reviewing = Saved | Rewritten | TooMuch | Refusal

Another = ReviewForm | NothingLeft | NotThere | Unseen | Closed

Withdrawing = TakenBack | NoReview | NotThere | Stays

Voting = Voted | NotThere | Own | Unseen

Reading = AllReviews | NotThere | Unseen
# What is told when a form was not taken, or nothing happened.
NotDone = Refusal | Rewritten | TooMuch | NoReview | Stays | NothingLeft
Told = Saved | TakenBack | Voted | AllReviews | Naming | NotDone

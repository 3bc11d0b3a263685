"""What can come of a member's act: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.features.answers.rules import TooLong, TooShort
from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.gateway.rooms import Entry
from bot.ui import refusals


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, as the room will show them."""

    user_id: int
    name: str
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class ByButtons(QuestionGone):
    """The question is answered by its buttons: as far as writing goes there is none."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class TakenDown(QuestionGone):
    """An organiser has hidden the person's answer: as far as writing goes the question is over for them."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class WriteForm:
    """The form for an answer, filled with the draft where there is one; `again` after a withdrawal.

    `refused` says why Discord did not let the text stand that was given back.
    """

    drop: Drop
    question: BankQuestion
    draft: str
    again: bool = False
    refused: refusals.Refusal | None = None


@dataclass(frozen=True, slots=True)
class AddForm:
    """The form for an addition to one's answer, filled with what was added or drafted before."""

    drop: Drop
    answer: Answer
    draft: str


@dataclass(frozen=True, slots=True)
class AlreadyAnswered:
    """The person has a live answer."""

    drop: Drop
    answer: Answer


@dataclass(frozen=True, slots=True)
class Unfit:
    """The text is too short or too long; a form's is kept as a draft, a message still stands where it is."""

    why: TooShort | TooLong
    draft_id: int | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer is stored; `points` were added (0 when late or written again)."""

    drop: Drop
    answer: Answer
    points: int


@dataclass(frozen=True, slots=True)
class Added:
    """The addition is stored."""

    drop: Drop
    answer: Answer


@dataclass(frozen=True, slots=True)
class NotYours:
    """Somebody else's answer or message."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is no live answer to act on."""

    drop: Drop | None


@dataclass(frozen=True, slots=True)
class AskWithdraw:
    """The question before an answer is withdrawn."""

    drop: Drop
    answer: Answer


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The answer is withdrawn; `points` (zero or negative) were taken back.

    `hidden`: an organiser has hidden it, which keeps its author from writing a new one.
    """

    drop: Drop
    points: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class HiddenMode:
    """A message cannot count while answers are hidden, or choices: everybody can read it.

    `why` says what keeps it from being an answer at all; None where it could have been one.
    """

    drop: Drop
    why: TooShort | TooLong | None = None


@dataclass(frozen=True, slots=True)
class NoQuestionHere:
    """The message stands in no question's room."""


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints a person may see: `texts` are those shown so far, of `of` in all.

    `taken_down`: an organiser has hidden their answer, and they cannot write another.
    """

    drop: Drop
    texts: tuple[str, ...]
    of: int
    new: bool
    taken_down: bool = False


@dataclass(frozen=True, slots=True)
class ReminderSet:
    """A direct message will come at `at`, unless the person has answered by then."""

    drop: Drop
    at: datetime


@dataclass(frozen=True, slots=True)
class TooLateToRemind:
    """Less than two hours are left."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NoReminder:
    """The person has a live answer: there is nothing to remind them of."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class MayJoin:
    """The person may enter the room `room_id`."""

    drop: Drop
    room_id: int


@dataclass(frozen=True, slots=True)
class NotYet:
    """The room is closed to who has not answered until the reveal."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NoRoomYet:
    """The room is being opened, in vain so far where it is `held_up`, or nobody has answered yet."""

    drop: Drop
    held_up: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of letting the person into the room `room_id`."""

    drop: Drop
    room_id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class KeptOut:
    """The answer is stored, and its author cannot go into its room: that is full, or locked."""

    accepted: Accepted
    entry: Literal[Entry.FULL, Entry.SHUT]


Submission = Accepted | AlreadyAnswered | Unfit | QuestionGone

Counting = Submission | NotYours | HiddenMode | NoQuestionHere

Addition = Added | Unfit | NotYours | NoAnswer | QuestionGone

Withdrawal = Withdrawn | NotYours | NoAnswer | QuestionGone

Again = WriteForm | AddForm | AlreadyAnswered | NotYours | NoAnswer | QuestionGone
Reminding = ReminderSet | TooLateToRemind | NoReminder | QuestionGone
Forms = WriteForm | AddForm
Refusal = AlreadyAnswered | Unfit | QuestionGone | NotYours | NoAnswer | HiddenMode | NoQuestionHere
Done = Accepted | KeptOut | Added | AskWithdraw | Withdrawn | Hints
Told = Done | Refusal | ReminderSet | TooLateToRemind | NoReminder | Joined | NotYet | NoRoomYet

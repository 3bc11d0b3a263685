"""How what people do in a quiz can end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.bank.service import BankItem, Category
from bot.features.quiz.rules import Standing
from bot.features.quiz.store import Item, Quiz


@dataclass(frozen=True, slots=True)
class Started:
    """The quiz runs; its first question is due at `first_at`."""

    quiz: Quiz
    category: Category | None
    first_at: datetime


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """Another quiz runs in this channel; `message_id` is its newest question, if one stands already."""

    quiz: Quiz
    message_id: int | None


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """So many questions or seconds are not to be had; Discord's own clients refuse to send such a wish."""


@dataclass(frozen=True, slots=True)
class TooFew:
    """Fewer items than wanted. `offer` is the same quiz with all there are; None: too few for that."""

    found: int
    wanted: int
    category: Category | None
    difficulty: str | None
    offer: int | None
    others: Sequence[tuple[Category, int]]


@dataclass(frozen=True, slots=True)
class NoCategory:
    """There is no such category with items; these are."""

    others: Sequence[tuple[Category, int]]


@dataclass(frozen=True, slots=True)
class Locked:
    """The choice is stored. `ends_at` is None while the question's message is being confirmed."""

    item_id: int
    shuffle: str
    asked: BankItem
    option: int
    ends_at: datetime | None
    everybody: bool


@dataclass(frozen=True, slots=True)
class TooLate:
    """The question is closed; `option` is what the person had chosen in time."""

    item_id: int
    shuffle: str
    asked: BankItem
    option: int | None


@dataclass(frozen=True, slots=True)
class NotCounted:
    """The question was called off (the quiz was stopped or interrupted): nothing on it counts."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The question has not been asked."""


@dataclass(frozen=True, slots=True)
class QuizGone:
    """There is no such quiz or question in this server."""


@dataclass(frozen=True, slots=True)
class AskStop:
    """Whether to stop is asked once more."""

    quiz: Quiz


@dataclass(frozen=True, slots=True)
class Stopped:
    """The quiz is stopped."""

    quiz: Quiz


@dataclass(frozen=True, slots=True)
class NotYours:
    """Only its starter and organisers stop a quiz."""

    quiz: Quiz


@dataclass(frozen=True, slots=True)
class Over:
    """The quiz has ended already."""

    quiz: Quiz


@dataclass(frozen=True, slots=True)
class NotPlayed:
    """The person chose nothing in the quiz, so nothing of it is theirs to practise."""


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """No quiz can be played where it was typed; in a thread `parent_id` is its channel."""

    parent_id: int | None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The bot lacks these permissions (discord.py's names) in the channel."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A closed question: how many chose which option, and the standings after it by name."""

    counts: Mapping[int, int]
    places: Sequence[Standing]
    names: Mapping[int, str]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as its message shows it; `result` once it is closed."""

    quiz: Quiz
    item: Item
    asked: BankItem
    result: Result | None


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the summary of a quiz."""

    item: Item
    asked: BankItem
    right: int
    chose: int


@dataclass(frozen=True, slots=True)
class Ending:
    """A quiz that has ended: standings, names, its questions, and the hardest of them."""

    quiz: Quiz
    category: Category | None
    places: Sequence[Standing]
    names: Mapping[int, str]
    lines: Sequence[Line]
    hardest: Line | None


NotStarted = AlreadyRunning | TooFew | NoCategory | OutOfRange | WrongPlace | NotAllowed
Chosen = Locked | TooLate | NotCounted | NotYet
Stopping = AskStop | Stopped | NotYours | Over
Told = NotStarted | Chosen | Stopping | NotPlayed | QuizGone

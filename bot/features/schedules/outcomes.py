"""How an organiser's act on a schedule can end: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.bank.service import BankItem, BankQuestion, Category
from bot.features.drops.store import Drop
from bot.features.problems.store import Problem
from bot.features.schedules.recurrence import Occurrence
from bot.features.schedules.store import Schedule
from bot.outbox.service import Post


@dataclass(frozen=True, slots=True)
class Saved:
    """A schedule as it is now, with an example of what it asks next.

    `questions` and `items` are how many it can choose from, to write about and to tap an option of.
    `created` and `changed` say what was done, `drawn` that nobody named a time; `others` counts the server's
    further schedules.
    """

    schedule: Schedule
    categories: tuple[Category, ...]
    preview: BankQuestion | BankItem
    questions: int
    items: int
    created: bool
    posted_before: bool
    changed: bool = False
    drawn: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """A schedule with what the bot lacks in its channel (None: the channel is gone).

    `rings` says whether the mention of its role, if it has one, rings; `lacks_tag` that its forum demands
    a tag and has none that the bot may set.
    """

    saved: Saved
    missing: Sequence[str] | None
    rings: bool
    lacks_tag: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """All schedules of a server; `held` are the ids of those that a problem keeps from posting."""

    schedules: Sequence[Schedule]
    held: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class NoSchedule:
    """There is no such schedule in this server any more."""


@dataclass(frozen=True, slots=True)
class NoneYet:
    """The server has no schedule."""


@dataclass(frozen=True, slots=True)
class SeveralThere:
    """The server has several schedules, and none was named."""


@dataclass(frozen=True, slots=True)
class UnknownSchedule:
    """What was typed names no schedule."""


@dataclass(frozen=True, slots=True)
class WrongChannel:
    """No question can be posted in a channel of this kind."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing more is posted."""

    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Resumed:
    """The schedule goes on."""

    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Removed:
    """The schedule is gone for good; `left` are the server's others."""

    schedule: Schedule
    left: Sequence[Schedule]


@dataclass(frozen=True, slots=True)
class Skipped:
    """The occurrence that will not be posted, and the one after it."""

    schedule: Schedule
    skipped: Occurrence
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """A question is on its way."""

    schedule: Schedule
    drop_id: int


@dataclass(frozen=True, slots=True)
class AlreadyPosting:
    """One was asked for a moment ago."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class Health:
    """A schedule with its last drops (newest first), and what keeps posts from going out.

    `lost_log` is the channel that organisers chose for reports where the bot cannot write there any more.
    """

    schedules: tuple[tuple[Schedule, tuple[Drop, ...]], ...]
    problems: tuple[Problem, ...]
    waiting: tuple[Post, ...]
    lost_log: int | None = None


@dataclass(frozen=True, slots=True)
class TryingAgain:
    """What waits in a server is tried now; `elsewhere` where that was asked for outside of the server."""

    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class NotOrganising:
    """The person is no organiser of the server that a notice is about."""


@dataclass(frozen=True, slots=True)
class TimeUnread:
    """What was typed is no time of day."""

    typed: str


@dataclass(frozen=True, slots=True)
class RevealUnread:
    """What was typed is no time of day for the reveal."""

    typed: str


@dataclass(frozen=True, slots=True)
class DaysUnread:
    """What was typed is no set of weekdays."""

    typed: str


@dataclass(frozen=True, slots=True)
class NoDayChosen:
    """The set of weekdays is empty."""


@dataclass(frozen=True, slots=True)
class ZoneUnknown:
    """What was typed names no time zone, or not one alone; `near` are those that may be meant.

    `is_fixed` says that it names an hour that never changes, as hardly any place keeps it.
    """

    typed: str
    near: tuple[str, ...] = ()
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class SettingUnknown:
    """A setting of the schedule, named by the option that sets it, has a value that nothing here knows."""

    option: str
    value: str


@dataclass(frozen=True, slots=True)
class CategoryUnknown:
    """What was typed names none of the categories that there are."""

    typed: str
    known: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class HiddenImpossible:
    """Answers cannot be hidden in a channel of this kind."""


@dataclass(frozen=True, slots=True)
class EveryonePinged:
    """The role is that of everybody."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """The server has as many schedules as it may."""


@dataclass(frozen=True, slots=True)
class NothingMatches:
    """No question matches the filters that were typed; `mixed` says whether both kinds were looked at."""

    mixed: bool


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """No question is left with the filters of the schedule."""


Refused = (
    TimeUnread
    | RevealUnread
    | DaysUnread
    | NoDayChosen
    | ZoneUnknown
    | CategoryUnknown
    | SettingUnknown
    | HiddenImpossible
    | EveryonePinged
    | TooMany
    | NothingMatches
    | NothingLeft
)
Unchosen = NoneYet | SeveralThere | UnknownSchedule
Change = Paused | Resumed | Skipped | Removed

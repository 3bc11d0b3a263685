"""What can come of reporting and deciding: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.answers.store import Answer
from bot.features.drops.store import Drop
from bot.features.moderation import rules
from bot.features.moderation.store import Report
from bot.gateway.directory import ORGANISERS_ALONE, Readers
from bot.gateway.rooms import Entry


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The form for a report of an answer."""

    drop: Drop
    answer: Answer


@dataclass(frozen=True, slots=True)
class Reported:
    """The report is on its way to the organisers."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class ReportedBefore:
    """The person has reported this text: `report` says what became of it."""

    report: Report


@dataclass(frozen=True, slots=True)
class NoReason:
    """The reason says nothing, or is longer than it may be."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class NotThere:
    """The answer does not exist here, was withdrawn or hidden, or its question is gone."""


@dataclass(frozen=True, slots=True)
class Own:
    """The answer is the person's own."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """The answers are hidden from the person until they have answered or the reveal has come."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class NoReport:
    """There is no such report in this server."""


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """Somebody was faster, or the button is an old one: `report` says what was decided."""

    report: Report


@dataclass(frozen=True, slots=True)
class Case:
    """A report with the answer and the question it is about."""

    report: Report
    answer: Answer
    drop: Drop
    title: str

    @property
    def reported(self) -> int:
        """Return the mark of the text that was reported."""
        return rules.mark(self.report.text, self.report.addition)

    @property
    def stands(self) -> int:
        """Return the mark of the answer's text as it is now."""
        return rules.mark(self.answer.text, self.answer.addition)

    @property
    def revision(self) -> int:
        """Return which state of the report this is."""
        return seen_revision(self.report, self.answer)


def seen_revision(report: Report, answer: Answer) -> int:
    """Return which state a report's message shows: while it is open, the answer's state is part of it."""
    return report.revision + (answer.revision if report.state == "open" else 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What an author is told about: the answer as it is now, and its question."""

    answer: Answer
    drop: Drop
    title: str


@dataclass(frozen=True, slots=True)
class Decided:
    """All reports of the answer are decided: `case` is how it stands, `points` what its author's did.

    `entry` says whether the room lets me change the answer there.
    """

    case: Case
    points: int
    entry: Entry = Entry.INSIDE


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing is decided: the answer is another by now than the one beside the button."""

    case: Case


@dataclass(frozen=True, slots=True)
class LogChannel:
    """Where reports go; `waiting` of them nobody has decided, and they were posted there anew."""

    channel_id: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class ReportsGo:
    """Where reports go, what the bot lacks there (None: the channel is gone), and who else reads them."""

    log: LogChannel
    missing: tuple[str, ...] | None = ()
    readers: Readers = ORGANISERS_ALONE


@dataclass(frozen=True, slots=True)
class ReportsGoNow:
    """A new channel was chosen for reports."""

    log: LogChannel
    readers: Readers = ORGANISERS_ALONE


@dataclass(frozen=True, slots=True)
class UnfitChannel:
    """A channel cannot take reports.

    The bot lacks the permissions in `missing`; None: it cannot see the channel; none: everybody reads there.
    """

    channel_id: int
    missing: tuple[str, ...] | None


Refusal = NotThere | Own | Unseen | ReportedBefore
Opening = ReportForm | Refusal
Reporting = Reported | NoReason | Refusal
Undecided = Changed | AlreadyDecided | NoReport
Deciding = Decided | Undecided
Logging = ReportsGo | ReportsGoNow | UnfitChannel

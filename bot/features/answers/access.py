"""The one place for who may see which answer, rubric and model answer, and who may review. Pure.

Reviews, votes, reports, saved answers, past questions, rooms and exports all ask here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

# Returns whether the person who asks can see a channel; None where it was deleted.
Sees = Callable[[int], bool | None]

REVIEW_AFTER_REVEAL = timedelta(hours=24)


def sees_all(channel_id: int) -> bool | None:
    """Return True: the channels of somebody who can see them all."""
    del channel_id
    return True


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides what a person may see of a question.

    `sees` is whether they can see its channel (None: it was deleted). `inside` is whether they have an answer
    there that is not withdrawn, `was_inside` whether they ever had one: a room keeps whom it let in.
    """

    sees: bool | None
    inside: bool
    was_inside: bool
    revealed: bool
    blind: bool

    @property
    def finds_question(self) -> bool:
        """Return True if the person may be told that the question exists."""
        return self.sees is not False

    @property
    def reaches_answers(self) -> bool:
        """Return True if the channel lets them read what was written; a deleted one who has answered."""
        return self.inside if self.sees is None else self.sees

    @property
    def enters_room(self) -> bool:
        """Return True if the question's room takes the person in."""
        return self.revealed or self.inside

    @property
    def reads_answers(self) -> bool:
        """Return True if the question's answers are open to the person, as its room shows them."""
        return self.revealed or not self.blind or self.inside

    @property
    def reads_rubric(self) -> bool:
        """Return True if the points of a good answer are open to the person.

        Not before they have answered or the reveal is there, whatever the mode: who knew the points could
        write them down as an answer.
        """
        return self.revealed or self.inside

    @property
    def reports_answers(self) -> bool:
        """Return True if the person may report answers: who withdrew stays in the room and reads on."""
        return self.reads_answers or self.was_inside


class Sight(Enum):
    """Whether a person may read something now, and else why not."""

    READABLE = auto()
    WITHDRAWN = auto()  # by its author
    HIDDEN = auto()  # by an organiser
    CLOSED = auto()  # the room opens with one's own answer, the model answer with the reveal
    AWAY = auto()  # it stands in a channel that the person cannot see, or that is gone


def sight_of_answer(reader: Reader, *, live: bool, hidden: bool, own: bool) -> Sight:
    """Decide about one answer: `live` is one that is not withdrawn."""
    if not live:
        return Sight.WITHDRAWN
    if hidden:
        return Sight.HIDDEN
    if own:
        return Sight.READABLE
    if not reader.reaches_answers:
        return Sight.AWAY
    return Sight.READABLE if reader.reads_answers else Sight.CLOSED


def sight_of_model(reader: Reader) -> Sight:
    """Decide about a model answer or a solution: a channel that was deleted does not take it away."""
    if not reader.finds_question:
        return Sight.AWAY
    return Sight.READABLE if reader.revealed else Sight.CLOSED


def is_exported(state: str, *, hidden: bool) -> bool:
    """Return True if an answer to a question in `state` goes into an organiser's export."""
    return state == "revealed" and not hidden


def takes_reviews(revealed_at: datetime | None, now: datetime) -> bool:
    """Return True if answers can be reviewed: until 24 hours after the reveal."""
    return revealed_at is None or now < revealed_at + REVIEW_AFTER_REVEAL

"""What `/today` can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.answers.store import Answer
from bot.features.choices.outcomes import TimeUp, Waiting
from bot.features.drops.outcomes import Question
from bot.features.reviews.outcomes import ToDo
from bot.features.schedules.store import Schedule


@dataclass(frozen=True, slots=True)
class Today:
    """The open questions that a person can see, and how they stand with each.

    `answers` maps drop_id to their answer, a withdrawn one included; `choices` maps it to their choice.
    `coming` is the schedule whose question comes next. `organiser` may reveal every question early.
    """

    questions: tuple[Question, ...]
    answers: Mapping[int, Answer]
    choices: Mapping[int, Waiting | TimeUp]
    reviews: tuple[ToDo, ...]
    coming: Schedule | None
    organiser: bool

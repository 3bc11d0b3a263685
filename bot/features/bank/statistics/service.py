"""From a database file to the statistics of its choice items."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from bot.features.bank.statistics import store
from bot.features.bank.statistics.rules import ItemFigures, Tally
from bot.features.bank.statistics.store import UnreadableError
from questions.models import ChoiceQuestion

_PERSON = itemgetter(0)


@dataclass(frozen=True, slots=True)
class MeasuredItem:
    """A choice item of the database with its figures."""

    slug: str
    content: ChoiceQuestion
    figures: ItemFigures


@dataclass(frozen=True, slots=True)
class Measured:
    """The items of a pack that were answered, in the pack's order, and how many people answered any item."""

    items: tuple[MeasuredItem, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing could be read; `sentence` says why."""

    sentence: str


def measure(path: Path, pack: str) -> Measured | Unreadable:
    """Return the figures of a pack's choice items from all answers in a SQLite file.

    Answers to earlier versions of an item are left out: its options or its key were others. The items of
    other packs count for how good a person is.
    """
    try:
        with store.opened(path) as tx:
            rows = {row.version_id: row for row in store.list_items(tx)}
            contents = {
                version_id: ChoiceQuestion.model_validate_json(row.content, strict=False)
                for version_id, row in rows.items()
            }
            tally = Tally({version_id: _right(content) for version_id, content in contents.items()})
            people = _count(tx, tally)
    except UnreadableError as error:
        return Unreadable(str(error))
    items = tuple(
        MeasuredItem(rows[figures.item].slug, contents[figures.item], figures)
        for figures in tally.figures()
        if rows[figures.item].pack == pack
    )
    return Measured(items, people)


def _count(tx: store.Connection, tally: Tally) -> int:
    """Hand the answers to the tally person by person, also where a batch ends within a person."""
    people, person = 0, None
    answers: list[tuple[int, int]] = []
    for batch in store.stream_answers(tx):
        for user_id, group in groupby(batch, key=_PERSON):
            if user_id != person:
                people += person is not None
                tally.add(answers)
                person, answers = user_id, []
            answers += [(version_id, option) for _, version_id, option in group]
    tally.add(answers)
    return people + (person is not None)


def _right(content: ChoiceQuestion) -> int:
    return next(i for i, option in enumerate(content.options) if option.right)

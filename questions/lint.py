"""Content rules beyond the shapes: what makes a pack worse although every question in it is valid."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from questions.mistakes import Path
from questions.models import OpenQuestion, Question
from questions.text import shown

# Of 100; calibrated on the bundled pack, see tests/questions/test_lint.py.
SAME_QUESTION: Final = 90
SAME_POINT: Final = 85

_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HEADING: Final = re.compile(r"^(?:#{1,6}|-#) ", re.MULTILINE)
_TAG: Final = re.compile(r"</?[a-z]+[^<>\n]*>")


@dataclass(frozen=True)
class Finding:
    """A rule that the question at `position` of the list breaks; `path` is the field inside of it."""

    position: int
    path: Path
    message: str


def lint(questions: Sequence[Question]) -> Iterator[Finding]:
    """Yield what the content rules find. Only open questions have rules here."""
    opens = [(i, question) for i, question in enumerate(questions) if isinstance(question, OpenQuestion)]
    for position, question in opens:
        yield from _wording(position, question)
        yield from _similar_points(position, question)
    yield from _similar_questions(opens)


def _wording(position: int, question: OpenQuestion) -> Iterator[Finding]:
    if question.title.endswith("."):
        yield Finding(position, ("title",), "ends with a full stop; remove it")
    for path, text in _texts(question):
        prose = _CODE.sub("", text)
        if address := _ADDRESS.search(prose):
            message = f"has the address {shown(address[0])}; addresses are allowed in references only"
            yield Finding(position, path, message)
        if _HEADING.search(prose):
            yield Finding(position, path, "has a heading with #; use **bold** instead")
        if tag := _TAG.search(prose):
            yield Finding(
                position, path, f"has the HTML tag {shown(tag[0])}; write it as `code` or remove it"
            )


def _texts(question: OpenQuestion) -> Iterator[tuple[Path, str]]:
    yield ("title",), question.title
    yield ("prompt",), question.prompt
    yield ("model_answer",), question.model_answer
    for name, lines in (
        ("hints", question.hints),
        ("rubric", question.rubric),
        ("follow_ups", question.follow_ups),
    ):
        for i, line in enumerate(lines):
            yield (name, i), line


def _similar_points(position: int, question: OpenQuestion) -> Iterator[Finding]:
    for (i, first), (j, second) in combinations(enumerate(question.rubric), 2):
        if _likeness(first, second, SAME_POINT):
            message = (
                f"says almost the same as rubric.{i + 1}; each point has to be ticked for its own reason"
            )
            yield Finding(position, ("rubric", j), message)


def _similar_questions(opens: Sequence[tuple[int, OpenQuestion]]) -> Iterator[Finding]:
    for (_, first), (position, second) in combinations(opens, 2):
        for name in ("title", "prompt"):
            if _likeness(getattr(first, name), getattr(second, name), SAME_QUESTION):
                message = f"is almost the {name} of {first.slug}; no two questions may ask for the same"
                yield Finding(position, (name,), message)


def _likeness(first: str, second: str, least: int) -> bool:
    from rapidfuzz import fuzz, utils  # noqa: PLC0415 - a start that checks no pack must not pay for the import

    return bool(fuzz.token_set_ratio(first, second, processor=utils.default_process, score_cutoff=least))

"""Content rules beyond the shapes: what makes a pack worse although every question in it is valid."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from questions.choice_lint import lint_choices
from questions.mistakes import Path
from questions.models import ChoiceQuestion, OpenQuestion, Question
from questions.wording import Finding, lost_marks, markup_complaints

# Of 100; calibrated on the bundled pack, see tests/questions/test_lint.py.
SAME_QUESTION: Final = 90
SAME_POINT: Final = 85


def lint(questions: Sequence[Question], *, whole: bool = True) -> Iterator[Finding]:
    """Yield what the content rules find in single questions and between two of them.

    `whole` says that the list is all of a pack; if not, the subject of a choice item may be among the rest.
    What concerns a pack as a whole is in choice_balance.
    """
    opens = [(i, question) for i, question in enumerate(questions) if isinstance(question, OpenQuestion)]
    for position, question in opens:
        yield from _wording(position, question)
        yield from _similar_points(position, question)
    yield from _similar_questions(opens)
    choices = [(i, question) for i, question in enumerate(questions) if isinstance(question, ChoiceQuestion)]
    yield from lint_choices(choices, {question.slug for _, question in opens} if whole else ())


def _wording(position: int, question: OpenQuestion) -> Iterator[Finding]:
    if question.title.endswith("."):
        yield Finding(position, ("title",), "ends with a full stop; remove it")
    for path, text in _texts(question):
        for complaint in (*markup_complaints(text), *lost_marks(text)):
            yield Finding(position, path, complaint)
    for i, reference in enumerate(question.references):
        for name, text in (("title", reference.title), ("cited_for", reference.cited_for)):
            for complaint in lost_marks(text):
                yield Finding(position, ("references", i, name), complaint)


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

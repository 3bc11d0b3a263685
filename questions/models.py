"""The shapes of a question pack: frozen, strict, and valid once they exist.

A rule's error carries its finished sentence ("has 112 characters; at most 100 are allowed").
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from questions import limits
from questions.limits import Bounds
from questions.text import (
    colour_complaint,
    count_complaint,
    count_words,
    language_complaint,
    slug_complaint,
    text_complaints,
    url_complaint,
)

# The error type of every rule of ours; its context holds the sentences.
RULE: Final = "rule"
_VERSION_DIGITS: Final = 16


def _rule_error(complaints: Iterable[str]) -> PydanticCustomError:
    complaints = tuple(complaints)
    return PydanticCustomError(RULE, "{text}", {"text": "; ".join(complaints), "complaints": complaints})


def _text(bounds: Bounds, *rules: Callable[[str], str | None], one_line: bool = True) -> Callable[[str], str]:
    """Return a validator that strips the text and applies the common rules and then the given ones."""

    def check(value: str) -> str:
        text = value.strip()
        complaints = [*text_complaints(text, bounds, one_line=one_line)]
        if text:
            complaints += [complaint for rule in rules if (complaint := rule(text))]
        if complaints:
            raise _rule_error(complaints)
        return text

    return check


def _entries(bounds: Bounds) -> WrapValidator:
    """Count a list's entries without hiding what is wrong inside of them."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        count: int = len(value) if isinstance(value, tuple) else bounds.low  # pyright: ignore[reportUnknownArgumentType] - only its length matters
        complaint = count_complaint(count, bounds, "entry", "entries")
        if complaint is None:
            return handler(value)
        errors = [InitErrorDetails(type=_rule_error([complaint]), loc=(), input=value)]
        try:
            handler(value)
        except ValidationError as inside:
            errors += [_again(error) for error in inside.errors(include_url=False)]
        raise ValidationError.from_exception_data("entries", errors)

    return WrapValidator(check)


def _again(error: Any) -> InitErrorDetails:
    context = error.get("ctx", {})
    kind = _rule_error(context["complaints"]) if error["type"] == RULE else error["type"]
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context)


def _word_complaint(text: str) -> str | None:
    return count_complaint(count_words(text), limits.MODEL_ANSWER_WORDS, "word", "words")


def _minutes(value: int) -> int:
    low, high = limits.MINUTES
    if not low <= value <= high:
        raise _rule_error([f"is {value}; {low} to {high} are allowed"])
    return value


Slug = Annotated[str, AfterValidator(_text(limits.SLUG, slug_complaint))]
_Colour = Annotated[str, AfterValidator(_text(Bounds(1, 20), colour_complaint))]
_Language = Annotated[str, AfterValidator(_text(Bounds(1, 20), language_complaint))]
_Url = Annotated[str, AfterValidator(_text(limits.URL, url_complaint))]
_Hint = Annotated[str, AfterValidator(_text(limits.HINT, one_line=False))]
_RubricPoint = Annotated[str, AfterValidator(_text(limits.RUBRIC_POINT))]
_FollowUp = Annotated[str, AfterValidator(_text(limits.FOLLOW_UP))]
_Explanation = Annotated[str, AfterValidator(_text(limits.EXPLANATION, one_line=False))]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Difficulty(StrEnum):
    """How hard a question is; the values are what stands in a file."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


# A file holds text, so the strict mode that keeps "20" out of numbers is off here.
_Difficulty = Annotated[Difficulty, Field(strict=False)]


class Reference(_Frozen):
    """A primary source and what exactly it supports."""

    title: Annotated[str, AfterValidator(_text(limits.REFERENCE_TITLE))]
    url: _Url
    cited_for: Annotated[str, AfterValidator(_text(limits.CITED_FOR))]


class OpenQuestion(_Frozen):
    """A question that is answered in writing and reviewed by peers with the rubric."""

    slug: Slug
    kind: Literal["open"]
    title: Annotated[str, AfterValidator(_text(limits.TITLE))]
    difficulty: _Difficulty
    minutes: Annotated[int, AfterValidator(_minutes)]
    prompt: Annotated[str, AfterValidator(_text(limits.PROMPT, one_line=False))]
    hints: Annotated[tuple[_Hint, ...], _entries(limits.HINTS)]
    model_answer: Annotated[str, AfterValidator(_text(limits.MODEL_ANSWER, _word_complaint, one_line=False))]
    rubric: Annotated[tuple[_RubricPoint, ...], _entries(limits.RUBRIC)]
    follow_ups: Annotated[tuple[_FollowUp, ...], _entries(limits.FOLLOW_UPS)]
    references: Annotated[tuple[Reference, ...], _entries(limits.REFERENCES)]

    @field_validator("references")
    @classmethod
    def _reveal_fits(cls, references: tuple[Reference, ...], info: ValidationInfo) -> tuple[Reference, ...]:
        """Hold the budget of the reveal's one message. Standing on the last field, it sees all the others."""
        total = len(info.data.get("model_answer", ""))
        total += sum(len(line) for name in ("rubric", "follow_ups") for line in info.data.get(name, ()))
        total += sum(len(r.title) + len(r.url) + len(r.cited_for) for r in references)
        if total > limits.REVEAL:
            parts = "model_answer, rubric, follow_ups and references together"
            raise _rule_error([f"{parts} have {total:,} characters; at most {limits.REVEAL:,} are allowed"])
        return references


class ChoiceOption(_Frozen):
    """One of the four options and why it is right or wrong."""

    text: Annotated[str, AfterValidator(_text(limits.OPTION_TEXT))]
    right: bool
    explanation: _Explanation


def _one_right(options: tuple[ChoiceOption, ...]) -> tuple[ChoiceOption, ...]:
    right = sum(option.right for option in options)
    if right != 1:
        raise _rule_error([f"has {right} right options; exactly 1 is allowed"])
    return options


class ChoiceQuestion(_Frozen):
    """A question with one right option of four; `subject` is the slug of the open question it belongs to."""

    slug: Slug
    kind: Literal["choice"]
    subject: Slug
    difficulty: _Difficulty
    stem: Annotated[str, AfterValidator(_text(limits.STEM, one_line=False))]
    options: Annotated[tuple[ChoiceOption, ...], AfterValidator(_one_right), _entries(limits.OPTIONS)]
    reference: Reference


Question = Annotated[OpenQuestion | ChoiceQuestion, Field(discriminator="kind")]


class Category(_Frozen):
    """A category of a pack; `colour` is "#RRGGBB" and the accent of all its messages."""

    key: Slug
    name: Annotated[str, AfterValidator(_text(limits.CATEGORY_NAME))]
    colour: _Colour


def _distinct_categories(categories: tuple[Category, ...]) -> tuple[Category, ...]:
    complaints = [
        f"has the {field} {value} {count} times; each may stand once"
        for field in ("key", "name")
        for value, count in Counter(getattr(category, field) for category in categories).items()
        if count > 1
    ]
    if complaints:
        raise _rule_error(complaints)
    return categories


class PackManifest(_Frozen):
    """What pack.yaml holds."""

    pack: Slug
    title: Annotated[str, AfterValidator(_text(limits.PACK_TITLE))]
    description: Annotated[str, AfterValidator(_text(limits.PACK_DESCRIPTION))]
    language: _Language
    categories: Annotated[
        tuple[Category, ...], AfterValidator(_distinct_categories), _entries(limits.CATEGORIES)
    ]


class CategoryFile(_Frozen):
    """What every other file of a pack holds."""

    category: Slug
    questions: Annotated[tuple[Question, ...], _entries(Bounds(1, limits.FILE_VALUES))]


class PackQuestion(_Frozen):
    """A question in its place: `category` is the key of one of the manifest's categories."""

    category: Slug
    question: Question

    @cached_property
    def version(self) -> str:
        """Sixteen hexadecimal digits that change when the question or its category does, and only then."""
        canonical = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()[:_VERSION_DIGITS]


class Pack(_Frozen):
    """A whole pack: the manifest and all questions in the order of the manifest's categories."""

    manifest: PackManifest
    questions: tuple[PackQuestion, ...]

"""Pydantic's errors as sentences for the author of a pack."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError

from questions.mistakes import Path
from questions.models import (
    RULE,
    Category,
    ChoiceOption,
    ChoiceQuestion,
    Difficulty,
    OpenQuestion,
    Reference,
)
from questions.nodes import Refused, Unquoted
from questions.text import shown

_KINDS: Final[Mapping[str, type[BaseModel]]] = {"open": OpenQuestion, "choice": ChoiceQuestion}
# What stands under these fields, or in the lists under them.
_INSIDE: Final[Mapping[str, type[BaseModel]]] = {
    "categories": Category,
    "options": ChoiceOption,
    "reference": Reference,
    "references": Reference,
}
_FIELDS_WANTED: Final = "fields are needed here, written as name: value"
# Pydantic's error type -> what was needed.
_WANTED: Final[Mapping[str, str]] = {
    "string_type": "text is needed",
    "int_type": "a whole number without quotes is needed",
    "bool_type": "true or false without quotes is needed",
    "tuple_type": "a list is needed, each entry on its own line after a dash",
    "enum": f"{', '.join(list(Difficulty)[:-1])} or {list(Difficulty)[-1]} is needed",
    "model_type": _FIELDS_WANTED,
    "model_attributes_type": _FIELDS_WANTED,
    "union_tag_not_found": _FIELDS_WANTED,
}
_KIND_WANTED: Final = "open or choice is needed"


def complaints(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    """Yield the path and the sentence of everything that kept a file's data from being a `model`."""
    for detail in error.errors(include_url=False):
        value = detail["input"]
        if isinstance(value, Refused):
            continue
        kind = detail["type"]
        path: Path = detail["loc"]
        tag = ""
        if path[:1] == ("questions",) and len(path) > 2:  # noqa: PLR2004 - questions, position, kind
            tag, path = str(path[2]), (*path[:2], *path[3:])
        if kind == RULE:
            yield from ((path, text) for text in detail.get("ctx", {})["complaints"])
        elif kind == "missing":
            yield path, "is missing; add it"
        elif kind == "extra_forbidden":
            above, name = path[:-1], str(detail["loc"][-1])
            yield path, with_nearest("is not a field here", name, _fields_at(above, tag, model))
        elif kind.startswith("union_tag") and isinstance(value, dict):
            yield from _kind_complaint(path, cast("Mapping[str, Any]", value))
        else:
            yield path, _wrong_type(kind, value)


def with_nearest(complaint: str, name: str, allowed: Sequence[str]) -> str:
    """Add to a complaint about an unknown name the nearest allowed one, or all of them if none is near."""
    near = difflib.get_close_matches(name.lower(), allowed, n=1)
    hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(allowed)}"
    return f"{complaint}; {hint}"


def _fields_at(path: Sequence[str | int], tag: str, model: type[BaseModel]) -> list[str]:
    names = [part for part in path if isinstance(part, str)]
    inner = _INSIDE.get(names[-1]) if names else None
    return list((inner or _KINDS.get(tag) or model).model_fields)


def _kind_complaint(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if "kind" not in fields:
        yield (*path, "kind"), f"is missing; {_KIND_WANTED}"
    elif not isinstance(fields["kind"], Refused):
        yield (*path, "kind"), f"{_what(fields['kind'])}; {_KIND_WANTED}"


def _wrong_type(kind: str, value: Any) -> str:
    wanted = _WANTED.get(kind, f"something else is needed ({kind})")
    # `- Why: it is fast` is read as fields, `[a]` and `- a` as lists.
    is_quotable = isinstance(value, int | dict | tuple) or (isinstance(value, Unquoted) and value.raw)
    if kind == "string_type" and is_quotable:
        wanted += ", put it in quotes"
    if kind == "enum" and isinstance(value, str):
        return f"is {shown(value) or 'empty'}; {wanted}"
    return f"{_what(value)}; {wanted}"


def _what(value: Any) -> str:
    match value:
        case Unquoted(raw=""):
            return "has no value"
        case Unquoted(raw=raw):
            return f"is {shown(raw)} without quotes, which is not surely text"
        case bool():
            return f"is {str(value).lower()} without quotes"
        case int():
            return f"is the number {value}"
        case str():
            return f"is the text {shown(value) or 'without any character'}"
        case tuple():
            return "is a list"
        case _:
            return "is a group of fields"

"""From the bytes of a YAML file to plain data with a line for every value.

Only the plain part of YAML 1.2 is read, from the parser's events: anchors, aliases, tags, merge keys,
duplicate keys and second documents are refused before anything is built, so nothing can be expanded.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from questions import limits
from questions.mistakes import Path
from questions.text import described, shown

_MERGE_KEY: Final = "<<"
# 15 digits are more than any number in a pack, and far from Python's limit for reading integers.
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
# What some YAML reader or other takes for something else than text.
_NOT_TEXT: Final = re.compile(
    r"""
    (?i: ~ | null | true | false | yes | no | on | off | y | n )
    | [-+]? (?: [0-9][0-9_,]* (?:\.[0-9_]*)? | \.[0-9_]+ ) (?: [eE][-+]?[0-9]+ )?
    | [-+]? 0 [xob] [0-9a-fA-F_]+
    | [-+]? \. (?i: inf ) | \. (?i: nan )
    | [-+]? [0-9]+ (?: : [0-5]?[0-9] )+ (?: \.[0-9]* )?
    | [0-9]{4} - [0-9]{1,2} - [0-9]{1,2} (?: [Tt\ ] .* )?
    """,
    re.VERBOSE,
)
# How a comment looks that is meant to be one: apart from the value, and a blank behind its sign.
_COMMENT: Final = re.compile(r"\s{2,}#+(?:\s|$)")
_LIKE_A_COMMENT: Final = re.compile(r"\s+#")
# Fields of a fixed form: what is cut from them is no text of a question.
_WORDS_ALONE: Final = frozenset(
    {"slug", "kind", "category", "subject", "difficulty", "minutes", "right", "url", "pack", "key", "colour"}
    | {"language"}
)
# With these YAML begins something else than a text; before them stand dashes and the field's name.
_BEGINNING: Final = re.compile(r" *(?:- +)*(?:[\w-]+: +)?(- |\? |[*&!%@`|>\[\]{},\"'])")
_QUOTES: Final = "\"'"
_IN_QUOTES: Final = "put the whole text in quotes"
_TOO_MANY: Final = "has too many mistakes; the rest of the file is not checked"
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class Unquoted:
    """A plain scalar that is neither surely text nor a whole number, true or false."""

    raw: str


class Refused:
    """Stands where something was refused already, so that nobody complains about it twice."""


@dataclass
class Document:
    """A file's data: mappings as dict, lists as tuple; text, int, bool, Unquoted or Refused as values.

    `lines` has a line (from 1) for every path. `mistakes` are (line, path, message).
    """

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    mistakes: list[tuple[int, Path, str]] = field(default_factory=list[tuple[int, Path, str]])

    def line_of(self, path: Path) -> int:
        """Return the line of the path, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(content: bytes) -> Document:
    """Read one file. What is wrong with its form is in `mistakes`; `data` is None if nothing is left."""
    document = Document()
    text = _decode(content, document)
    if text is None:
        return document
    try:
        _Builder(document).build(_without_unreadable(text, document))
    except _GiveUpError as stop:
        # Where a text was taken for an alias, what follows on its line makes no sense either.
        if not (stop.is_syntax and any(line == stop.line for line, _, _ in document.mistakes)):
            document.mistakes.append((stop.line, stop.path, stop.message))
        document.data = None
    return document


def _decode(content: bytes, document: Document) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"has the byte 0x{content[error.start]:02x}, which is not UTF-8; save the file as UTF-8"
        document.mistakes.append((line, (), message))
        return None
    return text.replace("\r\n", "\n")


def _without_unreadable(text: str, document: Document) -> str:
    """Report tabs and what YAML cannot read, and put blanks there so that the rest can be checked too."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.isascii() and line.isprintable():
            continue
        bad = [c for c in line if _is_unreadable(c)]
        if "\t" in bad:
            document.mistakes.append((number, (), "has a tab; only spaces are allowed"))
        if others := sorted(set(bad) - {"\t"}):
            names = ", ".join(described(c) for c in others[:3])
            document.mistakes.append((number, (), f"has the character {names}; remove it"))
        if len(document.mistakes) > limits.FILE_MISTAKES:
            raise _GiveUpError(number, (), _TOO_MANY)
        if bad:
            lines[number - 1] = "".join(" " if _is_unreadable(c) else c for c in line)
    return "\n".join(lines)


def _is_unreadable(character: str) -> bool:
    # The last two are no characters by definition, and YAML excludes them.
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in "\ufffe\uffff"


class _GiveUpError(Exception):
    """Nothing after this point of the file can be read."""

    def __init__(self, line: int, path: Path, message: str, *, is_syntax: bool = False) -> None:
        super().__init__(message)
        self.line, self.path, self.message, self.is_syntax = line, path, message, is_syntax


class _Builder:
    """Builds a document's data from the events of the YAML parser."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._values = 0
        self._events: Iterator[Any] = iter(())
        self._lines: list[str] = []

    def build(self, text: str) -> None:
        self._events = _events(text)
        self._lines = text.split("\n")
        next(self._events)  # the start of the stream
        start = next(self._events)
        if _kind(start) == "StreamEnd":
            raise _GiveUpError(0, (), "is empty; see another file of the pack for its form")
        if start.version or start.tags:
            self._refuse(_line(start), (), "has a % directive; remove it")
        self._document.data = self._node(next(self._events), (), 0)
        next(self._events)  # the end of the document
        following = next(self._events)
        if _kind(following) != "StreamEnd":
            self._refuse(
                _line(following), (), "starts a second document; one a file is allowed, remove the ---"
            )

    def _refuse(self, line: int, path: Path, message: str) -> None:
        self._document.mistakes.append((line, path, message))
        if len(self._document.mistakes) > limits.FILE_MISTAKES:
            raise _GiveUpError(line, path, _TOO_MANY)

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        line = _line(event)
        self._document.lines.setdefault(path, line)
        self._values += 1
        if self._values > limits.FILE_VALUES:
            raise _GiveUpError(line, path, f"at most {limits.FILE_VALUES:,} values a file are allowed")
        if _kind(event) == "Alias":
            self._refuse(
                line,
                path,
                f"is the alias *{shown(event.anchor)}; aliases are not allowed, "
                "repeat the text or put it in quotes",
            )
            return Refused()
        if event.anchor is not None:
            self._refuse(
                line,
                path,
                f"has the anchor &{shown(event.anchor)}; anchors are not allowed, "
                "remove it or put the text in quotes",
            )
            if _kind(event) == "Scalar":
                return Refused()
        if event.tag is not None:
            self._refuse(
                line,
                path,
                f"has the tag {shown(event.tag)}; tags are not allowed, remove it or put the text in quotes",
            )
            if _kind(event) == "Scalar":
                return Refused()
        if _kind(event) == "Scalar":
            return Refused() if self._is_cut(event, path) else _scalar(event)
        if depth == limits.NESTING:
            raise _GiveUpError(line, path, f"is nested too deep; at most {limits.NESTING} levels are allowed")
        return self._mapping(path, depth) if _kind(event) == "MappingStart" else self._sequence(path, depth)

    def _is_cut(self, event: Any, path: Path) -> bool:
        """Tell whether YAML takes the rest of a text for a comment: `Explain how issue #703 was solved`."""
        field = next((part for part in reversed(path) if isinstance(part, str)), "")
        if event.style is not None or field in _WORDS_ALONE:
            return False
        line, rest = self._rest(event, path, field)
        if _COMMENT.match(rest) or not _LIKE_A_COMMENT.match(rest):
            return False
        self._refuse(
            line,
            path,
            f"is cut at {shown(rest.strip(), 20)}, which YAML takes for a comment; put the text in quotes, "
            "or, if it is a comment, two blanks before the # and one behind it",
        )
        return True

    def _rest(self, event: Any, path: Path, field: str) -> tuple[int, str]:
        """Return in which line a plain text ends, and what stands behind it there."""
        if event.value:
            line, column = int(event.end_mark.line), int(event.end_mark.column)
            return line + 1, self._lines[line][column:]
        # The parser says of one that is cut whole where the next thing begins.
        line = self._document.line_of(path)
        return line, self._lines[line - 1].partition(f"{field}:")[2] if path[-1:] == (field,) else ""

    def _sequence(self, path: Path, depth: int) -> tuple[Any, ...]:
        entries: list[Any] = []
        while _kind(event := next(self._events)) != "SequenceEnd":
            entries.append(self._node(event, (*path, len(entries)), depth + 1))
        return tuple(entries)

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while _kind(event := next(self._events)) != "MappingEnd":
            line = _line(event)
            key = self._key(event, path, depth)
            first = self._document.lines.get((*path, key)) if key in fields else None
            if key is None or first is not None:
                if first is not None:
                    self._refuse(
                        line, (*path, key or ""), f"stands a second time; the first is in line {first}"
                    )
                # The value is read for the mistakes inside of it and then dropped.
                self._node(next(self._events), (*path, f"{key}\0{line}"), depth + 1)
                continue
            self._document.lines[*path, key] = line
            fields[key] = self._node(next(self._events), (*path, key), depth + 1)
        return fields

    def _key(self, event: Any, path: Path, depth: int) -> str | None:
        """Return the key's text, or None if it was refused."""
        line = _line(event)
        if _kind(event) != "Scalar" or event.anchor is not None or event.tag is not None:
            self._node(event, (*path, f"\0{line}"), depth + 1)
            self._refuse(line, path, "has a field name that is not plain text; write name: value")
            return None
        if event.value == _MERGE_KEY:
            self._refuse(
                line, (*path, _MERGE_KEY), "is a merge key; merging is not allowed, repeat the fields"
            )
            return None
        return event.value


def _scalar(event: Any) -> str | int | bool | Unquoted:
    raw: str = event.value
    if event.style is not None:
        return raw
    if raw in _BOOLEANS:
        return _BOOLEANS[raw]
    if _INTEGER.fullmatch(raw):
        return int(raw)
    return Unquoted(raw) if not raw or _NOT_TEXT.fullmatch(raw) else raw


def _events(text: str) -> Iterator[Any]:
    """Yield the parser's events. What the parser cannot read ends in a _GiveUpError."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - a start that reads no pack must not pay for the import
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above

    parser: Any = YAML(typ="safe", pure=True)
    try:
        yield from parser.parse(text)
    except MarkedYAMLError as error:
        raise _invalid(error, text.split("\n")) from error
    except YAMLError as error:
        raise _GiveUpError(0, (), f"is not valid YAML: {shown(error, 120)}") from error
    except (ValueError, OverflowError) as error:
        # An escape such as "\UFFFFFFFF" names no character; the parser lets chr() complain and gives no line.
        raise _GiveUpError(0, (), "is not valid YAML: an escape with \\ names no character") from error


def _invalid(error: Any, lines: list[str]) -> _GiveUpError:
    """Say what the parser could not read, and how it is written where that can be told."""
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in (error.context or "") and "end of stream" in (error.problem or ""):
        message = "has a quote that is not closed; close it"
        return _GiveUpError(error.context_mark.line + 1, (), message, is_syntax=True)
    number = mark.line + 1 if mark else 0
    problem = shown(error.problem or error.context, 120)
    known = _cure(lines[number - 1], problem) if 0 < number <= len(lines) else None
    return _GiveUpError(number, (), known or f"is not valid YAML: {problem}", is_syntax=True)


def _cure(line: str, problem: str) -> str | None:
    """Return what is wrong with a text that has to stand in quotes; None where it is something else."""
    begins = _BEGINNING.match(line)
    if begins is not None and begins[1] in _QUOTES:
        return f"has text after the quote that closes; {_IN_QUOTES}"
    if begins is not None:
        return f"begins with {begins[1].strip()}, which means something else in YAML; {_IN_QUOTES}"
    if problem == "mapping values are not allowed here" and ": " in line.partition(": ")[2]:
        return f'has ": " within a text; {_IN_QUOTES}'
    return None


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1

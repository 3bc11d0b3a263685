"""What the rules for all kinds of questions have in common: a finding, and what no prose may hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from questions.mistakes import Path
from questions.text import shown

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


def prose_of(text: str) -> str:
    """Return a text without its code blocks and code spans."""
    return _CODE.sub("", text)


def markup_complaints(text: str) -> Iterator[str]:
    """Say what a text holds outside of code that Discord shows differently or that belongs elsewhere."""
    prose = prose_of(text)
    if address := _ADDRESS.search(prose):
        yield f"has the address {shown(address[0])}; addresses are allowed in references only"
    if _HEADING.search(prose):
        yield "has a heading with #; use **bold** instead"
    if tag := _TAG.search(prose):
        yield f"has the HTML tag {shown(tag[0])}; write it as `code` or remove it"

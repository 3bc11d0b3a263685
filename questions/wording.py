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
# A backslash and the mark that it keeps: what follows is shown as it stands, and the backslash is not.
_KEPT: Final = re.compile(r"\\[\\*_~|`>#\[\]<@:-]")
_LOST_BACKSLASH: Final = re.compile(r"\\[^0-9A-Za-z\s]")
# *Italics* and **bold**, as somebody means them: they begin where a word does.
_MEANT: Final = re.compile(r"(?<![\w)\]*])(\*{1,3})(?=[^\s*])[^\n]*?(?<=[^\s*])\1(?!\*)")
# Marks that Discord takes away as it formats what stands between them, and those of 2**3 with those of 2**4.
_LOST: Final = (
    re.compile(r"__[^\n]+?__"),
    re.compile(r"(?<!\w)_[^\s_][^\n_]*_(?!\w)"),
    re.compile(r"~~[^\n]+?~~"),
    re.compile(r"\|\|[^\n]+?\|\|"),
    re.compile(r"(?<=[\w)\]])\*\*(?=\S)[^\n*]+?(?<=\S)\*\*"),
    re.compile(r"(?<=[\w)\]])\*(?=[^\s*])[^\n*]*?(?<=[^\s*])\*(?!\*)"),
)
# At the beginning of a line it makes a quotation, and the sign goes; before a word one may be meant.
_LOST_MORE_THAN: Final = re.compile(r"^ *(?:>>>|>) +(?=[\d$€£~≈+\N{MINUS SIGN}-])[^\n]{1,20}", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """A rule that the question at `position` of the list breaks; `path` is the field inside of it."""

    position: int
    path: Path
    message: str


def prose_of(text: str) -> str:
    """Return a text without its code blocks and code spans."""
    return _CODE.sub("", text)


def lost_marks(text: str) -> Iterator[str]:
    """Say which marks of a text Discord takes away outside of code, as those of `__init__` and blanks."""
    prose = _MEANT.sub(" ", _KEPT.sub("", prose_of(text)))
    for pattern in _LOST:
        if found := pattern.search(prose):
            yield (
                f"has {shown(found[0])}, of which Discord takes the marks away; write names of code as "
                "`code`, and blanks and other marks with a backslash before each: \\_\\_\\_"
            )
            return
    if found := _LOST_BACKSLASH.search(prose):
        yield f"has {shown(found[0])}, of which Discord takes the backslash away; write it as `code`"
    if found := _LOST_MORE_THAN.search(prose):
        start = shown(found[0].strip())
        yield f"begins a line with {start}, which Discord shows as a quotation; say it as more than"


def markup_complaints(text: str) -> Iterator[str]:
    """Say what a text holds outside of code that Discord shows differently or that belongs elsewhere."""
    prose = prose_of(text)
    if address := _ADDRESS.search(prose):
        yield f"has the address {shown(address[0])}; addresses are allowed in references only"
    if _HEADING.search(prose):
        yield "has a heading with #; use **bold** instead"
    if tag := _TAG.search(prose):
        yield f"has the HTML tag {shown(tag[0])}; write it as `code` or remove it"

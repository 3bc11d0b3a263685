"""What is allowed in a text that will be shown in Discord."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from questions.limits import Bounds

# Control, format (zero-width, bidi), surrogate, private use, line and paragraph separator: nobody sees them,
# and some of them turn the text around them.
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and marks by category, but blank on every screen.
_BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_PINGS: Final = ("@everyone", "@here")
_MENTION: Final = re.compile(r"<[@#][^>\s]*>|</[^>\n:]+:\d+>|<id:\w+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>")
_FENCE: Final = "```"
_WORD: Final = re.compile(r"\S+")
# Thai, Lao, Burmese and Khmer; kana and Han with their punctuation.
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f"
    "\U00020000-\U0003ffff"
)
_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
# What a translator reckons with: 400 English words are some 1,000 characters of Japanese, 2,000 of Thai.
IDEOGRAPHS_A_WORD: Final = 2.5
LETTERS_A_WORD: Final = 5
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
# Characters that end or break a link in Discord's markdown.
_LINK_BREAKERS: Final = re.compile(r"[\s<>()\[\]\"'`\\|]|[^\x21-\x7e]")


def shown(value: object, length: int = 40) -> str:
    """Part of a file's text as a message may quote it: at most `length` characters, none moves a cursor."""
    text = str(value)
    cut = text[:length] + ("…" if len(text) > length else "")
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def count_complaint(count: int, bounds: Bounds, one: str, many: str) -> str | None:
    """Why a count is outside of the bounds, or None. `one` and `many` name what is counted."""
    if bounds.low <= count <= bounds.high:
        return None
    noun = one if count == 1 else many
    if bounds.low == bounds.high:
        return f"has {count:,} {noun}; exactly {bounds.low} are allowed"
    if count > bounds.high:
        return f"has {count:,} {noun}; at most {bounds.high:,} are allowed"
    needed = "one is" if bounds.low == 1 else f"{bounds.low:,} are"
    return f"has {count:,} {noun}; at least {needed} needed"


def text_complaints(text: str, bounds: Bounds, *, one_line: bool) -> Iterator[str]:
    """Say everything that is wrong with a text whose outer blanks are already stripped."""
    invisible = next((i for i, c in enumerate(text) if is_invisible(c)), None)
    if all(is_invisible(c) or c.isspace() for c in text):
        yield "is blank; a visible text is needed"
    elif too_many_or_few := _length_complaint(text, bounds):
        yield too_many_or_few
    if invisible is not None:
        name = described(text[invisible])
        yield f"has the invisible character {name} at position {invisible + 1}; remove it"
    if one_line and "\n" in text:
        yield "has a line break; one line is allowed"
    yield from _discord_complaints(text)


def _length_complaint(text: str, bounds: Bounds) -> str | None:
    """Why a text is too long or too short, or None: a sign as wide as two letters says as much as two."""
    wide = sum(unicodedata.east_asian_width(c) in {"W", "F"} for c in text)
    if len(text) < bounds.low <= len(text) + wide:
        return None
    return count_complaint(len(text), bounds, "character", "characters")


def count_words(text: str) -> int:
    """Return how many words a text has; where no blanks stand between them, about how many."""
    unspaced = _UNSPACED.findall(text)
    ideographs = sum(c >= "\u3000" for c in unspaced)
    guessed = ideographs / IDEOGRAPHS_A_WORD + (len(unspaced) - ideographs) / LETTERS_A_WORD
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + round(guessed)


def is_invisible(character: str) -> bool:
    """Tell whether a character leaves nothing on the screen although it is no space."""
    return character != "\n" and (
        unicodedata.category(character) in _INVISIBLE_CATEGORIES or character in _BLANK_LETTERS
    )


def described(character: str) -> str:
    """Name a character that cannot be shown: `U+200B (ZERO WIDTH SPACE)`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def _discord_complaints(text: str) -> Iterator[str]:
    for ping in _PINGS:
        if ping in text:
            yield f"has {ping}; no text may ping, write it without the @"
    if mention := _MENTION.search(text):
        yield f"has the Discord mention {shown(mention[0])}; only plain names are allowed"
    if text.count(_FENCE) % 2:
        yield f"opens a code block with {_FENCE} and does not close it; write {_FENCE} after the code"


def slug_complaint(slug: str) -> str | None:
    """Why the text is no slug, or None."""
    if not _SLUG.fullmatch(slug):
        return (
            f"is {shown(slug)}; only lower-case letters, digits and single hyphens between them are allowed"
            " (example: design-rag-pipeline)"
        )
    return None


def colour_complaint(colour: str) -> str | None:
    """Why the text is no colour, or None."""
    return None if _COLOUR.fullmatch(colour) else f'is {shown(colour)}; a colour is written like "#3B82F6"'


def language_complaint(language: str) -> str | None:
    """Why the text is no language tag, or None."""
    return None if _LANGUAGE.fullmatch(language) else f"is {shown(language)}; write it like en or pt-BR"


def url_complaint(url: str) -> str | None:
    """Why the text is no address that Discord can link, or None. Only https is allowed."""
    if not url.startswith("https://"):
        return f"is {shown(url)}; only addresses that start with https:// are allowed"
    if breaker := _LINK_BREAKERS.search(url):
        return f"has {described(breaker[0])} in the address; write it percent-encoded"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        has_credentials = parts.username is not None
        parts.port  # noqa: B018 - reading it is the check: it raises for a port that is no number
    except ValueError:
        return f"is {shown(url)}; this is no valid address"
    if has_credentials:
        return "has a user name in the address; remove it"
    if "." not in host.strip("."):
        return f"is {shown(url)}; a full host name such as arxiv.org is needed"
    return None

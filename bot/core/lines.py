"""What people type where one line is meant: names, searches, reasons, remarks. Pure."""

from __future__ import annotations

import re
import unicodedata

# Without a shape of their own, but words of some scripts and joined emoji are spelled with them.
JOINERS = "\u200c\u200d"


def encodable(typed: str) -> str:
    """Return a text with "�" for each half of a character: no file or database takes one."""
    return typed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(typed: str) -> str:
    """Return a text as one line without characters that cannot be seen but mislead.

    Direction marks and other characters without a shape go: they would turn the rest of the line around.
    Doing it again changes nothing.
    """
    kept = "".join(
        c for c in typed if c.isspace() or c in JOINERS or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
    return " ".join(kept.split())


# Combining accents of the scripts that are written without them too: e with an acute, i with a breve.
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters of their own that are typed so where a keyboard lacks them.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


def folded(typed: str) -> str:
    """Return a text as searches compare it: whatever its case, width and accents.

    Both sides of a comparison have to be folded. Doing it again changes nothing.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", typed).casefold())
    plain = _ACCENTS.sub("", apart).translate(_LETTERS)
    return unicodedata.normalize("NFC", plain)

"""What people type where one line is meant: names, searches, reasons, remarks. Pure."""

from __future__ import annotations

import unicodedata

# Without a shape of their own, but words of some scripts and joined emoji are spelled with them.
JOINERS = "\u200c\u200d"


def one_line(typed: str) -> str:
    """Return a text as one line without characters that cannot be seen but mislead.

    Direction marks and other characters without a shape go: they would turn the rest of the line around.
    Doing it again changes nothing.
    """
    kept = "".join(
        c for c in typed if c.isspace() or c in JOINERS or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
    return " ".join(kept.split())

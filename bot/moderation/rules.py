"""What a report may say, and what can be decided about it. Pure."""

from __future__ import annotations

import unicodedata
from typing import Literal

LONGEST = 300
_JOINERS = "\u200c\u200d"

# `shown`: it was hidden, and an organiser showed it again.
State = Literal["open", "hidden", "dismissed", "shown"]
Decision = Literal["hidden", "dismissed", "shown"]
# From which state of a report each decision can be taken.
BEFORE: dict[Decision, State] = {"hidden": "open", "dismissed": "open", "shown": "hidden"}


def reason(typed: str) -> str | None:
    """Return why somebody reports as one line; None where it says nothing or is too long."""
    kept = "".join(
        c for c in typed if c.isspace() or c in _JOINERS or unicodedata.category(c) not in {"Cc", "Cf"}
    )
    line = " ".join(kept.split())
    return line if line.strip(_JOINERS) and len(line) <= LONGEST else None

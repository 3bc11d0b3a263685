"""What a report may say, and what can be decided about it. Pure."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

from bot.core.lines import JOINERS, one_line

LONGEST = 300
# A custom_id holds one number: below the report's id it says which text stood beside the button.
_MARKS = 2**32

# `shown`: it was hidden, and an organiser showed it again.
State = Literal["open", "hidden", "dismissed", "shown"]
Decision = Literal["hidden", "dismissed", "shown"]
# From which state of a report each decision can be taken.
BEFORE: dict[Decision, State] = {"hidden": "open", "dismissed": "open", "shown": "hidden"}


def reason(typed: str) -> str | None:
    """Return why somebody reports as one line; None where it says nothing or is too long."""
    line = one_line(typed)
    return line if line.strip(JOINERS) and len(line) <= LONGEST else None


def mark(text: str, addition: str | None) -> int:
    """Return a number that tells one text of an answer from another; never 0."""
    digest = blake2b(f"{text}\0{addition or ''}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) or 1


def button(report_id: int, reported: int, stands: int) -> int:
    """Return the number of a button beside a text: the report's own where what was reported still stands."""
    return report_id if stands == reported else report_id * _MARKS + stands


def of_button(number: int) -> tuple[int, int]:
    """Return (report_id, mark) from the number of a button; a mark of 0: beside what was reported."""
    return divmod(number, _MARKS) if number >= _MARKS else (number, 0)

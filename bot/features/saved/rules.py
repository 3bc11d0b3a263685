"""Who may still read what, what a typed date or search means, and how a list is cut into pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.lines import folded, one_line

PAGE = 10

MOST_SAVED = 500

LONGEST_SEARCH = 100

# A double tap is one press: it must not save and take out again.
DOUBLE_TAP = timedelta(seconds=2)


def is_double_tap(saved_at: datetime, now: datetime) -> bool:
    """Return True if a press belongs to the one that saved."""
    return now - saved_at < DOUBLE_TAP


def clean_search(typed: str | None) -> str:
    """Return what is searched for, on one line, at most 100 characters; empty where it holds nothing."""
    return one_line(typed or "")[:LONGEST_SEARCH].strip()


def matches(search: str, texts: Iterable[str | None]) -> bool:
    """Return True if every word of a search stands somewhere in the texts, folded."""
    hay = folded("\n".join(text for text in texts if text))
    return all(word in hay for word in folded(search).split())


def pages(total: int, size: int = PAGE) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-total // size))


def page_within(page: int, total: int, size: int = PAGE) -> int:
    """Return the page nearest to `page` that there is; the list may have become shorter."""
    return min(max(page, 0), pages(total, size) - 1)

"""Ticked points of a rubric as a column holds them. Pure."""

from __future__ import annotations

from collections.abc import Collection


def ticks_text(ticks: Collection[int]) -> str:
    """Return ticks as their column holds them: "0 2 5"."""
    return " ".join(str(tick) for tick in sorted(ticks))


def ticks_of(text: str) -> frozenset[int]:
    """Return the ticks that a column holds."""
    return frozenset(int(word) for word in text.split())

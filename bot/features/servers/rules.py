"""How long the data of a server is kept that has removed the bot. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# Long enough for whoever removed the bot by mistake, or looked for another one, to invite it again.
KEPT = timedelta(days=30)


def deleted_at(left_at: datetime) -> datetime:
    """Return when the data of a server is deleted that the bot has left."""
    return left_at + KEPT


def is_over(left_at: datetime, now: datetime) -> bool:
    """Return True if a server has been gone for so long that its data is deleted."""
    return now >= deleted_at(left_at)

"""Wishes for a reveal before its time, within the caller's transaction."""

from __future__ import annotations

from bot.db import Connection
from bot.reviews import store


async def forget(tx: Connection, drop_id: int, user_id: int) -> None:
    """Take a person's wish back: their answer is withdrawn."""
    await store.delete_wish(tx, drop_id, user_id)

"""What other features may read of quizzes, in the caller's transaction."""

from __future__ import annotations

from bot.db import Connection
from bot.features.quiz import store


async def list_being_asked(tx: Connection, guild_id: int) -> list[int]:
    """Return the items (question ids) of the quizzes that run in a server."""
    return await store.list_being_asked(tx, guild_id)

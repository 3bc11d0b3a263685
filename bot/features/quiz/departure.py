"""What becomes of a server's quizzes when the bot is removed from it."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.quiz import store
from bot.features.quiz.rounds import end
from bot.features.quiz.rules import REMOVED


async def left(tx: Connection, guild_id: int, now: datetime) -> None:
    """End the quizzes that run in a server: nobody sees their questions any more."""
    for quiz in await store.list_running(tx, guild_id):
        await end(tx, quiz, REMOVED, now)

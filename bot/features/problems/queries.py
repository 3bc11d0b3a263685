"""What other features may read of problems, in the caller's transaction."""

from __future__ import annotations

from bot.db import Connection
from bot.features.problems import store
from bot.features.problems.store import Problem


async def get_problem(tx: Connection, problem_id: int) -> Problem | None:
    return await store.get_problem(tx, problem_id)


async def list_problems(tx: Connection, guild_id: int) -> list[Problem]:
    """Return a server's open problems."""
    return await store.list_problems(tx, guild_id)

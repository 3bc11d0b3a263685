"""What other features may read of answers, in the caller's transaction.

Who may read which of them is decided in access.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.db import Connection
from bot.features.answers import store
from bot.features.answers.access import Reader, Sees
from bot.features.answers.outcomes import ByButtons
from bot.features.answers.store import Answer
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop


async def get_answer(tx: Connection, answer_id: int) -> Answer | None:
    """Return an answer, withdrawn and hidden ones included."""
    return await store.get_answer(tx, answer_id)


async def by_id(tx: Connection, answer_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these ids to their answers, withdrawn and hidden ones included."""
    return await store.list_these(tx, answer_ids)


async def list_live(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a question's answers that are not withdrawn, the earliest first."""
    return await store.list_live(tx, drop_id)


async def list_all(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a question's answers, withdrawn and hidden ones included, the earliest first."""
    return await store.list_all(tx, drop_id)


async def get_written_drop(tx: Connection, guild_id: int, drop_id: int) -> Drop | QuestionGone:
    """Return a question that is answered in writing and can be seen."""
    drop = await drops.get_drop(tx, drop_id)
    if drop is None or drop.guild_id != guild_id or not await drops.is_out(tx, drop):
        return QuestionGone()
    return ByButtons(drop) if drop.kind == "choice" else drop


async def reader_of(tx: Connection, drop: Drop, user_id: int, sees: Sees) -> Reader:
    """Return how a person stands with a question.

    Their answer is looked up only where something depends on it: not for a question whose answers are open to
    everybody who can see its channel, nor for one whose channel they cannot see.
    """
    seen, revealed = sees(drop.channel_id), drop.state == "revealed"
    depends = drop.kind == "open" and (seen is None or (seen and not revealed))
    answer = await store.find_answer(tx, drop.id, user_id) if depends else None
    return Reader(
        sees=seen,
        inside=answer is not None and answer.state == "live",
        was_inside=answer is not None,
        revealed=revealed,
        blind=drop.mode == "blind",
    )

"""Answers for those who read them again; who may is the caller's to decide, who opens the transaction too."""

from __future__ import annotations

from collections.abc import Sequence

from bot.db import Connection
from bot.features.answers import store
from bot.features.answers.store import Answer


async def get(tx: Connection, answer_id: int) -> Answer | None:
    """Return an answer, withdrawn and hidden ones included."""
    return await store.get_answer(tx, answer_id)


async def by_id(tx: Connection, answer_ids: Sequence[int]) -> dict[int, Answer]:
    """Map these ids to their answers, withdrawn and hidden ones included."""
    return await store.list_these(tx, answer_ids)


async def list_live(tx: Connection, drop_id: int) -> list[Answer]:
    """Return a question's answers that are not withdrawn, the earliest first."""
    return await store.list_live(tx, drop_id)


async def has_live(tx: Connection, drop_id: int, user_id: int) -> bool:
    """Say whether a person has an answer to a question that is not withdrawn: it opens the room."""
    answer = await store.find_answer(tx, drop_id, user_id)
    return answer is not None and answer.state == "live"


async def has_been_inside(tx: Connection, drop_id: int, user_id: int) -> bool:
    """Say whether a person ever had an answer to a question: its room takes in, and lets nobody out."""
    return await store.find_answer(tx, drop_id, user_id) is not None

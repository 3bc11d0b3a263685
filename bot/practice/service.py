"""What is remembered of everybody's answers to items: the log, and each person's cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.db import Connection
from bot.practice import rules, store
from bot.practice.store import Given

__all__ = ["PAYS_AGAIN_AFTER", "Given", "list_paid", "record"]

# An item pays once in this time to a person.
PAYS_AGAIN_AFTER = timedelta(days=14)


async def list_paid(tx: Connection, guild_id: int, question_id: int, now: datetime) -> set[int]:
    """Return to whom an item does not pay now, because it did within the last 14 days."""
    return await store.list_paid(tx, guild_id, question_id, now - PAYS_AGAIN_AFTER)


async def record(tx: Connection, given: Sequence[Given], now: datetime) -> None:
    """Write down answers to one item from a quiz or a question of the day, in the caller's transaction.

    A miss goes into the person's practice; a right answer moves a card that they have. Saying it twice
    for the same source would move cards twice: call it where the source is closed, once.
    """
    if not given:
        return
    await store.add_answers(tx, given)
    question_id = given[0].question_id
    cards = await store.list_cards(tx, question_id)
    changed = {
        answer.user_id: rules.review(
            cards.get(answer.user_id), rules.grade(right=answer.right, taken=None), now
        )
        for answer in given
        if not answer.right or answer.user_id in cards
    }
    await store.put_cards(tx, question_id, changed)

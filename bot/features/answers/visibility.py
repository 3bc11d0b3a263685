"""Hiding an answer and showing it again, for organisers; within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.features.answers import points, store
from bot.features.answers.service import ANSWER_NOT_AFTER
from bot.features.answers.store import Answer
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.outbox import service as outbox

HIDDEN = "hidden by an organiser"


async def hide(tx: Connection, daily: DailyService, drop: Drop, answer: Answer, now: datetime) -> int:
    """Hide an answer: its message says so, its points go. Return what that did to its author's points."""
    return await _set(tx, daily, drop, answer, now, hidden=True)


async def show_again(tx: Connection, daily: DailyService, drop: Drop, answer: Answer, now: datetime) -> int:
    """Undo all that hiding did; return what that did to the author's points."""
    change = await _set(tx, daily, drop, answer, now, hidden=False)
    if answer.state == "live":
        await _post_again(tx, drop, answer, now)
    return change


async def _set(
    tx: Connection, daily: DailyService, drop: Drop, answer: Answer, now: datetime, *, hidden: bool
) -> int:
    if answer.hidden == hidden:
        return 0
    await store.set_answer(tx, answer.id, hidden=hidden, revision=answer.revision + 1)
    if answer.state == "live":
        await daily.count_answer(tx, drop.id, -1 if hidden else 1)
    changes = await points.settle(tx, daily, drop, now)
    return changes.get(answer.user_id, 0)


async def _post_again(tx: Connection, drop: Drop, answer: Answer, now: datetime) -> None:
    """Queue an answer whose message was left out while it was hidden; one that stands there is edited."""
    post = await outbox.get_post(tx, "answer", answer.id, part=answer.round)
    if post is not None and post.state in {"pending", "sending", "sent"}:
        return
    await store.set_answer(tx, answer.id, round=answer.round + 1)
    await outbox.queue(
        tx,
        "answer",
        answer.id,
        part=answer.round + 1,
        guild_id=drop.guild_id,
        channel_id=drop.room_id or drop.channel_id,
        due_at=now,
        not_after=now + ANSWER_NOT_AFTER,
    )

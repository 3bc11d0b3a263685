"""How features queue posts and ask about them."""

from __future__ import annotations

from datetime import datetime

from bot.db import Connection
from bot.outbox import rules, store
from bot.outbox.store import NewPost, Post


async def queue(
    tx: Connection,
    kind: str,
    subject_id: int,
    *,
    guild_id: int,
    channel_id: int,
    due_at: datetime,
    not_after: datetime,
    part: int = 0,
) -> bool:
    """Queue a post in the caller's transaction; False where it was queued before."""
    new = NewPost(
        guild_id=guild_id,
        kind=kind,
        subject_id=subject_id,
        part=part,
        channel_id=channel_id,
        due_at=due_at,
        not_after=not_after,
    )
    return await store.insert_post(tx, new)


everybody = rules.everybody
get_post = store.get_post
next_part = store.next_part
list_struggling = store.list_struggling
retry_guild = store.retry_guild
retry_waiting = store.retry_waiting
move = store.move
release = store.release
hasten = store.hasten
skip = store.skip

__all__ = [
    "Post",
    "everybody",
    "get_post",
    "hasten",
    "list_struggling",
    "move",
    "next_part",
    "queue",
    "release",
    "retry_guild",
    "retry_waiting",
    "skip",
]

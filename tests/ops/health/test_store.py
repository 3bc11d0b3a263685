"""Which posts the figures count, and as what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.db import Database
from bot.features.servers import store as servers
from bot.ops.health import store
from bot.ops.health.store import Waiting
from bot.outbox import service as outbox
from tests.db.files import opened

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE, GONE = 1, 2


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


async def count(db: Database) -> dict[str, Waiting]:
    async with db.reading() as tx:
        return {one.state: one for one in await store.count_open(tx, NOW, ("ours",))}


async def test_posts_of_a_server_that_the_bot_has_left_wait_for_nobody(db: Database) -> None:
    async with db.transaction() as tx:
        for guild_id, due_at in ((HERE, NOW - HOUR), (GONE, NOW - 72 * HOUR), (GONE, NOW + HOUR)):
            await outbox.queue(
                tx,
                "reveal" if due_at < NOW else "quiz_end",
                guild_id,
                guild_id=guild_id,
                channel_id=9,
                due_at=due_at,
                not_after=NOW + 72 * HOUR,
            )
    assert await count(db) == {
        "due": Waiting("due", 2, NOW - 72 * HOUR),
        "ahead": Waiting("ahead", 1, NOW + HOUR),
    }
    async with db.transaction() as tx:
        await servers.add(tx, GONE, NOW)
    assert await count(db) == {"due": Waiting("due", 1, NOW - HOUR)}
    async with db.transaction() as tx:
        await servers.add(tx, HERE, NOW)
    assert await count(db) == {}

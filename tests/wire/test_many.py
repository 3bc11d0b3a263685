"""Many servers whose question is due in one minute, against Discord's limits on the whole bot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.many import fill
from tests.loopcord import Server
from tests.loopcord.limits import Limits
from tests.wire.studyloop import StudyLoop

pytestmark = pytest.mark.wire

SERVERS = 40
NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


async def test_all_are_asked_once_within_the_limits(tmp_path: Path) -> None:
    async with Server() as server:
        server.limits = limits = Limits(per_second=20, most_invalid=60)
        groups = []
        for number in range(SERVERS):
            guild = server.add_guild(f"Group {number}")
            groups.append((guild, server.add_channel(guild, "daily")))
        await fill(tmp_path / "bot.db", groups, NINE)
        ahead = (NINE - datetime.now(UTC)).total_seconds() + 1
        server.clock_offset = ahead
        env = {"STUDYLOOP_CLOCK_OFFSET": str(ahead), "REQUESTS_PER_SECOND": "15"}
        async with StudyLoop(server, tmp_path / "bot.db", env) as bot:
            await bot.ready()
            await server.until(lambda: all(server.messages(channel) for _, channel in groups))
        assert [len(server.messages(channel)) for _, channel in groups] == [1] * SERVERS
        assert limits.banned == 0
        # On a busy machine some requests that left apart arrive together.
        assert limits.globally <= SERVERS // 4

"""Days pass, and the bot keeps no more in memory; benchmarks/days.py shows it for fifty servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.days import grown, live, prepared
from bot.db.engine import READERS

pytestmark = pytest.mark.explored

# Each question that was asked is kept once (at most the whole bank), and so is each sort of statement. A pool
# opens its next connection when all that it has are at work at the same moment, which may be on any day.
CACHES = ("questions.models.", "bot.features.bank.", "bot.db.types.", "bot.db.sqlite.", "sqlalchemy.")


async def test_tasks_connections_and_objects_do_not_grow_over_days(tmp_path: Path) -> None:
    samples = await live(2, 4, await prepared(tmp_path), every=12)
    assert {sample.tasks for sample in samples} == {samples[0].tasks}
    assert max(sample.connections for sample in samples) <= READERS + 1
    assert {name: more for name, more in grown(samples).items() if not name.startswith(CACHES)} == {}

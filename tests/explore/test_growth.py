"""Days pass, and the bot keeps no more in memory; benchmarks/days.py shows it for fifty servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.days import grown, live, prepared

pytestmark = pytest.mark.explored

# Each question that was asked is kept once (at most the whole bank), and so is each sort of statement.
CACHES = ("questions.models.", "bot.features.bank.", "bot.db.types.", "sqlalchemy.")


async def test_tasks_connections_and_objects_do_not_grow_over_days(tmp_path: Path) -> None:
    samples = await live(2, 4, await prepared(tmp_path), every=12)
    assert {sample.tasks for sample in samples} == {samples[0].tasks}
    assert {sample.connections for sample in samples[2:]} == {samples[2].connections}
    assert {name: more for name, more in grown(samples).items() if not name.startswith(CACHES)} == {}

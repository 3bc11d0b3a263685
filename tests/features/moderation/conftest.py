from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.moderation.bench import Bench, open_bench


@pytest.fixture
async def bench(prepared: Path, tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(prepared, tmp_path) as opened:
        yield opened

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.drops.house import House, open_house


@pytest.fixture
async def house(prepared: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(prepared, tmp_path) as opened:
        yield opened

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.reviews.desk import Desk, open_desk


@pytest.fixture
async def desk(prepared: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(prepared, tmp_path) as opened:
        yield opened

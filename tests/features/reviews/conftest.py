from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.reviews.services import ReviewServices, open_services


@pytest.fixture
async def services(prepared: Path, tmp_path: Path) -> AsyncIterator[ReviewServices]:
    async with open_services(prepared, tmp_path) as opened:
        yield opened

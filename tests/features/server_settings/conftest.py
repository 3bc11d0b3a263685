from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.services import FeatureServices, open_services


@pytest.fixture
async def services(prepared: Path, tmp_path: Path) -> AsyncIterator[FeatureServices]:
    async with open_services(prepared, tmp_path) as opened:
        yield opened

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.moderation.services import ModerationServices, open_services


@pytest.fixture
async def services(prepared: Path, tmp_path: Path) -> AsyncIterator[ModerationServices]:
    async with open_services(prepared, tmp_path) as opened:
        yield opened

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.db.files import opened
from tests.features.practice.samples import write_pack
from tests.features.practice.services import PracticeServices


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[PracticeServices]:
    """Give a services with two agents items (hard, easy) and two training items (medium, easy)."""
    async with opened(tmp_path) as db:
        services = PracticeServices(db, write_pack(tmp_path / "small"))
        await services.load()
        yield services

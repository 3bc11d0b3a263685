from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.db.files import opened
from tests.features.practice.desk import Desk
from tests.features.practice.samples import write_pack


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a desk with two agents items (hard, easy) and two training items (medium, easy)."""
    async with opened(tmp_path) as db:
        desk = Desk(db, write_pack(tmp_path / "small"))
        await desk.load()
        yield desk

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.db.files import opened
from tests.features.quiz.desk import Desk
from tests.features.quiz.pack import write_pack


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a desk with twelve items in `agents` and one in `training`."""
    async with opened(tmp_path) as db:
        desk = Desk(db, write_pack(tmp_path))
        await desk.load()
        yield desk

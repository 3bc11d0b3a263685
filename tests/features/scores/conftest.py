from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db import Database
from tests.db.files import opened


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database

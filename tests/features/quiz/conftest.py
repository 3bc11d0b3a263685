from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.db.files import opened
from tests.features.quiz.pack import write_pack
from tests.features.quiz.services import QuizServices


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[QuizServices]:
    """Give a services with twelve items in `agents` and one in `training`."""
    async with opened(tmp_path) as db:
        services = QuizServices(db, write_pack(tmp_path))
        await services.load()
        yield services

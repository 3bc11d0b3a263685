from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.choices.pack import prepare_file
from tests.features.saved.services import SavedServices, open_services


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with written questions and items that say which option is right."""
    return prepare_file(tmp_path_factory.mktemp("keeping"))


@pytest.fixture
async def services(packed: Path, tmp_path: Path) -> AsyncIterator[SavedServices]:
    async with open_services(packed, tmp_path) as opened:
        yield opened

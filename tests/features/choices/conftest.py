from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.choices.pack import prepare_file
from tests.features.choices.services import ChoiceServices, open_services


@pytest.fixture(scope="session")
def prepared_items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
async def services(prepared_items: Path, tmp_path: Path) -> AsyncIterator[ChoiceServices]:
    async with open_services(prepared_items, tmp_path) as opened:
        yield opened

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.choices.house import ChoiceHouse, open_house
from tests.features.choices.pack import prepare_file


@pytest.fixture(scope="session")
def prepared_items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
async def house(prepared_items: Path, tmp_path: Path) -> AsyncIterator[ChoiceHouse]:
    async with open_house(prepared_items, tmp_path) as opened:
        yield opened

"""Worlds with a pack of choice items of their own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

import pytest

from tests.features.choices.pack import prepare_file
from tests.journeys.choices.day import OpenOwn
from tests.world import START, World, open_world


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a pack of these tests' own, in the folder beside it: the bundled one changes."""
    return prepare_file(tmp_path_factory.mktemp("items"))


@pytest.fixture
def open_own(own_pack: Path, tmp_path: Path) -> OpenOwn:
    """Return what opens a world with that pack at a moment."""

    def opener(start: datetime = START) -> AbstractAsyncContextManager[World]:
        file = Path(shutil.copy(own_pack, tmp_path / "world.db"))
        return open_world(file, start, questions=own_pack.parent / "small")

    return opener


@pytest.fixture
async def world(open_own: OpenOwn) -> AsyncIterator[World]:
    async with open_own() as opened:
        yield opened

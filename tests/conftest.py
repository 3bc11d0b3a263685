"""What all tests share: fast settling, hypothesis' profile, a prepared database, a world."""

from __future__ import annotations

import asyncio
import gc
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
import simcord

from bot.core.clock import Clock
from bot.core.log import PARTS
from bot.db import Database
from bot.db.upgrades import prepare
from bot.features.bank.service import BankService
from questions import BUNDLED
from tests.compiled_once import compile_once
from tests.explored import WHOLE
from tests.own_thread import sqlite_in_own_thread
from tests.world import START, World, open_world

compile_once()

# simcord looks for more work for 50 ms after each act; all of ours is started at once.
simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.001

# Other programs share the two cores: a slow example is no failure. The examples of `make test` are the same
# in each run, so that a change is not held up by what it did not touch; `make explore` throws the dice.
hypothesis.settings.register_profile("studyloop", deadline=None, max_examples=100, derandomize=not WHOLE)
hypothesis.settings.load_profile("studyloop")

# What takes longest begins first: the last worker would otherwise be alone with it at the end.
LONGEST = ("tests/wire", "tests/ops", "tests/explore", "tests/tryout", "tests/journeys")

# Where the threads of connections may be part of what is tested.
THREADED = {"backups", "db", "health", "outbox"}

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    root = Path(__file__).parent.parent

    def rank(item: pytest.Item) -> int:
        place = item.path.relative_to(root).as_posix()
        return next((n for n, folder in enumerate(LONGEST) if place.startswith(folder)), len(LONGEST))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported: it stays until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def sqlite_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Do without the threads of connections where they cost much and show nothing."""
    with nullcontext() if request.path.parent.name in THREADED else sqlite_in_own_thread():
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with the newest schema and the bundled pack, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "studyloop.db"
    url = f"sqlite+aiosqlite:///{path}"
    prepare(url)

    async def load() -> None:
        db = Database(url)
        await BankService(db, Clock()).load(BUNDLED)
        await db.close()

    asyncio.run(load())
    return path


@pytest.fixture
def open_at(prepared: Path, tmp_path: Path) -> OpenWorld:
    """Return what opens a world at a moment."""

    def opener(start: datetime = START) -> AbstractAsyncContextManager[World]:
        return open_world(Path(shutil.copy(prepared, tmp_path / "world.db")), start)

    return opener


@pytest.fixture
async def world(open_at: OpenWorld) -> AsyncIterator[World]:
    """Return a world on a Monday morning."""
    async with open_at() as opened:
        yield opened


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Give the loggers back as they were: what sets them up sets them up for the process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    ours = ("studyloop", *(f"studyloop.{part}" for part in PARTS))
    names = ("apscheduler", "alembic", "discord.client", "discord.gateway", "discord.http", *ours)
    noisy = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in noisy.items():
        logging.getLogger(name).setLevel(was)

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from bot.tryout import TryOptions
from bot.tryout.session import MakeBot, open_try
from tests.tryout.small_bot import make_small_bot
from tests.tryout.visitor import Visitor

Visit = Callable[..., AbstractAsyncContextManager[Visitor]]
AFTER_NINE = datetime.fromisoformat("2026-11-24T09:30:00")


@pytest.fixture
def visit() -> Visit:
    """Start a try-out and visit it; the world lives in the test's own task, as simcord wants."""

    @contextlib.asynccontextmanager
    async def visit(make_bot: MakeBot = make_small_bot, **options: Any) -> AsyncIterator[Visitor]:
        wanted = TryOptions(**{"at": AFTER_NINE, "tz": "Europe/Berlin", "port": 0, **options})
        async with open_try(wanted, make_bot) as tryout, aiohttp.ClientSession() as session:
            yield Visitor(tryout, session)

    return visit

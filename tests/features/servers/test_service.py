"""Servers that go and come back, as the service decides about them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.features.servers.service import GRACE, ServersService
from bot.features.servers.store import list_all
from bot.outbox.rules import everybody
from tests.features.services import GUILD, FeatureServices, open_services

DAY = timedelta(days=1)


class Unknown:
    """A directory that knows nothing of any server: nothing is checked there."""

    def has_role(self, *_: int) -> None:
        return None


@pytest.fixture
async def services(prepared: Path, tmp_path: Path) -> AsyncIterator[FeatureServices]:
    async with open_services(prepared, tmp_path) as opened:
        yield opened


@pytest.fixture
def servers(services: FeatureServices) -> ServersService:
    directory = cast("Any", Unknown())
    return ServersService(services.db, services.clock, services.schedules, directory, lambda _: None)


def nobody(guild_id: int) -> bool:
    del guild_id
    return False


async def gone(services: FeatureServices) -> list[int]:
    async with services.db.reading() as tx:
        return [one.guild_id for one in await list_all(tx)]


async def test_a_server_that_is_back_goes_on_with_its_next_question(
    services: FeatureServices, servers: ServersService
) -> None:
    await services.set_up()
    servers.removed(GUILD)
    await servers.settle(everybody, nobody)
    assert await gone(services) == [GUILD]
    services.clock.shift(3 * DAY + timedelta(hours=1))
    servers.look_at(GUILD)
    await servers.settle(everybody, everybody)
    assert await gone(services) == []
    next_at = await services.runs.plan_due()
    assert next_at is not None
    assert next_at > services.clock.now()
    assert await services.rows("SELECT * FROM drops") == [], "what was due meanwhile is left out"


async def test_a_server_that_is_slow_at_a_start_is_given_a_minute(
    services: FeatureServices, servers: ServersService
) -> None:
    await services.set_up()
    look_at = await servers.settle(everybody, nobody)
    assert look_at == services.clock.now() + GRACE
    assert await gone(services) == []
    services.clock.shift(GRACE)
    await servers.settle(everybody, nobody)
    assert await gone(services) == [GUILD]


async def test_a_process_judges_the_servers_of_its_shards_alone(
    services: FeatureServices, servers: ServersService
) -> None:
    await services.set_up()
    servers.removed(GUILD)
    await servers.settle(nobody, nobody)
    assert await gone(services) == []

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import bot.gateway.names
from bot.core.clock import ManualClock
from bot.gateway.names import BATCH, KEEP, Names
from tests.features.drops.samples import NOW


class PaperGuild:
    """A server that names its members when the gateway is asked."""

    def __init__(self, **members: int) -> None:
        self.id = 1
        self.members = {number: name for name, number in members.items()}
        self.asked: list[list[int]] = []
        self.slow = False

    async def query_members(self, *, user_ids: list[int], limit: int, cache: bool) -> list[Any]:
        assert len(user_ids) <= limit <= 100
        assert not cache
        self.asked.append(user_ids)
        if self.slow:
            await asyncio.sleep(60)
        found = [(u, self.members[u]) for u in user_ids if u in self.members]
        return [SimpleNamespace(id=u, display_name=name) for u, name in found]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def names(clock: ManualClock) -> Names:
    return Names(clock)


async def get(names: Names, guild: Any, *user_ids: int) -> dict[int, str]:
    return await names.get(guild, user_ids)


async def test_those_who_are_there_have_names_and_those_who_left_have_none(names: Names) -> None:
    assert await get(names, PaperGuild(ada=1, ben=2), 1, 2, 3) == {1: "ada", 2: "ben"}


async def test_a_day_long_nobody_is_asked_for_again(names: Names, clock: ManualClock) -> None:
    guild = PaperGuild(ada=1)
    await get(names, guild, 1, 9)
    clock.shift(KEEP)
    guild.members = {1: "ada lovelace", 9: "new"}
    assert await get(names, guild, 1, 9) == {1: "ada"}
    assert await get(names, guild, 1, 9, 2) == {1: "ada"}
    assert guild.asked == [[1, 9], [2]]
    clock.shift(timedelta(microseconds=1))
    assert await get(names, guild, 1, 9) == {1: "ada lovelace", 9: "new"}


async def test_servers_do_not_share_names(names: Names) -> None:
    one, two = PaperGuild(ada=1), PaperGuild(adele=1)
    two.id = 2
    assert await get(names, one, 1) == {1: "ada"}
    assert await get(names, two, 1) == {1: "adele"}


async def test_many_are_asked_for_in_batches_and_each_once(names: Names) -> None:
    guild = PaperGuild(**{f"p{number}": number for number in range(250)})
    found = await get(names, guild, *range(250), *range(250))
    assert len(found) == 250
    assert [len(asked) for asked in guild.asked] == [BATCH, BATCH, 50]


async def test_nobody_is_asked_for_nobody(names: Names) -> None:
    guild = PaperGuild()
    assert await get(names, guild) == {}
    assert guild.asked == []


async def test_where_the_gateway_is_slow_a_mention_stands_in(
    names: Names, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.gateway.names, "PATIENCE_SECONDS", 0.01)
    guild = PaperGuild(ada=1, ben=2)
    await get(names, guild, 1)
    clock.shift(2 * KEEP)
    guild.slow = True
    assert await get(names, guild, 1, 2) == {1: "ada", 2: "<@2>"}
    guild.slow = False
    assert await get(names, guild, 1, 2) == {1: "ada", 2: "ben"}

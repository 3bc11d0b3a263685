"""A session that begins anew: which servers the bot is in is told by it, and not by the one before."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.gateway import guilds
from bot.services import Host
from tests.loopcord.waiting import until
from tests.wire.deployment import PATIENCE, Deployment, at

# With two shards the first is the second's, the others are shard 0's.
ON_SHARD_1, STAYS, GOES = 1 << 22, 2 << 22, 4 << 22


@pytest.mark.explored
@pytest.mark.wire
async def test_a_server_that_removed_the_bot_between_two_sessions_is_left(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        began = time.monotonic()
        stays, goes = await deployment.found("open", "open")
        # Until nine there is room for the seconds that discord.py pauses, and for a machine that is slow.
        room = 10 + 6 * (time.monotonic() - began)
        await deployment.start(at(0, "09:00") - timedelta(seconds=room))
        begun = len(deployment.server.gateway.identifies)
        # The session ends first, so that there is nobody who could be told of the removal.
        deployment.server.gateway.invalidate(resumable=False)
        deployment.server.remove_guild(goes.guild)
        gone = [(goes.guild.id,)]
        await until(lambda: deployment.rows("SELECT guild_id FROM departures") == gone, PATIENCE)
        assert deployment.now() < at(0, "09:00"), "this machine is too slow to tell"
        assert len(deployment.server.gateway.identifies) == begun + 1
        await until(lambda: deployment.states("room") == ["sent"], 2 * PATIENCE)
        await until(lambda: deployment.server.messages(stays.channel) != [], PATIENCE)
        assert deployment.rows("SELECT guild_id FROM posts WHERE kind = 'drop'") == [(stays.guild.id,)]
        assert deployment.rows("SELECT guild_id FROM departures") == gone


class Listener:
    """A bot with two shards and no connection, and what it hears of its servers."""

    def __init__(self) -> None:
        self.bot = Host("!", intents=discord.Intents(guilds=True), shard_count=2, guild_ready_timeout=0.01)
        self.bot.shard_ids = [0, 1]
        self.heard: list[tuple[str, int]] = []
        self.inside: Any = self.bot
        self.state = self.inside._connection
        self.state.shard_count, self.state.shard_ids = 2, [0, 1]
        for event in ("guild_remove", "guild_available", "guild_join"):
            self.bot.add_listener(self._note(event), f"on_{event}")

    def _note(self, event: str) -> Any:
        async def note(guild: discord.Guild) -> None:
            self.heard.append((event, guild.id))

        return note

    def ready(self, shard_id: int, *guild_ids: int) -> None:
        """Discord begins a session that names these servers, and waits with what is in them."""
        user = {"id": "1", "username": "b", "discriminator": "0", "avatar": None, "bot": True}
        self.state.parsers["READY"](
            {
                "shard": [shard_id, 2],
                "user": user,
                "application": {"id": "1", "flags": 0},
                "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guild_ids],
            }
        )

    async def come(self, *guild_ids: int) -> None:
        """Discord tells what is in these servers."""
        lists: dict[str, Any] = {name: [] for name in ("channels", "roles", "emojis", "members")}
        for guild_id in guild_ids:
            head = {
                "id": str(guild_id),
                "name": "a",
                "unavailable": False,
                "member_count": 1,
                "owner_id": "5",
            }
            self.state.parsers["GUILD_CREATE"](head | lists)
        await until(lambda: not self.state._ready_states, PATIENCE)

    def known(self) -> dict[int, bool]:
        """The servers that it is in, and whether they are there."""
        return {guild.id: not guild.unavailable for guild in self.bot.guilds}


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """Give one that is connected and in three servers."""
    found = Listener()
    await found.inside._async_setup_hook()
    guilds.keep_true(found.bot)
    found.ready(0, STAYS, GOES)
    found.ready(1, ON_SHARD_1)
    await found.come(STAYS, GOES, ON_SHARD_1)
    assert found.known() == {STAYS: True, GOES: True, ON_SHARD_1: True}
    found.heard.clear()
    yield found
    await found.bot.close()


async def test_only_servers_of_the_shard_that_are_not_named_are_forgotten(listener: Listener) -> None:
    listener.ready(0, STAYS)
    assert listener.known() == {STAYS: False, ON_SHARD_1: True}
    await listener.come(STAYS)
    assert listener.known() == {STAYS: True, ON_SHARD_1: True}
    await until(lambda: len(listener.heard) == 2, PATIENCE)
    assert listener.heard == [("guild_remove", GOES), ("guild_available", STAYS)]


async def test_one_that_is_named_and_does_not_come_is_only_unavailable(listener: Listener) -> None:
    listener.ready(0, STAYS, GOES)
    await listener.come(STAYS)
    assert listener.known() == {STAYS: True, GOES: False, ON_SHARD_1: True}
    await until(lambda: bool(listener.heard), PATIENCE)
    assert listener.heard == [("guild_available", STAYS)]
    await listener.come(GOES)
    assert listener.known() == {STAYS: True, GOES: True, ON_SHARD_1: True}
    await until(lambda: len(listener.heard) == 2, PATIENCE)
    assert listener.heard[1:] == [("guild_available", GOES)]

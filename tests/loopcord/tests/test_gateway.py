import asyncio

import discord
import pytest
import yarl
from discord.errors import LoginFailure

from tests.loopcord import Channel, Guild, Member, Server
from tests.loopcord.gateway import reset
from tests.loopcord.tests.conftest import BareBot


async def test_dropped_connection_is_resumed_and_nothing_is_lost(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    bot.events.clear()
    server.gateway.drop()
    server.say(ada, channel, "while it is away")
    await server.until(lambda: "RESUMED" in bot.events)
    assert bot.events == ["MESSAGE_CREATE", "RESUMED"]
    assert len(server.gateway.identifies) == 1
    record = await server.slash(ada, channel, "echo", text="back")
    assert record.content == "back nobody 1"


async def test_asked_to_reconnect(server: Server, bot: BareBot) -> None:
    server.gateway.ask_reconnect()
    await server.until(lambda: server.gateway.resumes == 1)
    await server.until(lambda: "RESUMED" in bot.events)


async def test_query_members_finds_who_is_there(
    server: Server, bot: BareBot, guild: Guild, ada: Member
) -> None:
    gone = server.add_member(guild, "Gone")
    server.remove_member(guild, gone)
    home = bot.get_guild(guild.id)
    assert home is not None
    found = await home.query_members(user_ids=[ada.id, gone.id], limit=100, cache=False)
    assert [(m.id, m.display_name) for m in found] == [(ada.id, "Ada")]
    assert server.gateway.member_requests[0]["user_ids"] == [ada.id, gone.id]


async def test_guilds_come_and_go(server: Server, bot: BareBot, guild: Guild) -> None:
    other = server.add_guild("Other")
    await server.until(lambda: bot.get_guild(other.id))
    server.remove_guild(guild)
    await server.until(lambda: bot.get_guild(guild.id) is None)


async def test_interaction_without_connection(server: Server, guild: Guild, ada: Member) -> None:
    channel = server.add_channel(guild)
    server.world.commands[None] = [{"name": "x", "type": 1, "id": "1", "default_member_permissions": None}]
    with pytest.raises(ConnectionError):
        await server.slash(ada, channel, "x")


async def test_wrong_token(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.http.Route.BASE", server.api_url)
    bot = BareBot()
    with pytest.raises(LoginFailure):
        await bot.login("wrong")
    await bot.close()


async def test_privileged_intents_are_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.http.Route.BASE", server.api_url)
    bot = discord.AutoShardedClient(intents=discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(server.token)
    await bot.close()
    assert server.gateway.identifies == []


async def test_two_shards_split_the_guilds(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    guilds = [server.add_guild(guild_id=(n << 22) + 1) for n in range(4, 8)]
    monkeypatch.setattr("discord.http.Route.BASE", server.api_url)
    monkeypatch.setattr("discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY", yarl.URL(server.gateway.url))
    bot = BareBot()
    bot.shard_count, bot.shard_ids = 2, [1]
    async with bot:
        task = asyncio.create_task(bot.start(server.token))
        await server.until(lambda: len(bot.guilds) == 2)
        assert {g.id for g in bot.guilds} == {guilds[1].id, guilds[3].id}
        assert server.gateway.live(guilds[0].id) == []
    await task


async def test_a_connection_that_has_ended_by_itself_can_be_cut() -> None:
    """A killed bot's socket is closed before its task has heard of it."""
    listening = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with listening:
        _, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        writer.transport.abort()
        await asyncio.sleep(0.01)
        assert writer.get_extra_info("socket").fileno() == -1
        reset(writer.transport)


@pytest.mark.parametrize("code", [1000, 4000])
async def test_a_connection_closed_with_a_code_is_resumed(server: Server, bot: BareBot, code: int) -> None:
    bot.events.clear()
    await server.gateway.close_with(code)
    await server.until(lambda: "RESUMED" in bot.events)
    assert len(server.gateway.identifies) == 1


async def test_an_invalid_session_may_be_resumable(server: Server, bot: BareBot) -> None:
    bot.events.clear()
    server.gateway.invalidate(resumable=True)
    await server.until(lambda: "RESUMED" in bot.events)
    assert len(server.gateway.identifies) == 1


async def test_a_mute_gateway_takes_and_answers_nothing(server: Server, bot: BareBot, guild: Guild) -> None:
    server.gateway.silence()
    home = bot.get_guild(guild.id)
    assert home is not None
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(home.query_members(user_ids=[1], limit=1, cache=False), 0.2)
    assert not server.gateway.member_requests

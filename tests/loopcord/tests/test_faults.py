import asyncio
import time

import aiohttp
import discord
import pytest

from tests.loopcord import DROP, Call, Channel, Guild, Server
from tests.loopcord.tests.conftest import BareBot

MESSAGES = "/channels/*/messages"


def texts(server: Server, channel: Channel) -> list[str]:
    return [m.content for m in server.messages(channel)]


async def test_status_before_the_effect(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    fault = server.faults.add("POST", MESSAGES, kind="status", status=503, times=2)
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await room.send("lost")
    await room.send("kept")
    assert texts(server, channel) == ["kept"]
    assert [call.status for call in fault.hits] == [503, 503]


async def test_own_retry_after_a_502_doubles_what_knows_no_nonce(
    server: Server, bot: BareBot, guild: Guild, channel: Channel
) -> None:
    forum = server.add_channel(guild, "forum", "forum")
    await server.until(lambda: bot.get_channel(forum.id))
    rooms = bot.get_partial_messageable(channel.id), bot.get_channel(forum.id)
    assert isinstance(rooms[1], discord.ForumChannel)
    server.faults.add("POST", "/channels/*", kind="status_after_effect", times=2)
    # discord.py repeats a 502 by itself after one second; it gives every message a nonce, but no post.
    await asyncio.gather(rooms[0].send("message"), rooms[1].create_thread(name="post", content="text"))
    assert texts(server, channel) == ["message"]
    assert [thread.name for thread in server.threads(forum)] == ["post", "post"]


@pytest.mark.parametrize("reset", [True, False])
async def test_dropped_connections(server: Server, bot: BareBot, channel: Channel, *, reset: bool) -> None:
    room = bot.get_partial_messageable(channel.id)
    server.faults.add("POST", MESSAGES, kind="drop_before", reset=reset)
    expected = aiohttp.ClientOSError if reset else aiohttp.ServerDisconnectedError
    with pytest.raises(expected) as before:
        await room.send("lost")
    assert texts(server, channel) == []
    server.faults.add("POST", MESSAGES, kind="drop_after", reset=reset)
    with pytest.raises(expected):
        await room.send("made")
    assert texts(server, channel) == ["made"]
    if isinstance(before.value, OSError):
        assert before.value.errno == 104
    assert server.requests[-1].status is None


async def test_delay_and_callback_come_on_top(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    seen: list[tuple[str, int]] = []

    async def look(call: Call) -> None:
        seen.append((call.body["content"], len(server.messages(channel))))

    async def cut(call: Call) -> str:
        await look(call)
        return DROP

    server.faults.add("POST", MESSAGES, kind="delay", seconds=0.1, when="after")
    server.faults.add("POST", MESSAGES, kind="callback", callback=look, when="before")
    server.faults.add("POST", MESSAGES, kind="callback", callback=cut, when="after", skip=1)
    started = time.monotonic()
    await room.send("one")
    assert time.monotonic() - started >= 0.1
    with pytest.raises(aiohttp.ClientOSError):
        await room.send("two")
    assert seen == [("one", 0), ("two", 2)]


@pytest.mark.parametrize("everywhere", [True, False])
async def test_rate_limits_are_waited_for(
    server: Server, bot: BareBot, channel: Channel, *, everywhere: bool
) -> None:
    room = bot.get_partial_messageable(channel.id)
    server.faults.add("POST", MESSAGES, kind="rate_limit", retry_after=0.15, everywhere=everywhere)
    started = time.monotonic()
    await room.send("later")
    assert time.monotonic() - started >= 0.15
    assert texts(server, channel) == ["later"]
    assert [c.status for c in server.calls("POST", "/channels/{channel_id}/messages")] == [429, 200]


async def test_deny_until_removed(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    fault = server.faults.deny("POST", f"/channels/{channel.id}/*")
    with pytest.raises(discord.Forbidden) as refused:
        await room.send("no")
    assert refused.value.code == 50013
    server.faults.remove(fault)
    await room.send("yes")
    assert texts(server, channel) == ["yes"]


async def test_the_proxy_s_rate_limit_is_no_json_and_not_waited_for(
    server: Server, bot: BareBot, channel: Channel
) -> None:
    room = bot.get_partial_messageable(channel.id)
    server.faults.add("POST", MESSAGES, kind="rate_limit", proxied=True)
    with pytest.raises(discord.HTTPException) as refused:
        await room.send("lost")
    assert (refused.value.status, refused.value.text) == (429, "error code: 1015")
    assert texts(server, channel) == []

import sys
from pathlib import Path

import pytest

from tests.loopcord import BotProcess, Channel, Guild, Server
from tests.loopcord.waiting import STOPS_WITHIN

COMMAND = (sys.executable, str(Path(__file__).with_name("small_bot.py")))
MESSAGES = "/channels/*/messages"

# A tenth of a second of the bot's start is Python's import of discord.py.
pytestmark = pytest.mark.wire


def small_bot(server: Server, folder: Path, **env: str) -> BotProcess:
    where = {"DISCORD_API_URL": server.api_url, "DISCORD_TOKEN": server.token}
    return BotProcess(server, COMMAND, folder, where | env)


async def test_killed_before_the_effect_and_started_again(
    server: Server, guild: Guild, channel: Channel, tmp_path: Path
) -> None:
    assert channel.guild_id == guild.id
    async with small_bot(server, tmp_path) as bot:
        moment = bot.kill_at("POST", MESSAGES)
        await moment.wait()
        assert not bot.running
        assert await bot.wait() == -9
    assert server.messages(channel) == []
    async with small_bot(server, tmp_path) as bot:
        await bot.ready()
        await server.until(lambda: server.messages(channel))
        code, seconds = await bot.stop()
        assert code == 0
        assert seconds < STOPS_WITHIN
    assert [m.content for m in server.messages(channel)] == ["started"]
    assert server.syncs == 2


async def test_killed_after_the_effect(
    server: Server, guild: Guild, channel: Channel, tmp_path: Path
) -> None:
    assert channel.guild_id == guild.id
    for run in range(2):
        async with small_bot(server, tmp_path) as bot:
            moment = bot.kill_at("POST", MESSAGES, when="after")
            await moment.wait()
            # The second run gets the first one's message, as its nonce is the same.
            assert len(server.messages(channel)) == 1, run
    assert [call.status for call in server.calls("POST", "/channels/{channel_id}/messages")] == [None, None]


async def test_a_bot_that_ends_early_says_why(server: Server, tmp_path: Path) -> None:
    async with small_bot(server, tmp_path, FAIL="no such file") as bot:
        with pytest.raises(RuntimeError, match=r"ended with 2:\nrefused: no such file"):
            await bot.ready()

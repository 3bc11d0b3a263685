"""How a connection that ends is told: by its reason, with the step that mends it, and exit code 2."""

import asyncio
import sys
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.cli import run, terminal
from bot.cli.run import StartError

NO_SOCKET: Any = SimpleNamespace(close_code=None)


async def ended_by(error: Exception) -> str:
    """Return what `run` says where the connection ends by an error; it ends with 2 for each of these."""

    async def end() -> None:
        raise error

    with pytest.raises(StartError) as said:
        await run._outcome(asyncio.ensure_future(end()))
    return str(said.value)


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (4004, "reset it on the Bot page of your application"),
        (4010, "set SHARD_COUNT to the number of all shards"),
        (4011, "leave out SHARD_COUNT"),
        (4012, "update the bot"),
        (4013, "update the bot"),
        (4014, "update the bot"),
    ],
)
async def test_what_no_waiting_mends_names_its_step(code: int, step: str) -> None:
    said = await ended_by(discord.ConnectionClosed(NO_SOCKET, shard_id=0, code=code))
    assert said.startswith("Discord refuses ")
    assert step in said
    assert "wait" not in said
    assert str(code) not in said


async def test_other_ends_of_a_connection_may_pass() -> None:
    other = discord.ConnectionClosed(NO_SOCKET, shard_id=3, code=4999)
    assert "wait some minutes" in await ended_by(other)
    assert await ended_by(discord.PrivilegedIntentsRequired(0)) == run.ENDINGS[4014]
    assert "DISCORD_TOKEN" in await ended_by(discord.LoginFailure())
    assert "check the network" in await ended_by(aiohttp.ClientError())


@pytest.mark.parametrize(
    ("typed", "read", "pid", "waits"),
    [
        (True, True, 5, True),
        (True, False, 5, True),
        (False, True, 5, True),
        (False, False, 5, False),
        (None, None, 5, False),
        (True, True, 1, False),
    ],
)
def test_a_person_waits_at_a_terminal_and_not_in_a_container_of_its_own(
    monkeypatch: pytest.MonkeyPatch, *, typed: bool | None, read: bool | None, pid: int, waits: bool
) -> None:
    for name, is_terminal in (("stdin", typed), ("stderr", read)):
        stream = None if is_terminal is None else SimpleNamespace(isatty=lambda answer=is_terminal: answer)
        monkeypatch.setattr(sys, name, stream)
    monkeypatch.setattr("os.getpid", lambda: pid)
    assert terminal.is_person_waiting() is waits

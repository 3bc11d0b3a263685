import asyncio
import logging
from typing import Any

import discord
import pytest

from bot.gateway import starts
from bot.gateway.starts import Sessions, StartsUsedUpError, pause, wait_for_starts


class Discord:
    """Says how many starts are left: one answer after the other, the last one for ever."""

    def __init__(self, *remaining: int, reset_after: int = 60_000) -> None:
        self.left = list(remaining)
        self.reset_after = reset_after
        self.asked = 0

    async def ask(self) -> tuple[int, str, Any]:
        self.asked += 1
        remaining = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return 1, "", {"total": 1000, "remaining": remaining, "reset_after": self.reset_after}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record every pause instead of taking it."""
    found: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        found.append(seconds)
        await sleep(0)

    monkeypatch.setattr(starts.asyncio, "sleep", note)
    return found


async def test_with_starts_enough_it_goes_on_and_says_how_many(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await wait_for_starts(Discord(50).ask, 1)
    assert slept == []
    assert "50 more starts today, of 1000" in caplog.text


async def test_below_fifty_it_waits_until_the_reset_and_asks_again(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    discord_ = Discord(49, 3, 1000)
    await wait_for_starts(discord_.ask, 1)
    assert slept == [62.0, 62.0]
    assert discord_.asked == 3
    assert len([r for r in caplog.records if "waiting until" in r.message]) == 2


async def test_a_bot_with_many_shards_needs_as_many_starts(slept: list[float]) -> None:
    await wait_for_starts(Discord(120, 1000).ask, 121)
    assert len(slept) == 1


def test_sessions_that_begin_again_and_again_are_paced() -> None:
    assert [pause(n) for n in range(8)] == [5, 5, 5, 5, 10, 20, 40, 50]


async def test_the_first_session_does_not_wait_and_an_hour_later_all_is_forgotten(slept: list[float]) -> None:
    now = 0.0
    sessions = Sessions(Discord(900).ask, lambda: now)
    await sessions.before(0, initial=True)
    assert slept == []
    for _ in range(5):
        await sessions.before(0, initial=False)
    assert slept == [5, 5, 5, 10, 20]
    await sessions.before(1, initial=False)
    assert slept[-1] == 5, "each shard has its own"
    now = 3_601.0
    await sessions.before(0, initial=False)
    assert slept[-1] == 5


async def test_with_hardly_a_start_left_it_gives_up(slept: list[float]) -> None:
    del slept
    sessions = Sessions(Discord(49).ask)
    for n in range(starts.ASK_FROM):
        await sessions.before(0, initial=n == 0)
    with pytest.raises(StartsUsedUpError):
        await sessions.before(0, initial=False)


async def test_where_discord_does_not_say_it_goes_on_slowly(slept: list[float]) -> None:
    async def ask() -> tuple[int, str, Any]:
        raise discord.GatewayNotFound

    sessions = Sessions(ask)
    for _ in range(10):
        await sessions.before(0, initial=False)
    assert slept[-1] == starts.LONGEST_PAUSE

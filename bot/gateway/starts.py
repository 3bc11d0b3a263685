"""Starting safely: Discord counts starts, and resets the token of a bot that needs more than 1,000 a day."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.core.console import say
from bot.core.stop import on_stop

log = logging.getLogger("studyloop.start")

# So many starts are left for what a day may still bring.
FEWEST = 50
# A supervisor that starts anew at once begins no more than 120 sessions an hour: time for somebody to look.
PAUSE_SECONDS = 30.0
# Discord counts in its own time.
AFTER_RESET = timedelta(seconds=2)
# discord.py waits so long before it begins a session anew, and gives up a connection after 60 seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 50.0
FREE_BEGINNINGS = 3
ASK_FROM = 6
COUNTED_FOR = 3_600.0
# Shards, the gateway's address, and what Discord says about starts.
Ask = Callable[[], Awaitable[tuple[int, str, Any]]]


class StartsUsedUpError(Exception):
    """Sessions end as soon as they begin, and hardly any start is left."""


async def wait_for_starts(ask: Ask, needed: int) -> None:
    """Return when there are starts enough: now, or after Discord's next reset.

    `needed` is how many this process takes, one a shard.
    """
    while True:
        limit = (await ask())[2]
        remaining, total = int(limit["remaining"]), int(limit["total"])
        reset = timedelta(milliseconds=int(limit["reset_after"])) + AFTER_RESET
        if remaining >= max(FEWEST, needed):
            log.info("Discord allows %s more starts today, of %s", remaining, total)
            return
        at = datetime.now(UTC) + reset
        log.warning(
            "waiting until %s: Discord allows %s more starts, and resets the token when they are used up",
            f"{at:%Y-%m-%d %H:%M:%SZ}",
            remaining,
        )
        await asyncio.sleep(reset.total_seconds())


class Sessions:
    """Paces sessions that begin anew: one refused again and again must not use up the day's starts."""

    def __init__(self, ask: Ask, now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._begun: dict[int | None, list[float]] = {}

    async def before(self, shard_id: int | None, *, initial: bool) -> None:
        """Wait before an IDENTIFY; StartsUsedUpError where it would be one of the last."""
        now = self._now()
        begun = [at for at in self._begun.get(shard_id, []) if now - at < COUNTED_FOR]
        self._begun[shard_id] = [*begun, now]
        if len(begun) >= ASK_FROM and await self._are_used_up():
            raise StartsUsedUpError
        if not initial:
            await asyncio.sleep(pause(len(begun)))

    async def _are_used_up(self) -> bool:
        try:
            limit = (await self._ask())[2]
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            return False  # not known: the pause is long by now
        return int(limit["remaining"]) < FEWEST


def pause(begun: int) -> float:
    """Return for how many seconds to wait after so many sessions within the hour."""
    return min(SHORTEST_PAUSE * 2.0 ** max(0, begun - FREE_BEGINNINGS), LONGEST_PAUSE)


async def pause_after_failure() -> None:
    """Wait before the process ends; a signal ends the wait at once.

    Only where Discord was asked, as a wrong setting costs no start, and where nobody sits before it who would
    wait in vain: there a supervisor starts it again.
    """
    ended = asyncio.Event()
    on_stop(ended.set)
    say(
        f"studyloop: ending in {PAUSE_SECONDS:.0f} s, so that nothing that starts me again at once uses up "
        "Discord's 1,000 starts a day (Ctrl-C: now)",
        err=True,
    )
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PAUSE_SECONDS):
            await ended.wait()

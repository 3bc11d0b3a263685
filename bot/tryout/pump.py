"""What keeps the world going: simcord's timers follow the real time, and the clock jumps on request."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Protocol

import simcord

from bot.core.clock import Clock
from bot.tryout.simcord_bridge import TryPreview, bot_scope, elapsed

EVERY_SECONDS = 0.5
CATCH_UP_SECONDS = 5.0
"""How much of a pause (the machine slept) timers are shown at most."""
PATIENCE = 8
"""How often one settle timeout (a second) may pass while the bot works off what a jump made due."""
SOON = timedelta(milliseconds=20)

_log = logging.getLogger(__name__)


class TryBot(Protocol):
    """What a try-out asks of the bot, beyond being a discord.py client."""

    @property
    def due_at(self) -> datetime | None:
        """The nearest moment at which something is due, None if nothing is."""
        ...

    def wake(self) -> None:
        """Look now for what is due."""
        ...


class Pump:
    """Moves time in one world; every move holds the Preview's lock."""

    def __init__(self, env: simcord.Env, bot: TryBot, preview: TryPreview, clock: Clock) -> None:
        self._env = env
        self._bot = bot
        self._lock = preview.lock
        self._clock = clock
        self._last = time.perf_counter()

    async def run(self) -> None:
        """Keep going until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.turn()

    async def turn(self) -> None:
        """Let simcord's timers (loops, timeouts of views and forms) see the time that has passed."""
        async with self._lock:
            passed = min(time.perf_counter() - self._last, CATCH_UP_SECONDS)
            self._last = time.perf_counter()
            try:
                await self._env.advance_time(passed)
            except TimeoutError:
                # The bot is busy for longer than a second; it goes on, and so does this.
                _log.debug("the bot is still busy at %.1f s", elapsed(self._env))

    @property
    def due_at(self) -> datetime | None:
        """When the next thing is due, None if nothing is."""
        return self._bot.due_at

    async def jump(self) -> bool:
        """Move the clock to the next thing that is due and let the bot do it; False if nothing is due.

        Only the clock jumps, not simcord's timers: a form that is open stays open.
        """
        async with self._lock:
            target = self.due_at
            if target is None:
                return False
            ahead = target - self._clock.now()
            if ahead > timedelta():
                self._clock.shift(ahead + SOON)
            with bot_scope(self._env):
                self._bot.wake()
            await settle(self._env)
            return True


async def settle(env: simcord.Env) -> None:
    """Wait until the bot is done; a bot that stays busy for PATIENCE seconds is left at it."""
    for _ in range(PATIENCE):
        try:
            await env.settle()
        except TimeoutError:
            continue
        return
    _log.debug("the bot is still busy after %d seconds", PATIENCE)

"""Grouped clicks: what comes in while one flush runs is the next flush, so that many share a transaction."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

C = TypeVar("C")

R = TypeVar("R")

# As many as one transaction takes in some ten milliseconds.
MOST = 500

# Under load so long is gathered between two flushes: a transaction costs as much as twenty clicks.
GATHER_SECONDS = 0.05

# All that exist: whoever watches the bot asks how many wait.
_QUEUES: weakref.WeakSet[Batches[Any, Any]] = weakref.WeakSet()


def waiting() -> int:
    """Return how many clicks of all queues wait for a flush that has not begun."""
    return sum(queue.length for queue in _QUEUES)


class Batches(Generic[C, R]):
    """A queue before one function: `flush(clicks)` stores them all and returns an outcome for each, in order.

    A flush starts at once for a click that comes alone. Under load the next one starts `gather` seconds
    after the last, with all that has come meanwhile; when there is none the work ends. What `flush` raises
    is raised to everybody who waits for it.
    """

    def __init__(
        self, flush: Callable[[Sequence[C]], Awaitable[Sequence[R]]], gather: float = GATHER_SECONDS
    ) -> None:
        self._flush = flush
        self._gather = gather
        self._free_at = 0.0
        self._waiting: list[tuple[C, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None
        _QUEUES.add(self)

    async def add(self, click: C) -> R:
        """Return the click's outcome once it is stored."""
        outcome: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((click, outcome))
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="clicks")
        return await outcome

    @property
    def length(self) -> int:
        """How many clicks wait for a flush that has not begun."""
        return len(self._waiting)

    async def _run(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            while self._waiting:
                if self._gather and (wait := self._free_at - loop.time()) > 0:
                    await asyncio.sleep(wait)
                taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle(taken)
                self._free_at = loop.time() + self._gather
        finally:
            self._running = None

    async def _settle(self, taken: Sequence[tuple[C, asyncio.Future[R]]]) -> None:
        try:
            outcomes = await self._flush([click for click, _ in taken])
        except Exception as error:  # noqa: BLE001 each of those who wait hears of it, and logs it
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(taken, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

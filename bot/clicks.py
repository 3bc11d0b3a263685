"""Grouped clicks: what comes in while one flush runs is the next flush, so that many share a transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

C = TypeVar("C")
O = TypeVar("O")  # noqa: E741 an outcome; no number is meant
# As many as one transaction takes in some ten milliseconds.
MOST = 500


class Clicks(Generic[C, O]):
    """A queue before one function: `flush(clicks)` stores them all and returns an outcome for each, in order.

    A flush starts at the first click and again whenever the last one ended and more have come meanwhile;
    when there are none the work ends. What `flush` raises is raised to everybody who waits for it.
    """

    def __init__(self, flush: Callable[[Sequence[C]], Awaitable[Sequence[O]]]) -> None:
        self._flush = flush
        self._waiting: list[tuple[C, asyncio.Future[O]]] = []
        self._running: asyncio.Task[None] | None = None

    async def add(self, click: C) -> O:
        """Return the click's outcome once it is stored."""
        outcome: asyncio.Future[O] = asyncio.get_running_loop().create_future()
        self._waiting.append((click, outcome))
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="clicks")
        return await outcome

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle(taken)
        finally:
            self._running = None

    async def _settle(self, taken: Sequence[tuple[C, asyncio.Future[O]]]) -> None:
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

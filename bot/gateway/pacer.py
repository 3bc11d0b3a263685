"""One pace for all that the bot asks of Discord on its own, ahead of discord.py.

discord.py keeps the limits of single routes and has no limiter for the bot as a whole: when a global 429
ends, everything that waited goes at once, and most of it is refused again. Replies to interactions do not
come by here: Discord does not count them, and discord.py sends them another way.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
from discord.http import HTTPClient

from bot.gateway import budget
from bot.gateway.budget import Budget, Priority

log = logging.getLogger("studyloop.pacer")

TOO_MANY = 429
# How often to look whether the ban is far enough away again.
LOOK_SECONDS = 5.0


_priority: ContextVar[Priority] = ContextVar("priority", default=Priority.PERSON)
# How often the request of this context was sent: what discord.py repeats has not waited for its turn.
_sent: ContextVar[list[int] | None] = ContextVar("sent", default=None)


@dataclass
class Repeated:
    """How many requests discord.py has sent again by itself: each may have taken effect twice."""

    requests: int = 0


_repeated: ContextVar[Repeated | None] = ContextVar("repeated", default=None)


@contextmanager
def repetitions() -> Generator[Repeated]:
    """Count what is sent again inside."""
    token = _repeated.set(repeated := Repeated())
    try:
        yield repeated
    finally:
        _repeated.reset(token)


@contextmanager
def asked_as(priority: Priority) -> Generator[None]:
    """Send what is asked of Discord inside with this priority; outside it is what a person waits for."""
    token = _priority.set(priority)
    try:
        yield
    finally:
        _priority.reset(token)


class Pacer:
    """Lets requests go in the order of their priority, as many a second as the budget allows."""

    def __init__(self, rate: int = budget.DEFAULT_RATE) -> None:
        self._budget = Budget(rate)
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._told = False

    def waiting(self) -> dict[Priority, int]:
        """Return how many requests wait, by priority."""
        counted = Counter(priority for priority, _, turn in self._waiting if not turn.done())
        return {priority: counted[priority] for priority in Priority}

    @property
    def invalid(self) -> int:
        """How many answers of the last ten minutes bring the ban nearer."""
        return self._budget.invalid(_now())

    async def turn(self) -> None:
        """Wait until a request of this context may go."""
        priority = _priority.get()
        now = _now()
        if not self._waiting and self._may_go(priority, now):
            self._budget.spend(now)
            return
        turn = asyncio.get_running_loop().create_future()
        self._number += 1
        heapq.heappush(self._waiting, (priority, self._number, turn))
        self._arm()
        await turn

    def pace(self, http: HTTPClient) -> None:
        """Have every request of discord.py's client wait for its turn."""
        request: Callable[..., Awaitable[Any]] = http.request

        async def paced(*args: Any, **kwargs: Any) -> Any:
            await self.turn()
            sent = [0]
            token = _sent.set(sent)
            try:
                return await request(*args, **kwargs)
            finally:
                _sent.reset(token)
                if (repeated := _repeated.get()) is not None:
                    repeated.requests += max(0, sent[0] - 1)

        setattr(http, "request", paced)  # noqa: B010 pyright knows it as a method of the class

    def listen(self, trace: aiohttp.TraceConfig) -> None:
        """Hear of every request and answer, those too that discord.py repeats by itself."""
        trace.on_request_start.append(self._started)
        trace.on_request_end.append(self._ended)

    async def _started(self, _session: Any, _context: Any, _params: Any) -> None:
        sent = _sent.get()
        if sent is None:
            return  # a reply to an interaction, a file, the gateway
        if sent[0]:
            self._budget.spend(_now())
        sent[0] += 1

    async def _ended(self, _session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
        self.heard(params.response.status, params.response.headers)

    def heard(self, status: int, headers: Any) -> None:
        """Take note of an answer of Discord's."""
        if status not in budget.INVALID:
            return
        now = _now()
        scope = headers.get("X-RateLimit-Scope")
        if scope != "shared":  # the limit of a thing that others use too does not count
            self._budget.refused(now)
        if status == TOO_MANY and (
            scope == "global" or "X-RateLimit-Global" in headers or "Via" not in headers
        ):
            self._budget.hold(now + _seconds(headers.get("Retry-After")))

    def _may_go(self, priority: Priority, now: float) -> bool:
        if self._budget.wait(now) > 0:
            return False
        return priority is Priority.PERSON or not self._stops(now)

    def _stops(self, now: float) -> bool:
        stopped = self._budget.is_stopped(now)
        if stopped != self._told:
            self._told = stopped
            if stopped:
                log.error(
                    "Discord has refused %s requests in ten minutes; after %s it bans this address: nothing "
                    "is posted until they are fewer than %s. The log's earlier lines say what was refused.",
                    self._budget.invalid(now),
                    budget.BANNED_AT,
                    budget.GO_ON_AT,
                )
            else:
                log.warning("the ban is far enough away: posts go out again")
        return stopped

    def _release(self) -> None:
        while self._waiting:
            priority, _, turn = self._waiting[0]
            now = _now()
            if not turn.done():
                if not self._may_go(priority, now):
                    break
                self._budget.spend(now)
                turn.set_result(None)
            heapq.heappop(self._waiting)
        self._arm()

    def _arm(self) -> None:
        """Come back when the next may go: one timer, and none where nobody waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._waiting:
            return
        now = _now()
        wait = self._budget.wait(now)
        if self._waiting[0][0] is not Priority.PERSON and self._stops(now):
            wait = max(wait, LOOK_SECONDS)
        self._timer = asyncio.get_running_loop().call_later(wait, self._release)


def _now() -> float:
    """Return the loop's time: timers go by it."""
    return asyncio.get_running_loop().time()


def _seconds(text: str | None) -> float:
    """Return what Retry-After says; a second where it says nothing that can be read."""
    try:
        return min(max(float(text or ""), 0.0), 3_600.0)
    except ValueError:
        return 1.0

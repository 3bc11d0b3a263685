"""How many requests a bot may send to Discord, and when it has been refused too often. Pure.

Discord allows 50 requests a second for the whole bot, and bans an address for ten minutes after 10,000
answers of 401, 403 or 429 in ten minutes: https://docs.discord.com/developers/topics/rate-limits
"""

from __future__ import annotations

from collections import deque
from enum import IntEnum

DEFAULT_RATE = 45
# So much of a second's requests may go at once, where the machine was busy and sent none for a while.
CATCH_UP = 0.25
# In no second goes more than the rate and this part of it.
MARGIN = 0.02
WINDOW = 1.0
ROUNDING = 1e-6
INVALID = frozenset({401, 403, 429})
INVALID_WINDOW = 600.0
BANNED_AT = 10_000
# From here on the bot sends nothing of its own accord until fewer count again.
STOP_AT, GO_ON_AT = 8_000, 7_000


class Priority(IntEnum):
    """Who goes first where not all can go at once."""

    PERSON = 0
    QUIZ = 1
    QUESTION = 2
    POST = 3  # reveals, rooms, notices
    EDIT = 4
    SEARCH = 5


class Budget:
    """The requests of one bot. `now` is in seconds, of any clock that goes forward evenly."""

    def __init__(self, rate: int = DEFAULT_RATE) -> None:
        self._rate = rate
        self._most = rate + max(1, int(rate * MARGIN))
        self._cap = max(1.0, rate * CATCH_UP)
        self._tokens = self._cap
        self._at = 0.0
        self._sent: deque[float] = deque()
        self._held_until = 0.0
        self._invalid: deque[tuple[int, int]] = deque()  # (second, how many)
        self._stopped = False

    def wait(self, now: float) -> float:
        """Return after how many seconds the next request may go; 0.0: now."""
        self._refill(now)
        waits = [self._held_until - now, (1.0 - self._tokens) / self._rate]
        if len(self._sent) >= self._most:
            waits.append(self._sent[0] + WINDOW - now)
        wait = max(waits)
        # Less than this is the rounding of the clock, which no timer can wait for.
        return wait if wait > ROUNDING else 0.0

    def spend(self, now: float) -> None:
        """Count a request that goes now."""
        self._refill(now)
        self._tokens -= 1.0
        self._sent.append(now)

    def hold(self, until: float) -> None:
        """Send nothing until then: Discord has said so."""
        self._held_until = max(self._held_until, until)

    def refused(self, now: float) -> None:
        """Count an answer that brings the ban nearer."""
        second = int(now)
        if self._invalid and self._invalid[-1][0] == second:
            self._invalid[-1] = (second, self._invalid[-1][1] + 1)
        else:
            self._invalid.append((second, 1))

    def invalid(self, now: float) -> int:
        """Return how many such answers count, of BANNED_AT."""
        while self._invalid and self._invalid[0][0] <= now - INVALID_WINDOW:
            self._invalid.popleft()
        return sum(count for _, count in self._invalid)

    def is_stopped(self, now: float) -> bool:
        """Return True near the ban: then only what a person waits for may go."""
        count = self.invalid(now)
        self._stopped = count >= (GO_ON_AT if self._stopped else STOP_AT)
        return self._stopped

    def _refill(self, now: float) -> None:
        self._tokens = min(self._cap, self._tokens + (now - self._at) * self._rate)
        self._at = now
        while self._sent and self._sent[0] <= now - WINDOW:
            self._sent.popleft()

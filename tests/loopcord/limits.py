"""Discord's limits on a bot as a whole: requests a second, and refusals until its address is banned."""

from collections import deque
from dataclasses import dataclass, field

# https://docs.discord.com/developers/topics/rate-limits
EXEMPT = ("/interactions/", "/webhooks/")
INVALID = frozenset({401, 403, 429})


@dataclass
class Limits:
    """At most `per_second` requests in any second; after `most_invalid` refusals the address is banned.

    `invalid_seconds` is how long a refusal counts, `ban_seconds` how long the ban lasts. Replies to
    interactions pass the first limit. `globally` counts the answers 429 that came of it.
    """

    per_second: int = 50
    most_invalid: int = 10_000
    invalid_seconds: float = 600.0
    ban_seconds: float = 600.0
    globally: int = 0
    banned: int = 0
    _sent: deque[float] = field(default_factory=deque)
    _invalid: deque[float] = field(default_factory=deque)
    _banned_until: float = 0.0

    def is_banned(self, now: float) -> bool:
        """Return True while nothing is answered; counts the requests that met that."""
        if now >= self._banned_until:
            return False
        self.banned += 1
        return True

    def wait(self, path: str, now: float) -> float | None:
        """Return after how many seconds to try again, None where the request passes."""
        if path.startswith(EXEMPT):
            return None
        while self._sent and self._sent[0] <= now - 1:
            self._sent.popleft()
        if len(self._sent) < self.per_second:
            self._sent.append(now)
            return None
        self.globally += 1
        return self._sent[0] + 1 - now

    def answered(self, status: int, now: float) -> None:
        """Take note of an answer."""
        if status not in INVALID:
            return
        while self._invalid and self._invalid[0] <= now - self.invalid_seconds:
            self._invalid.popleft()
        self._invalid.append(now)
        if len(self._invalid) >= self.most_invalid:
            self._banned_until = now + self.ban_seconds

    @property
    def invalid(self) -> int:
        """How many refusals count now."""
        return len(self._invalid)

"""The one place that knows what time it is; everything else gets `now` handed in or asks a Clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time in UTC, moved by an offset.

    The offset is zero under `run`; `try` moves it so that a whole day passes in a minute.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the current moment, timezone-aware in UTC."""
        return datetime.now(UTC) + self._offset

    def shift(self, by: timedelta) -> None:
        """Move this clock by `by` relative to the machine's."""
        self._offset += by


class ManualClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment this clock was last moved to."""
        return self._now

    def shift(self, by: timedelta) -> None:
        """Move this clock by `by`."""
        self._now += by

"""A clock of the event loop that jumps to the next timer when nothing is left to do.

What waits for seconds is over at once, and what may not have happened yet has not happened, however busy the
machine is. Only for code that waits for nothing but the loop: a thread or a socket would be overtaken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


@contextmanager
def jumping_clock() -> Iterator[None]:
    """Give the running loop this clock."""
    loop: Any = asyncio.get_running_loop()
    wait = loop._selector.select
    now = [loop.time()]

    def select(timeout: float | None = None) -> Any:
        if timeout is None:
            # No timer is left: only another thread can go on.
            return wait(None)
        ready = wait(0)
        if not ready:
            now[0] += max(timeout, 0.0)
        return ready

    def time() -> float:
        return now[0]

    with (
        mock.patch.object(loop, "time", time),
        mock.patch.object(loop._selector, "select", select),
    ):
        yield

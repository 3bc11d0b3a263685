"""What asks a process to stop: Ctrl-C and what a supervisor sends, on each system in its own way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

# The last is Windows' own: Ctrl-Break, and what some of its supervisors send.
_NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")


def on_stop(call: Callable[[], object]) -> None:
    """Have `call` run in the running event loop when the process is asked to stop, each time anew."""
    loop = asyncio.get_running_loop()
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        try:
            loop.add_signal_handler(number, call)
        except NotImplementedError:  # Windows: its event loops know no signals
            signal.signal(number, _passing_on(loop, call))


def _passing_on(
    loop: asyncio.AbstractEventLoop, call: Callable[[], object]
) -> Callable[[int, FrameType | None], None]:
    def handler(number: int, frame: FrameType | None) -> None:
        del number, frame
        # Between two steps of whatever runs: a loop that waits has to be woken.
        if not loop.is_closed():
            loop.call_soon_threadsafe(call)

    return handler

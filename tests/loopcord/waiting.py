"""Waiting for something that another task or process does, and for a turn to start a process."""

import asyncio
import fcntl
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_Value = TypeVar("_Value")
# Every wait ends because something happened. This many seconds only end a test in which it never does: no
# machine that runs these tests is so busy that they decide.
PATIENCE = 120.0
# Docker kills what has not ended ten seconds after SIGTERM; the bot needs two where a request hangs.
STOPS_WITHIN = 10.0
# So many processes of all workers start at once: more would only make each other slow.
STARTS_AT_ONCE = max(2, os.cpu_count() or 1)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.003, 0.025


async def until(condition: Callable[[], _Value], within: float = PATIENCE, what: str = "not true") -> _Value:
    """Look again and again until the condition is true; its value, or TimeoutError with `what`."""
    end = time.monotonic() + within
    pause = _FIRST_PAUSE
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {within} s")
        await asyncio.sleep(pause)
        # What does not come soon is looked for less often: looking costs the process time that it waits for.
        pause = min(1.2 * pause, _LONGEST_PAUSE)
    return value


class Turn:
    """The right to start a process, held until it is ready, has ended, or is kept waiting by a test."""

    def __init__(self, lock: int) -> None:
        self._lock: int | None = lock

    def end(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


async def turn_to_start() -> Turn:
    """Wait until fewer than STARTS_AT_ONCE processes are starting, in this worker and all others."""
    folder = Path(tempfile.gettempdir()) / f"studyloop-starts-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    while True:
        for number in range(STARTS_AT_ONCE):
            # Only here: a process that is started meanwhile does not inherit it, and a killed one lets go.
            lock = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                return Turn(lock)
        await asyncio.sleep(random.uniform(0.01, 0.03))  # noqa: S311 no secret

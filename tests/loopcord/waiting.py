"""Waiting for something that another task or process does."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")
# Every wait ends because something happened. This many seconds only end a test in which it never does: no machine
# is so busy that they decide.
PATIENCE = 120.0


async def until(condition: Callable[[], _Value], within: float = PATIENCE, what: str = "not true") -> _Value:
    """Look again and again until the condition is true; its value, or TimeoutError with `what`."""
    end = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {within} s")
        await asyncio.sleep(0.003)
    return value

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.stop import on_stop


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("has_signals", [True, False])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_wakes_a_loop_that_waits(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, *, has_signals: bool
) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        if not has_signals:
            monkeypatch.setattr(loop, "add_signal_handler", unknown)
        stopping = asyncio.Event()
        on_stop(stopping.set)
        loop.call_soon(os.kill, os.getpid(), number)
        await stopping.wait()

    asyncio.run(run())


def test_a_signal_after_the_end_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the second Ctrl-C of somebody who is in a hurry."""
    heard: list[str] = []

    async def run() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", unknown)
        on_stop(lambda: heard.append("late"))

    asyncio.run(run())
    os.kill(os.getpid(), signal.SIGTERM)
    assert heard == []


def unknown(*_: Any) -> None:
    raise NotImplementedError

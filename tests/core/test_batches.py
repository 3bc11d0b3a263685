from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.core.batches import MOST, Batches
from tests.jumping import jumping_clock


@pytest.fixture(autouse=True)
async def clock() -> AsyncIterator[None]:
    """Have each pause end at once and not a moment early."""
    with jumping_clock():
        yield


class Flushes:
    """A flush that takes as long as the test wants, and what it was given."""

    def __init__(self) -> None:
        self.taken: list[list[int]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None

    async def __call__(self, clicks: Sequence[int]) -> list[str]:
        self.taken.append(list(clicks))
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return [f"outcome {click}" for click in clicks]


async def come(clicks: Batches[int, str], *numbers: int) -> list[asyncio.Task[str]]:
    """Have clicks come in; return who waits for them."""
    tasks = [asyncio.create_task(clicks.add(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_a_click_alone_is_stored_at_once() -> None:
    flushes = Flushes()
    clicks = Batches(flushes, gather=60)
    assert await asyncio.wait_for(clicks.add(1), 1) == "outcome 1"
    assert flushes.taken == [[1]]


async def test_what_comes_during_a_flush_is_the_next_one_in_order() -> None:
    flushes = Flushes()
    flushes.go.clear()
    clicks = Batches(flushes, gather=0)
    waiting = [*await come(clicks, 1), *await come(clicks, 2, 3), *await come(clicks, 4)]
    assert flushes.taken == [[1]]
    flushes.go.set()
    assert await asyncio.gather(*waiting) == [f"outcome {n}" for n in (1, 2, 3, 4)]
    assert flushes.taken == [[1], [2, 3, 4]]


async def test_under_load_clicks_are_gathered() -> None:
    flushes = Flushes()
    clicks = Batches(flushes, gather=0.2)
    loop = asyncio.get_running_loop()
    await clicks.add(1)
    began = loop.time()
    waiting = await come(clicks, 2)
    await asyncio.sleep(0.05)
    waiting += await come(clicks, 3)
    await asyncio.gather(*waiting)
    assert flushes.taken == [[1], [2, 3]]
    assert loop.time() - began == pytest.approx(0.2)
    await asyncio.sleep(0.25)
    began = loop.time()
    await clicks.add(4)
    assert loop.time() == began, "after a pause nobody waits"


async def test_no_flush_takes_more_than_a_transaction_should() -> None:
    flushes = Flushes()
    clicks = Batches(flushes, gather=0)
    outcomes = await asyncio.gather(*(clicks.add(n) for n in range(2 * MOST + 1)))
    assert outcomes == [f"outcome {n}" for n in range(2 * MOST + 1)]
    assert [len(taken) for taken in flushes.taken] == [MOST, MOST, 1]


async def test_what_a_flush_raises_reaches_all_of_it_and_nobody_else() -> None:
    flushes = Flushes()
    flushes.error = OSError("the disk is full")
    clicks = Batches(flushes, gather=0)
    outcomes = await asyncio.gather(clicks.add(1), clicks.add(2), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["the disk is full"] * 2
    flushes.error = None
    assert await clicks.add(3) == "outcome 3"


async def test_somebody_who_gives_up_disturbs_nobody() -> None:
    flushes = Flushes()
    flushes.go.clear()
    clicks = Batches(flushes, gather=0)
    first, second = await come(clicks, 1, 2)
    first.cancel()
    await asyncio.sleep(0)
    flushes.go.set()
    assert await second == "outcome 2"
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await clicks.add(3) == "outcome 3"


async def test_when_there_is_nothing_to_do_nothing_runs() -> None:
    clicks = Batches(Flushes(), gather=0.05)
    await clicks.add(1)
    await asyncio.sleep(0)
    assert {task.get_name() for task in asyncio.all_tasks()} & {"clicks"} == set()

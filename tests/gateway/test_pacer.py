import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.gateway import budget
from bot.gateway.budget import STOP_AT, Priority
from bot.gateway.pacer import Pacer, asked_as, repetitions
from tests.jumping import jumping_clock

RATE = 10
VIA = {"Via": "1.1 google"}


@pytest.fixture(autouse=True)
async def clock() -> AsyncIterator[None]:
    """Have each pause end at once and not a moment early."""
    with jumping_clock():
        yield


@pytest.fixture
async def pacer() -> Pacer:
    """One whose first moment's requests have gone."""
    pacer = Pacer(RATE)
    for _ in range(int(RATE * budget.CATCH_UP)):
        await pacer.turn()
    return pacer


async def go(pacer: Pacer, priority: Priority, name: str, went: list[str]) -> None:
    with asked_as(priority):
        await pacer.turn()
    went.append(name)


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_who_is_more_urgent_goes_first_and_equals_in_their_order(pacer: Pacer) -> None:
    went: list[str] = []
    waiting = [
        asyncio.create_task(go(pacer, priority, f"{priority.name} {number}", went))
        for number in (1, 2)
        for priority in reversed(Priority)
    ]
    await asyncio.sleep(0)
    assert sum(pacer.waiting().values()) == len(waiting)
    assert pacer.waiting()[Priority.QUIZ] == 2
    await asyncio.gather(*waiting)
    assert went == [f"{priority.name} {number}" for priority in Priority for number in (1, 2)]
    assert not any(pacer.waiting().values())


async def test_what_nobody_has_named_is_what_a_person_waits_for(pacer: Pacer) -> None:
    went: list[str] = []
    waiting = [asyncio.create_task(go(pacer, Priority.QUIZ, "quiz", went))]
    await asyncio.sleep(0)

    async def press() -> None:
        await pacer.turn()
        went.append("person")

    await asyncio.gather(press(), *waiting)
    assert went == ["person", "quiz"]


async def test_so_many_a_second(pacer: Pacer) -> None:
    began = now()
    await asyncio.gather(*(pacer.turn() for _ in range(50)))
    assert now() - began == pytest.approx(50 / RATE, abs=0.3)


async def test_who_gives_up_takes_no_turn(pacer: Pacer) -> None:
    began = now()
    gone = [asyncio.create_task(pacer.turn()) for _ in range(20)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await pacer.turn()
    assert now() - began < 3 / RATE


async def test_a_global_429_holds_everything_as_long_as_it_says(pacer: Pacer) -> None:
    began = now()
    pacer.heard(429, VIA | {"X-RateLimit-Scope": "global", "Retry-After": "7"})
    await pacer.turn()
    assert now() - began >= 7


async def test_a_429_that_is_not_of_the_api_holds_everything(pacer: Pacer) -> None:
    began = now()
    pacer.heard(429, {"Retry-After": "60"})
    await pacer.turn()
    assert now() - began >= 60


async def test_a_429_without_a_readable_time_holds_for_a_second(pacer: Pacer) -> None:
    began = now()
    pacer.heard(429, VIA | {"X-RateLimit-Global": "true", "Retry-After": "soon"})
    await pacer.turn()
    assert 1 <= now() - began < 2


async def test_the_limit_of_one_route_is_discord_pys_and_a_shared_one_is_no_offence(pacer: Pacer) -> None:
    began = now()
    pacer.heard(429, VIA | {"X-RateLimit-Scope": "user", "Retry-After": "9"})
    pacer.heard(429, VIA | {"X-RateLimit-Scope": "shared", "Retry-After": "9"})
    pacer.heard(403, VIA)
    pacer.heard(404, VIA)
    await pacer.turn()
    assert now() - began < 1
    assert pacer.invalid == 2


async def test_near_the_ban_only_people_are_served_until_it_is_far_again(
    pacer: Pacer, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(STOP_AT):
        pacer.heard(403, VIA)
    began = now()
    went: list[str] = []
    waiting = asyncio.create_task(go(pacer, Priority.QUESTION, "question", went))
    await asyncio.sleep(30)
    await pacer.turn()
    went.append("person")
    assert now() - began < 32
    await waiting
    assert went == ["person", "question"]
    assert now() - began >= budget.INVALID_WINDOW - budget.ROUNDING
    assert "Discord has refused 8000 requests" in caplog.text
    assert "posts go out again" in caplog.text


async def test_one_timer_and_none_where_nobody_waits(pacer: Pacer) -> None:
    assert pacer._timer is None
    await asyncio.gather(*(pacer.turn() for _ in range(5)))
    assert pacer._timer is None


class Client:
    """What discord.py's HTTP client does with a request that Discord answers 500 at first."""

    def __init__(self, pacer: Pacer, tries: int) -> None:
        self.trace = aiohttp.TraceConfig()
        self.tries = tries
        pacer.listen(self.trace)
        http: Any = self
        pacer.pace(http)

    async def request(self, *_: Any, **__: Any) -> str:
        answer: Any = SimpleNamespace(response=SimpleNamespace(status=500, headers={}))
        for _ in range(self.tries):
            for started in self.trace.on_request_start:
                await started(None, SimpleNamespace(), None)
            for ended in self.trace.on_request_end:
                await ended(None, SimpleNamespace(), answer)
        return "done"


async def test_what_discord_py_sends_again_is_counted_and_told(pacer: Pacer) -> None:
    client = Client(pacer, tries=3)
    with repetitions() as repeated:
        assert await client.request("POST") == "done"
    assert repeated.requests == 2
    began = now()
    await pacer.turn()
    assert now() - began >= 2 / RATE, "the repetitions have used up two turns"
    once = Client(pacer, tries=1)
    with repetitions() as repeated:
        await once.request("POST")
    assert repeated.requests == 0


async def test_replies_to_interactions_are_not_counted(pacer: Pacer) -> None:
    client = Client(pacer, tries=1)
    began = now()
    for _ in range(20):  # a reply goes past `request`
        for started in client.trace.on_request_start:
            await started(None, SimpleNamespace(), None)
    await pacer.turn()
    assert now() - began < 2 / RATE

"""What Discord and the network can do, row by row, and that the real process gets over it.

The rows of one table happen to one process at the same time; each test reads its own row. test_faults.py has
the faults at the creation of messages and threads.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.explored import LONG
from tests.wire.audit import audit
from tests.wire.matrix import (
    BREAKS,
    FATAL,
    FAULTS,
    ONLY_AT_POSTS,
    ONLY_AT_REPLIES,
    PROCESS,
    gateway_rows,
    http_rows,
    once,
)
from tests.wire.town import PATIENCE, Town, at

pytestmark = pytest.mark.wire
CELLS = (
    *(f"question-{name}" for name in ONLY_AT_POSTS),
    *(f"edit-{name}" for name in FAULTS),
    *(f"reply-{name}" for name in (*FAULTS, *ONLY_AT_REPLIES)),
    PROCESS,
)
# A zombie is given up after a minute: only `make explore` waits for it.
LONG_WAIT = pytest.mark.skipif(not LONG, reason="takes a minute: make explore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.mark.parametrize("cell", CELLS)
def test_a_request_meets(folder: Path, cell: str) -> None:
    assert once(folder / "matrix-http", http_rows)[cell] == []


@pytest.mark.parametrize("broken", BREAKS)
def test_a_connection_is(folder: Path, broken: str) -> None:
    assert once(folder / "matrix-gateway", gateway_rows)[broken] == []


async def _ends(folder: Path) -> dict[int, tuple[int, list[str]]]:
    """Return exit code and words of a process whose connection is closed with each fatal code."""

    async def end(code: int) -> tuple[int, list[str]]:
        async with Town(folder / f"{code}") as town:
            town.add_group("blind")
            await town.start(at(0, "08:00"))
            await town.server.gateway.close_with(code)
            # It waits for half a minute before it ends; a signal shortens that.
            await town.server.until(lambda: "ending in" in town.bot.output(), PATIENCE)
            status, _ = await town.bot.stop()
            return status, town.bot.output().splitlines()

    ends = await asyncio.gather(*map(end, FATAL))
    return dict(zip(FATAL, ends, strict=True))


@pytest.mark.parametrize("code", FATAL)
def test_a_connection_is_closed_for_good(folder: Path, code: int) -> None:
    """The process says in one line what to do and ends, not at once, so that a supervisor sees it."""
    status, lines = once(folder / "matrix-fatal", _ends)[f"{code}"]
    assert status == 2
    assert [line for line in lines if line.startswith("studyloop: Discord refuses ")]
    assert not [line for line in lines if "Traceback" in line]


async def test_a_session_is_invalid_at_the_start(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        await town.found("blind")
        town.server.gateway.refusing = 1
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        audit(town)
        assert town.states("drop") == ["sent"]


async def test_every_request_is_slow(tmp_path: Path) -> None:
    """More than half a second each: the question comes, and people are answered in time."""
    async with Town(tmp_path) as town:
        (group,) = await town.found("blind", members=1)
        town.server.faults.add("*", "*", kind="delay", seconds=0.3, times=None)
        town.server.faults.add("*", "*", kind="delay", seconds=0.3, times=None, when="after")
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        assert (await town.answer(group.members[0], town.question(group))).content.startswith(
            "Your answer is"
        )
        await town.quiet()
        audit(town)


@LONG_WAIT
async def test_a_gateway_stops_sending(tmp_path: Path) -> None:
    """A connection that is open and mute is left after a minute."""
    async with Town(tmp_path) as town:
        (group,) = await town.found("blind", members=1)
        town.server.gateway.heartbeat_interval = 5
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        old = set(town.server.gateway.connections)
        town.server.gateway.mute = True
        await town.server.until(lambda: not old & town.server.gateway.connections, 120)
        town.server.gateway.mute = False
        await town.server.until(lambda: town.server.gateway.live(group.guild.id), 120)
        await town.answer(group.members[0], town.question(group))
        await town.quiet()
        audit(town)

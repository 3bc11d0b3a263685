"""What Discord and the network can do, row by row, and that the real process gets over it.

The rows of one table happen to one process at the same time; each test reads its own row. test_faults.py has
the faults at the creation of messages and threads.
"""

import asyncio
import os
from pathlib import Path

import pytest

from bot.cli.run import ENDINGS
from tests.explored import LONG
from tests.wire.audit import audit
from tests.wire.deployment import PATIENCE, Deployment, at
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

pytestmark = [pytest.mark.wire, pytest.mark.explored]
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
        async with Deployment(folder / f"{code}") as deployment:
            deployment.add_group("blind")
            await deployment.start(at(0, "08:00"))
            await deployment.server.gateway.close_with(code)
            # It waits for half a minute before it ends; a signal shortens that.
            await deployment.server.until(lambda: "ending in" in deployment.bot.output(), PATIENCE)
            status, _ = await deployment.bot.stop()
            return status, deployment.bot.output().splitlines()

    ends = await asyncio.gather(*map(end, FATAL))
    return dict(zip(FATAL, ends, strict=True))


@pytest.mark.parametrize("code", FATAL)
def test_a_connection_is_closed_for_good(folder: Path, code: int) -> None:
    """The process says in one line what to do and ends, not at once, so that a supervisor sees it."""
    status, lines = once(folder / "matrix-fatal", _ends)[f"{code}"]
    assert status == 2
    (said,) = [line for line in lines if line.startswith("studyloop: Discord refuses ")]
    assert ENDINGS[code] in said
    assert "wait" not in said, "that mends none of these"
    assert not [line for line in lines if "Traceback" in line]


async def test_a_session_is_invalid_at_the_start(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        await deployment.found("blind")
        deployment.server.gateway.refusing = 1
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        audit(deployment)
        assert deployment.states("drop") == ["sent"]


async def test_every_request_is_slow(tmp_path: Path) -> None:
    """More than half a second each: the question comes, and people are answered in time."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("blind", members=1)
        deployment.server.faults.add("*", "*", kind="delay", seconds=0.3, times=None)
        deployment.server.faults.add("*", "*", kind="delay", seconds=0.3, times=None, when="after")
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        assert (await deployment.answer(group.members[0], deployment.question(group))).content.startswith(
            "Your answer is"
        )
        await deployment.quiet()
        audit(deployment)


@LONG_WAIT
async def test_a_gateway_stops_sending(tmp_path: Path) -> None:
    """A connection that is open and mute is left after a minute."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("blind", members=1)
        deployment.server.gateway.heartbeat_interval = 5
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        # Only these: a bot that was quick would else greet in vain, and wait for another minute.
        old = deployment.server.gateway.silence()
        await deployment.server.until(lambda: not old & deployment.server.gateway.connections, 120)
        await deployment.server.until(lambda: deployment.server.gateway.live(group.guild.id), 120)
        await deployment.answer(group.members[0], deployment.question(group))
        await deployment.quiet()
        audit(deployment)

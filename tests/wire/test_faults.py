import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.loopcord import Call
from tests.wire.audit import audit, created, deleted
from tests.wire.town import PATIENCE, Group, Town, at

pytestmark = pytest.mark.wire

FAULTS: list[dict[str, Any]] = [
    *({"kind": "status", "status": status} for status in (500, 502, 503)),
    *({"kind": "status_after_effect", "status": status} for status in (500, 502, 503)),
    *({"kind": kind, "reset": reset} for kind in ("drop_before", "drop_after") for reset in (True, False)),
    {"kind": "rate_limit", "retry_after": 0.3},
    {"kind": "rate_limit", "retry_after": 0.3, "everywhere": True},
]


async def test_every_fault_at_every_creation(tmp_path: Path) -> None:
    """A message, a private thread and a forum post each meet each fault, all at the same moment."""
    async with Town(tmp_path) as town:
        groups = await town.found(*(["blind", "forum"] * len(FAULTS)))
        hits: list[Any] = []
        for number, fault in enumerate(FAULTS):
            text, forum = groups[2 * number : 2 * number + 2]
            paths = (_messages(text), _threads(text), _threads(forum))
            hits.extend(town.server.faults.add("POST", path, **fault) for path in paths)
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        assert all(fault.hits for fault in hits)
        audit(town)
        assert town.states("drop") == ["sent"] * len(groups)
        assert town.states("room") == ["sent"] * len(FAULTS)
        twins = created(town, "/channels/{channel_id}/threads") & deleted(town)
        # discord.py itself repeats a 500 and a 502, the bot removes what that opened twice.
        assert len(twins) == 4


async def test_a_twin_that_may_not_be_deleted_is_closed_and_stays_one(tmp_path: Path) -> None:
    """Without Manage Threads the bot cannot delete; it must not open a third thread because of it."""
    async with Town(tmp_path) as town:
        groups = await town.found("blind", "forum")
        for group in groups:
            town.server.faults.add("POST", _threads(group), kind="status_after_effect", status=500)
        town.server.faults.deny("DELETE", "/channels/*")
        await town.start(at(0, "09:00:05"))
        await town.quiet()
        for group in groups:
            first, twin = town.server.threads(group.channel)
            assert first.thread is not None
            assert not first.thread.archived
            assert twin.thread is not None
            assert twin.thread.archived
        assert town.states("drop") == ["sent"] * 2
        assert town.states("room") == ["sent"]
        await town.bot.stop()


async def test_killed_between_twins(tmp_path: Path) -> None:
    """Killed while a repeated request has opened a thread a second time: one is left after the restart."""
    async with Town(tmp_path) as town:
        groups = await town.found("blind", "forum")
        arrived = asyncio.Event()
        seconds: list[Call] = []

        async def second(call: Call) -> str:
            seconds.append(call)
            if len(seconds) == len(groups):
                town.kill()
                arrived.set()
            await arrived.wait()
            return "drop"

        for group in groups:
            path = _threads(group)
            town.server.faults.add("POST", path, kind="status_after_effect", status=502)
            town.server.faults.add("POST", path, kind="callback", callback=second, when="after", skip=1)
        await town.launch(at(0, "09:00:05"))
        await asyncio.wait_for(arrived.wait(), PATIENCE)
        assert [len(town.server.threads(group.channel)) for group in groups] == [2, 2]
        await town.start(at(0, "09:01"))
        await town.quiet()
        audit(town)
        await town.bot.stop()


async def test_a_slow_discord_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        slow, other = await town.found("blind", "blind")
        release = asyncio.Event()

        async def wait(call: Call) -> None:
            del call
            await release.wait()

        town.server.faults.add("POST", _messages(slow), kind="callback", callback=wait)
        await town.start(at(0, "09:00:05"))
        await town.server.until(lambda: town.states("intro") == ["sent"])
        assert town.server.messages(other.channel)
        assert not town.server.messages(slow.channel)
        release.set()
        await town.quiet()
        audit(town)


def _messages(group: Group) -> str:
    return f"/channels/{group.channel.id}/messages"


def _threads(group: Group) -> str:
    return f"/channels/{group.channel.id}/threads"

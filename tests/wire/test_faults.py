import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.loopcord import Call
from tests.wire.audit import audit, created, deleted
from tests.wire.deployment import PATIENCE, Deployment, Group, at

pytestmark = pytest.mark.wire

FAULTS: list[dict[str, Any]] = [
    *({"kind": "status", "status": status} for status in (500, 502, 503)),
    *({"kind": "status_after_effect", "status": status} for status in (500, 502, 503)),
    *({"kind": kind, "reset": reset} for kind in ("drop_before", "drop_after") for reset in (True, False)),
    {"kind": "rate_limit", "retry_after": 0.3},
    {"kind": "rate_limit", "retry_after": 0.3, "everywhere": True},
]


@pytest.mark.explored
async def test_every_fault_at_every_creation(tmp_path: Path) -> None:
    """A message, a private thread and a forum post each meet each fault, all at the same moment."""
    async with Deployment(tmp_path) as deployment:
        groups = await deployment.found(*(["blind", "forum"] * len(FAULTS)), members=1)
        hits: list[Any] = []
        for number, fault in enumerate(FAULTS):
            text, forum = groups[2 * number : 2 * number + 2]
            paths = (_messages(text), _threads(text), _threads(forum))
            hits.extend(deployment.server.faults.add("POST", path, **fault) for path in paths)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        await _first_answers(deployment, *groups[::2])
        await deployment.quiet()
        assert all(fault.hits for fault in hits)
        audit(deployment)
        assert deployment.states("drop") == ["sent"] * len(groups)
        assert deployment.states("room") == ["sent"] * len(FAULTS)
        twins = created(deployment, "/channels/{channel_id}/threads") & deleted(deployment)
        # discord.py itself repeats a 500 and a 502, the bot removes what that opened twice.
        assert len(twins) == 4


async def test_a_twin_that_may_not_be_deleted_is_closed_and_stays_one(tmp_path: Path) -> None:
    """Without Manage Threads the bot cannot delete; it must not open a third thread because of it."""
    async with Deployment(tmp_path) as deployment:
        groups = await deployment.found("blind", "forum", members=1)
        for group in groups:
            deployment.server.faults.add("POST", _threads(group), kind="status_after_effect", status=500)
        deployment.server.faults.deny("DELETE", "/channels/*")
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        await _first_answers(deployment, groups[0])
        await deployment.quiet()
        for group in groups:
            first, twin = deployment.server.threads(group.channel)
            assert first.thread is not None
            assert not first.thread.archived
            assert twin.thread is not None
            assert twin.thread.archived
        assert deployment.states("drop") == ["sent"] * 2
        assert deployment.states("room") == ["sent"]
        await deployment.bot.stop()


async def test_killed_between_twins(tmp_path: Path) -> None:
    """Killed while a repeated request has opened a thread a second time: one is left after the restart."""
    async with Deployment(tmp_path) as deployment:
        groups = await deployment.found("blind", "forum", members=1)
        arrived = asyncio.Event()
        seconds: list[Call] = []

        async def second(call: Call) -> str:
            seconds.append(call)
            if len(seconds) == len(groups):
                deployment.kill()
                arrived.set()
            await arrived.wait()
            return "drop"

        for group in groups:
            path = _threads(group)
            deployment.server.faults.add("POST", path, kind="status_after_effect", status=502)
            deployment.server.faults.add("POST", path, kind="callback", callback=second, when="after", skip=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.server.until(lambda: "sent" in deployment.states("drop"))
        await _first_answers(deployment, groups[0])
        await asyncio.wait_for(arrived.wait(), PATIENCE)
        assert [len(deployment.server.threads(group.channel)) for group in groups] == [2, 2]
        await deployment.start(at(0, "09:01"))
        await deployment.quiet()
        audit(deployment)
        await deployment.bot.stop()


async def test_a_slow_discord_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        slow, other = await deployment.found("blind", "blind", members=1)
        release = asyncio.Event()

        async def wait(call: Call) -> None:
            del call
            await release.wait()

        deployment.server.faults.add("POST", _messages(slow), kind="callback", callback=wait)
        await deployment.start(at(0, "09:00:05"))
        await deployment.server.until(lambda: "sent" in deployment.states("drop"))
        await _first_answers(deployment, other)
        await deployment.server.until(lambda: deployment.states("answer") == ["sent"])
        assert deployment.server.messages(other.channel)
        assert not deployment.server.messages(slow.channel)
        release.set()
        await deployment.quiet()
        audit(deployment)


async def _first_answers(deployment: Deployment, *groups: Group) -> None:
    """A member of each group answers, which opens the room of a hidden question."""
    await asyncio.gather(
        *(deployment.answer(group.members[0], deployment.question(group)) for group in groups)
    )


def _messages(group: Group) -> str:
    return f"/channels/{group.channel.id}/messages"


def _threads(group: Group) -> str:
    return f"/channels/{group.channel.id}/threads"

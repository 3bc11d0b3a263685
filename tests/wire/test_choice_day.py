import asyncio
from pathlib import Path
from typing import Any

import pytest

from questions.letters import ACTIONS
from tests.loopcord import Fault, InteractionRecord, Member, Message
from tests.wire import audit
from tests.wire.deployment import PATIENCE, Deployment, Group, at
from tests.wire.traps import Moment, Trap, is_reveal, on_questions

pytestmark = pytest.mark.wire
KINDS = ("blind", "open", "forum")
# The pack's one item is easy, and its first option is right.
RIGHT, WORTH = 0, 5


@pytest.mark.explored
async def test_killed_around_every_request(tmp_path: Path) -> None:
    """At each step of a choice question's day, in each kind of channel: exactly one, and everybody is paid.

    With nonces that Discord remembers, and with expired ones, where only the search is left.
    """
    moments: tuple[Moment, ...] = ("before", "after", "marked")
    await asyncio.gather(
        *(
            _day(tmp_path / f"{moment} {nonce:.0f}", moment, nonce)
            for moment in moments
            for nonce in (300.0, 0.0)
        )
    )


async def _day(folder: Path, moment: Moment, nonce_seconds: float) -> None:
    async with Deployment(folder) as deployment:
        deployment.server.nonce_seconds = nonce_seconds
        groups = await deployment.found(*KINDS, members=3, kind="choice")
        trap = on_questions(deployment, groups, moment)
        await deployment.launch(at(0, "09:00:05"))
        await trap.sprung()
        await deployment.start(at(0, "09:01"))
        await deployment.quiet()
        assert deployment.states("room") == [], "a room before the reveal would give the answer away"
        await _choose(deployment, groups)
        deployment.kill()

        for clock, trap_on in (("12:00:05", _on_reveals), ("12:00:20", _on_rooms)):
            trap = trap_on(deployment, groups, moment)
            early = _no_rooms(deployment, groups) if trap_on is _on_reveals else []
            await deployment.launch(at(0, clock))
            await trap.sprung()
            for fault in early:
                deployment.server.faults.remove(fault)
        await deployment.start(at(0, "12:02"))
        await deployment.quiet()
        _check(deployment, groups)


def _on_reveals(deployment: Deployment, groups: list[Group], moment: Moment) -> Trap:
    trap = Trap(deployment, "choice_reveal", moment)
    trap.hold("POST", "/channels/*/messages", times=len(groups), match=is_reveal)
    return trap


def _on_rooms(deployment: Deployment, groups: list[Group], moment: Moment) -> Trap:
    """A forum's post is its own room."""
    trap = Trap(deployment, "room", moment)
    for group in _with_rooms(groups):
        trap.hold("POST", f"/channels/{group.channel.id}/messages/*/threads")
    return trap


def _no_rooms(deployment: Deployment, groups: list[Group]) -> list[Fault]:
    """Cut every request for a room: however fast the reveal was marked, its turn comes later."""
    paths = [f"/channels/{group.channel.id}/messages/*/threads" for group in _with_rooms(groups)]
    return [deployment.server.faults.add("POST", path, kind="drop_before", times=99) for path in paths]


def _with_rooms(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.kind != "forum"]


async def _choose(deployment: Deployment, groups: list[Group]) -> None:
    """One is right, one is wrong, one is wrong first and then right."""
    for group in groups:
        first, second, third = group.members
        *_, panel = await asyncio.gather(
            _tap(deployment, group, first, RIGHT),
            _tap(deployment, group, second, 1),
            _tap(deployment, group, third, 2),
        )
        await _tap(deployment, group, third, RIGHT, panel.message)


async def _tap(
    deployment: Deployment, group: Group, member: Member, option: int, panel: Message | None = None
) -> InteractionRecord:
    """Press the button on which an option of the item stands, on the question or on one's private panel."""
    query = "SELECT id, shuffle FROM drops WHERE guild_id = ?"
    drop_id, shuffle = deployment.one(query, group.guild.id)
    custom_id = f"choices:{ACTIONS[shuffle.index(str(option))]}:v1:{drop_id}"
    record = await deployment.server.click(
        member, panel or deployment.question(group), custom_id, within=PATIENCE
    )
    assert record.content.startswith("You chose **"), record.content
    return record


def _check(deployment: Deployment, groups: list[Group]) -> None:
    audit._compare_messages(deployment)
    audit._compare_threads(deployment)
    audit.check_totals(deployment)
    assert deployment.states("drop") == deployment.states("choice_reveal") == ["sent"] * 3
    assert deployment.states("room") == ["sent"] * 2
    for group in groups:
        _check_group(deployment, group)


def _check_group(deployment: Deployment, group: Group) -> None:
    first, second, third = (member.id for member in group.members)
    query = "SELECT user_id, points FROM ledger WHERE act = 'choice_drop' AND guild_id = ?"
    assert sorted(deployment.rows(query, group.guild.id)) == sorted(
        [(first, WORTH), (second, 1), (third, WORTH)]
    )
    missed = "SELECT user_id FROM item_answers WHERE source = 'drop' AND \"right\" = 0 AND guild_id = ?"
    assert deployment.rows(missed, group.guild.id) == [(second,)]
    assert deployment.rows("SELECT count(*) FROM cards WHERE user_id = ?", second) == [(1,)]
    query = "SELECT state, answered, room_id, message_id FROM drops WHERE guild_id = ?"
    state, answered, room_id, message_id = deployment.one(query, group.guild.id)
    assert (state, answered, room_id) == ("revealed", 3, message_id)
    shown: Any = deployment.question(group)
    assert "3 answered" in shown.text
    assert shown.custom_ids == [next(c for c in shown.custom_ids if c.startswith("choices:result:"))]


async def test_a_choice_that_was_confirmed_survives(tmp_path: Path) -> None:
    """The bot is killed right after each reply."""
    async with Deployment(tmp_path) as deployment:
        (group,) = await deployment.found("open", members=4, kind="choice")
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        for round_, member in enumerate(group.members):
            await _tap(deployment, group, member, round_)
            deployment.kill()
            assert deployment.one("SELECT option FROM choices WHERE user_id = ?", member.id) == (round_,)
            await deployment.start(at(0, f"09:{10 + round_}"))
        await deployment.quiet()
        assert "4 answered" in deployment.question(group).text

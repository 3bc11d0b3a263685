import asyncio
from pathlib import Path

import pytest

from tests.wire.audit import audit
from tests.wire.town import Group, Town, at
from tests.wire.traps import Moment, no_rooms, on_questions, on_reveals, on_rooms

pytestmark = pytest.mark.wire
KINDS = ("blind", "open", "forum")


async def test_killed_around_every_request(tmp_path: Path) -> None:
    """At each step of a day, in each kind of channel: exactly one, and what follows comes.

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
    async with Town(folder) as town:
        town.server.nonce_seconds = nonce_seconds
        groups = await town.found(*KINDS)
        for clock, trap_on in (("09:00:05", on_questions), ("09:01", on_rooms), ("12:00:05", on_reveals)):
            trap = trap_on(town, groups, moment)
            # A room must not be there before its turn comes, however fast its question was marked.
            early = no_rooms(town, groups) if trap_on is on_questions else []
            await town.launch(at(0, clock))
            await trap.sprung()
            for fault in early:
                town.server.faults.remove(fault)
        await town.start(at(0, "12:01"))
        await town.quiet()
        audit(town)
        assert town.states("drop") == town.states("reveal") == ["sent"] * 3
        assert town.states("room") == ["sent"] * 2


async def test_killed_before_the_claim(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        groups = await town.found(*KINDS)
        await _ask_before_it_works(town, groups)
        assert town.states("drop") == ["pending"] * 3
        rooms = [
            town.server.faults.deny("POST", f"/channels/{group.channel.id}/*threads") for group in groups[:2]
        ]
        await town.start(at(0, "08:31"))
        await town.server.until(lambda: _tried(town, "room") == 2)
        town.kill()
        assert town.states("drop") == ["sent"] * 3
        assert town.states("room") == ["pending"] * 2
        for fault in rooms:
            town.server.faults.remove(fault)
        await town.start(at(0, "08:45"))
        await town.quiet()
        town.kill()
        assert town.states("reveal") == ["pending"] * 3
        # The schedule's own question comes three hours late; its reveal waits an hour for answers.
        await town.start(at(0, "12:00:05"))
        await town.quiet()
        audit(town)
        assert town.states("drop") == ["sent"] * 6
        assert town.states("reveal") == ["sent"] * 3 + ["pending"] * 3


def _tried(town: Town, kind: str) -> int:
    query = "SELECT count(*) FROM posts WHERE kind = ? AND attempts > 0 AND reason = 'no_permission'"
    return town.one(query, kind)[0]


async def _ask_before_it_works(town: Town, groups: list[Group]) -> None:
    """Press Post now as soon as the gateway hears; the bot sends nothing before Discord says ready."""
    await town.launch(at(0, "08:30"))
    await town.bot.ready()
    panels = {r.guild_id: r.message for r in town.server.interactions.values() if r.message is not None}
    await asyncio.gather(
        *(
            town.server.click(group.organiser, panels[group.guild.id], f"daily:post_now:v1:{number}")
            for number, group in enumerate(groups, start=1)
        )
    )
    town.kill()

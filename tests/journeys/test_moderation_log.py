"""/manage log says who reads the channel besides organisers, and whether it is of use."""

from __future__ import annotations

import simcord

from tests.journeys.test_moderation import private_channel
from tests.journeys.test_moderation_changes import let_in
from tests.world import World, text_of


async def show(world: World, channel: simcord.ChannelHandle | None = None) -> str:
    chosen = {"channel": channel} if channel else {}
    return text_of(await world.command(world.olga, world.daily, "manage log", **chosen))


async def test_who_reads_the_reports_is_named_when_the_channel_is_chosen_and_shown(world: World) -> None:
    log, study = private_channel(world, "log"), world.guild.create_role("study")
    said = await show(world, log)
    assert f"Reports go to <#{log.id}> from now on." in said
    assert "can read" not in said + await show(world)
    await let_in(world, log, study, inside=True)
    for said in (await show(world), await show(world, log)):
        assert f"<@&{study.id}> can read that channel" in said
        assert "**Show the report**" in said
    assert "Everybody can read" in await show(world, world.daily)


async def test_a_chosen_channel_that_is_gone_or_shut_is_told_so(world: World) -> None:
    assert "No channel is chosen for reports" in await show(world)
    log = private_channel(world, "log")
    await show(world, log)
    world.deny(log, "send_messages")
    await world.rest()
    said = await show(world)
    assert "I lack" in said
    assert "**Send Messages**" in said
    world.env.backend.delete_channel(log.id)
    await world.rest()
    assert "is not there any more" in await show(world)

"""/manage log says who reads the channel besides organisers, and whether it is of use."""

from __future__ import annotations

import simcord

from tests.journeys.test_moderation import ask, private_channel, report
from tests.journeys.test_moderation_changes import let_in
from tests.world import World, text_of, words


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


async def pass_by(world: World, seconds: float = 5) -> None:
    """Let timers pass: earlier messages are deleted a moment after the new one was posted."""
    await world.env.advance_time(seconds)
    await world.rest()


async def test_a_report_stands_only_where_it_is_read_now(world: World) -> None:
    first, second, third = (private_channel(world, name) for name in ("first", "second", "third"))
    study = world.guild.create_role("study")
    reader = world.guild.add_member(world.env.create_user("reader"), roles=[study])
    await show(world, first)
    await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret reason")
    # The bot may delete nothing in the first channel while the report moves on.
    world.env.inject_error("DELETE", f"/channels/{first.id}/messages/*", status=403, code=50001, times=None)
    for channel in (second, third, third):
        await show(world, channel)
        await pass_by(world)
    assert [len(world.posted(channel)) for channel in (first, second, third)] == [1, 0, 1]
    await world.restart()
    await world.press(world.olga, world.posted(third)[0], "Hide")
    assert "**Hidden**" in world.posted(third)[0].content
    world.env.backend.faults.clear()
    await world.restart()
    await pass_by(world)
    assert [len(world.posted(channel)) for channel in (first, second, third)] == [0, 0, 1]
    await let_in(world, first, study, inside=True)
    assert "A secret reason" not in world.seen_by(reader)
    assert world.rows("reports")[0]["old_messages"] is None


async def test_a_report_that_could_not_be_posted_goes_to_the_channel_chosen_meanwhile(world: World) -> None:
    first, second = (private_channel(world, name) for name in ("first", "second"))
    await show(world, first)
    await ask(world, "open", world.ada, world.ben)
    failing = f"/channels/{first.id}/messages"
    world.env.inject_error("POST", failing, status=403, code=50013, times=None)
    await report(world, world.ben, world.ada, "A secret reason")
    assert not world.posted(first)
    await show(world, second)
    world.env.backend.faults.clear()
    await world.travel(minutes=30)
    assert [len(world.posted(channel)) for channel in (first, second)] == [0, 1]
    assert "A secret reason" in words(world.posted(second)[0])


async def test_open_reports_move_to_the_channel_that_is_chosen(world: World) -> None:
    first, second = (private_channel(world, name) for name in ("first", "second"))
    await show(world, first)
    await ask(world, "open", world.ada, world.ben)
    await report(world, world.ben, world.ada, "A secret reason")
    await show(world, second)
    await pass_by(world)
    assert [len(world.posted(channel)) for channel in (first, second)] == [0, 1]


async def test_a_channel_that_everybody_reads_is_not_taken_for_reports(world: World) -> None:
    assert "Everybody can read" in await show(world, world.daily)
    assert "No channel is chosen for reports" in await show(world)

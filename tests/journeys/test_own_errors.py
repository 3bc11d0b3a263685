"""An error of the bot's own: other questions go on, organisers hear of it, the log says why once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.features.drops.posts import DropPost
from tests.journeys.test_changed_offline import problems, told
from tests.world import World, labels, text_of

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def health_of(world: World) -> str:
    return text_of(await world.command(world.olga, world.news, "manage health"))


async def test_a_zone_that_the_host_lacks(world: World) -> None:
    """A backup was put back on a machine with older zones."""
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    world.execute("UPDATE schedules SET zone = 'Mars/Phobos' WHERE id = 1")
    world.expected.append("its zone 'Mars/Phobos' is not known here")
    await world.travel(to=NINE + timedelta(hours=3))
    assert len(world.questions(other.daily)) == 1
    assert not world.questions(world.daily)
    assert len(world.errors.lines) == 1, "the log says it once"
    assert problems(world) == ["unreadable"]
    (said,) = told(world)
    assert "I do not know its time zone “Mars/Phobos”, so no question is posted." in said
    health = await health_of(world)
    assert "`/manage schedule edit zone:`" in health
    assert "No next question before that is mended." in health
    listed = text_of(await world.command(world.olga, world.daily, "manage schedule list"))
    assert "waits for you" in listed
    assert "<t:" not in text_of(await world.command(world.ada, world.daily, "today"))
    for name in ("resume", "skip", "post-now"):
        refused = text_of(await world.command(world.olga, world.daily, f"manage schedule {name}"))
        assert "I do not know the time zone “Mars/Phobos” here" in refused

    await world.restart()
    assert problems(world) == ["unreadable"]
    await world.command(world.olga, world.daily, "manage schedule edit", zone="Europe/Berlin")
    assert "All is well" in await health_of(world)
    await world.travel(hours=24)
    assert len(world.questions(world.daily)) == 1
    assert len(told(world)) == 1


async def test_it_is_known_again_when_the_zones_are_up_to_date(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.execute("UPDATE schedules SET zone = 'Mars/Phobos'")
    world.expected.append("is not known here")
    await world.restart()
    assert problems(world) == ["unreadable"]
    world.execute("UPDATE schedules SET zone = 'UTC'")
    await world.restart()
    assert problems(world) == []


async def test_a_server_s_own_zone_that_the_host_lacks_stops_no_command(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.execute("UPDATE guilds SET zone = 'Mars/Phobos'")
    title = str(world.rows("questions", kind="open")[0]["id"])
    await world.command(world.ada, world.daily, "discuss", question=title)
    assert len(world.rows("drops")) == 1
    for name in ("today", "manage health", "manage schedule list"):
        await world.command(world.olga, world.daily, name)


async def test_a_kind_that_nothing_knows_is_neither_taken_nor_run(world: World) -> None:
    """Whoever sends the command by a program of their own can send any text."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.execute("UPDATE schedules SET kind = 'weird'")
    world.expected.append("its kind 'weird' is not known here")
    await world.travel(to=NINE)
    assert "I do not know its kind “weird”" in await health_of(world)
    await world.command(world.olga, world.daily, "manage schedule list")
    await world.command(world.olga, world.daily, "manage schedule edit", kind="open")
    assert "All is well" in await health_of(world)
    assert len(world.questions(world.daily)) == 1, "it is not too late for today's"


async def test_a_post_that_cannot_be_made_stands_in_the_health(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.forum, "manage schedule add", channel=world.forum, kind="open")
    prepare = DropPost.prepare

    async def failing(kind: DropPost, post: Any) -> Any:
        if post.channel_id == world.daily.id:
            raise LookupError("no such thing")
        return await prepare(kind, post)

    monkeypatch.setattr(DropPost, "prepare", failing)
    world.expected.append("no such thing")
    await world.travel(to=NINE + timedelta(hours=2))
    assert len(world.questions(world.forum)) == 1
    assert len(world.errors.lines) == 1, "the log says it once"
    shown = await world.command(world.olga, world.news, "manage health")
    assert "Something needs you" in text_of(shown)
    assert "1 post cannot be made. Whoever runs me finds the reason in my log" in text_of(shown)
    monkeypatch.undo()
    assert labels(shown.response) == ["Try again now"]
    await world.press(world.olga, shown, "Try again now")
    assert len(world.questions(world.daily)) == 1
    assert "All is well" in await health_of(world)


async def test_a_server_that_cannot_be_compared_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.found_group("Other")
    for group in (world.home, other):
        await world.command(group.olga, group.daily, "setup", kind="open")
    kind = type(world.bot.services.directory).kind

    def failing(directory: Any, guild_id: int, channel_id: int) -> Any:
        if guild_id == world.guild.id:
            raise LookupError("no such thing")
        return kind(directory, guild_id, channel_id)

    monkeypatch.setattr(type(world.bot.services.directory), "kind", failing)
    world.expected.append("cannot be compared|no such thing")
    for group in (world.home, other):
        world.env.backend.delete_channel(group.daily.id)
    await world.rest()
    assert problems(world) == ["channel_gone"]
    assert len([line for line in world.errors.lines if "cannot be compared" in line]) == 1
    monkeypatch.undo()

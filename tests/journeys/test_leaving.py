"""A server removes the bot and invites it again, or does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simcord.backend import serializers

from bot.db import metadata
from tests.world import Group, World, text_of, words

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."


class Door:
    """Lets a server remove the bot and invite it again; its channels and people stay as they are."""

    def __init__(self, world: World, group: Group) -> None:
        self._world = world
        self._id = group.guild.id
        self._kept: Any = None

    async def remove(self, *, tell: bool = True) -> None:
        """Remove the bot; `tell` False: it hears of it at its next start only."""
        backend = self._world.env.backend
        self._kept = backend.guilds.pop(self._id)
        if tell:
            backend.emit("GUILD_DELETE", {"id": str(self._id)})
            await self._world.rest()

    async def invite(self, *, tell: bool = True) -> None:
        """Invite it again."""
        backend = self._world.env.backend
        backend.guilds[self._id] = self._kept
        if tell:
            backend.emit("GUILD_CREATE", serializers.guild_create_payload(backend, self._kept))
            await self._world.rest()


def traces(world: World, guild_id: int) -> dict[str, int]:
    """Count the rows of a server by table, also those that refer to it from afar."""
    with closing(sqlite3.connect(world.path)) as db:
        found = {
            t.name: db.execute(f"SELECT COUNT(*) FROM {t.name} WHERE guild_id = ?", (guild_id,)).fetchone()[0]  # noqa: S608 our own
            for t in metadata.sorted_tables
            if "guild_id" in t.c
        }
    return {name: n for name, n in found.items() if n}


async def set_up_two(world: World) -> tuple[Group, Door]:
    """Have two servers with a question a day, and Home's of the first day answered."""
    other = world.found_group("Other")
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(other.olga, other.daily, "setup", kind="open")
    await world.travel(to=NINE)
    await world.answer(world.ada, world.questions(world.daily)[0], TEXT)
    await world.answer(other.members[0], world.questions(other.daily)[0], TEXT)
    return other, Door(world, world.home)


@pytest.mark.parametrize("offline", [False, True], ids=["while it runs", "while it is offline"])
async def test_nothing_is_planned_or_sent_and_the_others_go_on(world: World, *, offline: bool) -> None:
    other, door = await set_up_two(world)
    await door.remove(tell=not offline)
    if offline:
        await world.restart(away=timedelta(minutes=5))
        assert world.rows("departures") == [], "it may come a moment later than the others"
        await world.travel(minutes=2)
    (departure,) = world.rows("departures")
    assert departure["guild_id"] == world.guild.id
    posts, drops = world.rows("posts", guild_id=world.guild.id), world.rows("drops", guild_id=world.guild.id)
    await world.travel(to=NINE + 3 * DAY)
    assert world.rows("drops", guild_id=world.guild.id) == drops
    assert [p["state"] for p in world.rows("posts", guild_id=world.guild.id)] == [p["state"] for p in posts]
    assert len(world.questions(other.daily)) == 4


@pytest.mark.parametrize("offline", [False, True], ids=["while it runs", "while it is offline"])
async def test_back_after_some_days_it_goes_on_from_now(world: World, *, offline: bool) -> None:
    other, door = await set_up_two(world)
    await world.command(other.olga, other.daily, "manage schedule list")
    await door.remove()
    await world.travel(to=NINE + 3 * DAY + timedelta(hours=2))
    await door.invite(tell=not offline)
    if offline:
        await world.restart(away=timedelta(minutes=1))
    assert world.rows("departures") == []
    (schedule,) = world.rows("schedules", guild_id=world.guild.id)
    assert (schedule["state"], schedule["next_run_at"]) == ("active", NINE + 4 * DAY)
    assert len(world.questions(world.daily)) == 1, "no question of the days it was away"
    (said,) = [m for m in everywhere(world) if "I am back in this server" in m.content]
    assert f"<t:{int((NINE + 4 * DAY).timestamp())}:F>" in said.content
    await world.travel(to=NINE + 4 * DAY)
    assert len(world.questions(world.daily)) == 2
    assert [row["points"] for row in world.rows("totals", guild_id=world.guild.id)] == [10]


def everywhere(world: World) -> Iterator[Any]:
    for channel in (world.daily, world.news):
        yield from world.posted(channel)


async def test_gone_and_back_a_second_time_is_told_a_second_time(world: World) -> None:
    _, door = await set_up_two(world)
    for _ in range(2):
        await door.remove()
        await world.travel(hours=1)
        await door.invite()
    assert len([m for m in everywhere(world) if "I am back in this server" in m.content]) == 2


async def test_a_paused_schedule_stays_paused(world: World) -> None:
    _, door = await set_up_two(world)
    await world.command(world.olga, world.daily, "manage schedule pause")
    await door.remove()
    await world.travel(hours=30)
    await door.invite()
    await world.travel(hours=48)
    assert [s["state"] for s in world.rows("schedules", guild_id=world.guild.id)] == ["paused"]
    assert len(world.questions(world.daily)) == 1


async def test_after_thirty_days_nothing_of_it_is_left(world: World) -> None:
    other, door = await set_up_two(world)
    await world.travel(hours=24)
    await door.remove()
    others = traces(world, other.guild.id)
    left_at = world.rows("departures")[0]["left_at"]
    await world.travel(to=left_at + timedelta(days=30) - timedelta(minutes=1))
    assert traces(world, world.guild.id)["answers"] == 1
    await world.travel(to=left_at + timedelta(days=30, minutes=1))
    assert traces(world, world.guild.id) == {}
    assert world.rows("departures") == []
    with closing(sqlite3.connect(world.path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert all(traces(world, other.guild.id)[name] >= n for name, n in others.items())
    await door.invite()
    assert "`/setup` starts one" in text_of(
        await world.command(world.olga, world.daily, "manage schedule list")
    )


async def test_deleted_at_the_start_where_the_bot_was_offline_at_that_time(world: World) -> None:
    _, door = await set_up_two(world)
    await door.remove()
    await world.restart(away=timedelta(days=40))
    await world.travel(minutes=5)
    assert traces(world, world.guild.id) == {}


async def test_a_running_quiz_ends_there(world: World) -> None:
    _, door = await set_up_two(world)
    await world.command(world.ada, world.daily, "quiz", questions=3, seconds=30)
    await world.travel(minutes=0.1)
    assert [q["state"] for q in world.rows("quizzes")] == ["running"]
    await door.remove()
    (quiz,) = world.rows("quizzes")
    assert (quiz["state"], quiz["reason"]) == ("ended", "removed")
    await world.travel(minutes=30)
    assert world.rows("quiz_items")[0]["state"] == "void"
    await door.invite()
    await world.travel(minutes=5)
    assert not world.rows("posts", state="pending", kind="quiz_item")
    await world.command(world.ada, world.daily, "quiz", questions=3, seconds=30)
    assert [q["state"] for q in world.rows("quizzes")] == ["ended", "running"]


async def test_removed_in_the_middle_of_a_quiz_and_back_at_once_it_says_why_it_ended(world: World) -> None:
    _, door = await set_up_two(world)
    await world.command(world.ada, world.daily, "quiz", questions=3, seconds=30)
    await world.travel(minutes=0.2)
    await door.remove()
    await world.travel(minutes=1 / 30)
    await door.invite()
    end = words(world.posted(world.daily)[-1])
    assert "I was removed from this server, so it ended here." in end
    assert "minutes" not in end


async def test_an_outage_is_no_departure(world: World) -> None:
    await set_up_two(world)
    backend = world.env.backend
    backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": True})
    await world.rest()
    assert world.rows("departures") == []
    backend.emit("GUILD_CREATE", serializers.guild_create_payload(backend, backend.guilds[world.guild.id]))
    await world.rest()
    await world.travel(to=NINE + DAY)
    assert world.rows("departures") == []
    assert len(world.questions(world.daily)) == 2


async def test_a_restart_is_no_departure(world: World) -> None:
    await set_up_two(world)
    await world.restart(away=timedelta(hours=1))
    assert world.rows("departures") == []
    assert world.rows("posts", kind="back") == []


async def test_a_question_on_its_way_is_taken_back(world: World) -> None:
    """It waits for a permission when the bot is removed: weeks later nobody wants it."""
    _, door = await set_up_two(world)
    world.deny(world.daily, "send_messages")
    await world.travel(to=NINE + DAY)
    assert world.rows("drops", state="planned")
    await door.remove()
    (drop,) = world.rows("drops", state="skipped")
    assert drop["reason"] == "I was not in this server at that time"
    world.deny(world.daily)
    await door.invite()
    assert len(world.questions(world.daily)) == 1
    await world.travel(to=NINE + 2 * DAY)
    assert len(world.questions(world.daily)) == 2

"""What was changed in a server while the bot was offline: found at its start, told once."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world import World, text_of

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
AWAY = timedelta(minutes=5)


def told(world: World) -> list[str]:
    """Return what organisers were told, anywhere."""
    texts = [m.content for m in world.direct_messages(world.olga)]
    texts += [m.content for c in (world.daily, world.news) for m in world.posted(c)]
    return [text for text in texts if "needs you" in text]


def problems(world: World) -> list[str]:
    """Return the codes of what is open."""
    return [p["code"] for p in world.rows("problems") if p["resolved_at"] is None]


async def test_a_lost_permission_is_told_at_the_start_and_closed_when_it_is_back(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "embed_links", "create_private_threads")
    await world.restart(away=AWAY)
    assert problems(world) == ["no_permission"]
    (said,) = told(world)
    assert "Embed Links, Create Private Threads" in said
    await world.restart(away=AWAY)
    await world.travel(to=NINE)
    assert len(told(world)) == 1, "told once"
    world.deny(world.daily)
    await world.restart(away=AWAY)
    assert problems(world) == []
    await world.travel(to=NINE + DAY)
    assert len(world.questions(world.daily)) == 2
    assert len(told(world)) == 1


async def test_a_channel_that_may_not_be_seen_is_one_trouble(world: World) -> None:
    """The start and the post that Discord refuses say the same of it."""
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.deny(world.daily, "view_channel")
    await world.restart(away=AWAY)
    await world.travel(to=NINE + timedelta(hours=1))
    assert len(told(world)) == 1
    assert len(problems(world)) == 1


async def test_a_deleted_channel(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open", channel=world.forum)
    del world.env.backend.channels[world.forum.id]
    world.env.backend.guilds[world.guild.id].channel_ids.remove(world.forum.id)
    await world.restart(away=AWAY)
    assert problems(world) == ["channel_gone"]
    assert "the channel was deleted" in told(world)[0]
    await world.command(world.olga, world.daily, "manage schedule edit", channel=world.daily)
    assert problems(world) == []
    await world.travel(to=NINE)
    assert len(world.questions(world.daily)) == 1


async def test_a_renamed_channel_is_the_same_channel(world: World) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    world.env.backend.channels[world.daily.id].name = "interview-questions"
    await world.restart(away=AWAY)
    await world.travel(to=NINE)
    assert (problems(world), told(world)) == ([], [])
    assert len(world.questions(world.daily)) == 1


async def test_a_deleted_role_is_told_once_and_the_question_goes_out_without_ping(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    del world.env.backend.guilds[world.guild.id].roles[role.id]
    await world.restart(away=AWAY)
    assert problems(world) == ["role_gone"]
    await world.travel(to=NINE + DAY)
    first, second = world.questions(world.daily)
    assert "<@&" not in first.content + second.content
    assert len(told(world)) == 1
    assert "the role to ping was deleted" in told(world)[0]


async def test_a_renamed_role_is_the_same_role(world: World) -> None:
    role = world.guild.create_role("study", mentionable=True)
    await world.command(world.olga, world.daily, "setup", kind="open", ping_role=role)
    world.env.backend.guilds[world.guild.id].roles[role.id].name = "learners"
    await world.restart(away=AWAY)
    await world.travel(to=NINE)
    assert problems(world) == []
    assert world.questions(world.daily)[0].content.startswith(f"<@&{role.id}>")


async def test_a_removed_category(world: World) -> None:
    """With another one left that one is asked; with none the organisers are told once."""
    keys = [row["key"] for row in world.rows("categories")][:2]
    await world.command(world.olga, world.daily, "setup", kind="open", categories=keys[0])
    filters(world, keys)
    drop_category(world, keys[0])
    await world.restart(away=AWAY)
    drop_category(world, keys[0])
    await world.travel(to=NINE)
    assert world.rows("drops")[0]["category"] == keys[1]
    assert told(world) == []
    filters(world, keys[:1])
    await world.travel(to=NINE + 3 * DAY)
    assert problems(world) == ["no_question"]
    assert len(told(world)) == 1
    health = text_of(await world.command(world.olga, world.daily, "manage health"))
    assert "no question is left after the filters" in health


def filters(world: World, keys: list[str]) -> None:
    """Have the schedule choose from some categories only."""
    change(world, "UPDATE schedules SET categories = ?", json.dumps(keys))


def drop_category(world: World, key: str) -> None:
    """Remove a category's questions, as a pack without it does when it is loaded."""
    change(world, "UPDATE questions SET active = 0 WHERE category = ?", key)


def change(world: World, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(world.path)) as db, db:
        db.execute(statement, values)

"""Who reads a channel besides organisers."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.gateway import directory as module
from bot.gateway.directory import ORGANISERS_ALONE, Readers
from tests.world import World

NOWHERE = 404
SEEN, UNSEEN = discord.PermissionOverwrite(view_channel=True), discord.PermissionOverwrite(view_channel=False)


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KNOWN_SECONDS", 0.0)


def private(world: World, *let_in: Any) -> int:
    allowed = {world.guild.default_role: UNSEEN, world.guild.me: SEEN, **dict.fromkeys(let_in, SEEN)}
    return world.guild.create_text_channel("private", overwrites=allowed).id


async def readers(world: World, channel_id: int) -> Readers:
    await world.rest()
    return await world.bot.services.directory.readers(world.guild.id, channel_id)


async def test_everybody_or_nobody_but_organisers(world: World) -> None:
    assert await readers(world, world.daily.id) == Readers(everybody=True)
    assert await readers(world, private(world)) == ORGANISERS_ALONE
    # What is not known is taken to be public: nothing may be told there.
    assert await readers(world, NOWHERE) == Readers(everybody=True)
    elsewhere = await world.bot.services.directory.readers(NOWHERE, world.daily.id)
    assert elsewhere == Readers(everybody=True)


async def test_a_role_of_members_that_is_let_in_is_named(world: World) -> None:
    study = world.guild.create_role("study")
    assert await readers(world, private(world, study)) == Readers(roles=(study.id,))


@pytest.mark.parametrize("right", ["manage_guild", "manage_messages", "administrator"])
async def test_a_role_of_organisers_is_none_of_them(world: World, right: str) -> None:
    staff = world.guild.create_role("staff", permissions=discord.Permissions(**{right: True}))
    assert await readers(world, private(world, staff)) == ORGANISERS_ALONE


async def test_a_role_reads_by_what_it_may_everywhere(world: World) -> None:
    """Where @everyone sees nothing at all, a role of members sees every channel that does not keep it out."""
    backend, guild_id = world.env.backend, world.guild.id
    backend.edit_role(guild_id, guild_id, {"permissions": 0})
    study = world.guild.create_role("study", permissions=discord.Permissions(view_channel=True))
    world.guild.create_role("plain", permissions=discord.Permissions.none())
    channel = world.guild.create_text_channel("log", overwrites={world.guild.me: SEEN})
    assert await readers(world, channel.id) == Readers(roles=(study.id,))
    kept_out = Overwrite(target_id=study.id, type=OverwriteType.ROLE, allow=0, deny=SEEN.pair()[0].value)
    backend.set_overwrite(channel.id, kept_out)
    assert await readers(world, channel.id) == ORGANISERS_ALONE


async def test_people_who_are_let_in_by_name(world: World) -> None:
    staff = world.guild.create_role("staff", permissions=discord.Permissions(manage_messages=True))
    moderator = world.guild.add_member(world.env.create_user("moderator"), roles=[staff])
    channel = private(world, world.olga, moderator, world.ada, world.ben)
    assert await readers(world, channel) == Readers(people=(world.ada.id, world.ben.id))
    world.guild.remove_member(world.ada)
    assert await readers(world, channel) == Readers(people=(world.ben.id,))


async def test_who_is_not_told_by_discord_or_comes_after_many_others_reads(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = private(world, world.olga, world.ada)
    await world.rest()

    async def fail(*_: Any) -> None:
        response: Any = type("Response", (), {"status": 500, "reason": "broken"})
        raise discord.HTTPException(response, "broken")

    monkeypatch.setattr(discord.Guild, "fetch_member", fail)
    assert set((await readers(world, channel)).people) == {world.olga.id, world.ada.id}
    monkeypatch.undo()
    monkeypatch.setattr(module, "PEOPLE_ASKED", 0)
    assert len((await readers(world, channel)).people) >= 2


async def test_the_same_person_is_asked_about_once_in_some_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KNOWN_SECONDS", 10.0)
    asked: list[int] = []
    fetch = discord.Guild.fetch_member

    async def counted(guild: discord.Guild, user_id: int) -> discord.Member:
        asked.append(user_id)
        return await fetch(guild, user_id)

    monkeypatch.setattr(discord.Guild, "fetch_member", counted)
    channel = private(world, world.ada)
    for _ in range(3):
        assert await readers(world, channel) == Readers(people=(world.ada.id,))
    assert asked == [world.ada.id]

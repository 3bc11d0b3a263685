from types import SimpleNamespace

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.features.drops.permissions import PERMISSION_LABELS
from bot.gateway.directory import channel_kind
from tests.world import World

NOWHERE = 404


async def test_channels_where_a_question_can_be_posted_have_a_kind(world: World) -> None:
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    voice = world.guild.create_voice_channel("talk")
    await world.rest()
    kinds = [
        channel_kind(guild.get_channel(channel.id))
        for channel in (world.daily, world.news, world.forum, voice)
    ]
    assert kinds == ["text", "news", "forum", None]
    assert channel_kind(None) is None
    assert channel_kind(SimpleNamespace(id=1)) is None


async def test_what_is_missing_is_named_and_a_channel_that_is_gone_is_none(world: World) -> None:
    directory = world.bot.services.directory
    guild_id, channel_id = world.guild.id, world.daily.id
    names = tuple(PERMISSION_LABELS)
    wanted = ("embed_links", "send_messages")
    assert directory.missing(guild_id, channel_id, wanted) == ()
    world.deny(world.daily, "embed_links")
    await world.rest()
    assert directory.missing(guild_id, channel_id, wanted) == ("embed_links",)
    assert set(directory.missing(guild_id, channel_id, names) or ()) <= set(names)
    assert directory.missing(guild_id, NOWHERE, wanted) is None
    assert directory.missing(NOWHERE, channel_id, wanted) is None


async def test_a_role_exists_or_not_or_the_server_is_not_known(world: World) -> None:
    directory = world.bot.services.directory
    role = world.guild.create_role("study")
    await world.rest()
    assert directory.has_role(world.guild.id, role.id) is True
    assert directory.has_role(world.guild.id, NOWHERE) is False
    assert directory.has_role(NOWHERE, role.id) is None


async def test_a_role_rings_where_all_may_mention_it_or_the_bot_may_mention_all(world: World) -> None:
    directory = world.bot.services.directory
    quiet = world.guild.create_role("quiet")
    loud = world.guild.create_role("loud", mentionable=True)
    world.deny(world.daily, "mention_everyone")
    await world.rest()
    here = (world.guild.id, world.daily.id)
    assert directory.can_ping(*here, loud.id)
    assert not directory.can_ping(*here, quiet.id)
    assert not directory.can_ping(*here, NOWHERE)
    assert not directory.can_ping(NOWHERE, world.daily.id, loud.id)
    me = world.env.backend.bot_user.id
    allowed = discord.Permissions(mention_everyone=True).value
    overwrite = Overwrite(target_id=me, type=OverwriteType.MEMBER, allow=allowed, deny=0)
    world.env.backend.set_overwrite(world.daily.id, overwrite)
    await world.rest()
    assert directory.can_ping(*here, quiet.id)


async def test_a_server_has_a_name_also_when_it_is_not_known(world: World) -> None:
    directory = world.bot.services.directory
    assert directory.server_name(world.guild.id) == "Home"
    assert directory.server_name(NOWHERE) == "your server"


@pytest.mark.parametrize("denied", ["view_channel", "send_messages"])
async def test_a_notice_goes_where_the_bot_may_write(world: World, denied: str) -> None:
    directory = world.bot.services.directory
    found = directory.notice_channel(world.guild.id)
    assert found in {channel.id for channel in (world.daily, world.news)}
    for channel in (world.daily, world.news):
        world.deny(channel, denied)
    await world.rest()
    assert directory.notice_channel(world.guild.id) is None
    assert directory.notice_channel(NOWHERE) is None


async def test_who_reads_a_channel(world: World) -> None:
    directory = world.bot.services.directory
    unseen = {world.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    private = world.guild.create_text_channel("private", overwrites=unseen)
    await world.rest()
    assert directory.everybody_reads(world.guild.id, world.daily.id)
    assert not directory.everybody_reads(world.guild.id, private.id)
    # What is not known is taken to be public: nothing may be told there.
    assert directory.everybody_reads(world.guild.id, NOWHERE)
    assert directory.everybody_reads(NOWHERE, private.id)

"""What the features need to know about servers, channels and roles, read from discord.py's cache."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import discord
from discord.ext import commands

log = logging.getLogger("studyloop.directory")
ChannelKind = Literal["text", "forum", "news"]


# Each person who was let into a channel by name is a request; a channel with more is no organisers' channel.
PEOPLE_ASKED = 20
# Several reports are written or edited at a time: they ask once.
KNOWN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read a channel without being an organiser: everybody, or these roles and people."""

    everybody: bool = False
    roles: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


ORGANISERS_ALONE = Readers()


class Directory(Protocol):
    """Facts about servers; None means that the cache does not know (the server is unavailable)."""

    def has_role(self, guild_id: int, role_id: int) -> bool | None:
        """Return True if a role exists."""
        ...

    def can_ping(self, guild_id: int, channel_id: int, role_id: int) -> bool:
        """Return True if the bot's mention of a role rings."""
        ...

    def missing(self, guild_id: int, channel_id: int, names: Iterable[str]) -> tuple[str, ...] | None:
        """Return which of the permissions the bot lacks in a channel; None where the channel is gone."""
        ...

    def lacks_tag(self, guild_id: int, channel_id: int) -> bool:
        """Return True if a channel is a forum that demands a tag on each post, and the bot may set none."""
        ...

    def kind(self, guild_id: int, channel_id: int) -> ChannelKind | None:
        """Return what a channel is now; None where it is gone, or where no question can be posted in it."""
        ...

    def everybody_reads(self, guild_id: int, channel_id: int) -> bool:
        """Return True if whoever is in the server can read a channel; True where that is not known."""
        ...

    async def readers(self, guild_id: int, channel_id: int) -> Readers:
        """Return who reads a channel besides organisers; asks Discord about people let in by name."""
        ...

    def server_name(self, guild_id: int) -> str:
        """Return a server's name."""
        ...

    async def may_organise(self, guild_id: int, user_id: int) -> bool:
        """Return True if a person is in a server and may manage it; asks Discord."""
        ...

    def notice_channel(self, guild_id: int) -> int | None:
        """Return a channel that organisers see and the bot may write in."""
        ...


def channel_kind(channel: object) -> ChannelKind | None:
    """Return which kind of schedule channel this is; None for those where no question can be posted."""
    if isinstance(channel, discord.ForumChannel):
        return None if channel.is_media() else "forum"
    if isinstance(channel, discord.TextChannel):
        return "news" if channel.is_news() else "text"
    return None


def usable_tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """Return the tags that the bot may set: those of moderators only where it may manage threads."""
    any_tag = forum.permissions_for(forum.guild.me).manage_threads
    return [tag for tag in forum.available_tags if any_tag or not tag.moderated]


def organises(allowed: discord.Permissions) -> bool:
    """Return True if these permissions make somebody one of those who may read reports."""
    return allowed.administrator or allowed.manage_guild or allowed.manage_messages


def _is_role(target: object) -> bool:
    of = target.type if isinstance(target, discord.Object) else type(target)
    return issubclass(of, discord.Role)


class DiscordDirectory:
    """The real directory."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot
        self._outsiders: dict[tuple[int, int], tuple[float, bool]] = {}

    def has_role(self, guild_id: int, role_id: int) -> bool | None:
        """Return True if a role exists; None while the server is unavailable."""
        guild = self._bot.get_guild(guild_id)
        if guild is None or guild.unavailable:
            return None
        return guild.get_role(role_id) is not None

    def can_ping(self, guild_id: int, channel_id: int, role_id: int) -> bool:
        """Return True if the bot's mention of a role rings."""
        guild = self._bot.get_guild(guild_id)
        role = guild.get_role(role_id) if guild else None
        if guild is None or role is None:
            return False
        return role.mentionable or not self.missing(guild_id, channel_id, ("mention_everyone",))

    def missing(self, guild_id: int, channel_id: int, names: Iterable[str]) -> tuple[str, ...] | None:
        """Return which of the permissions the bot lacks in a channel; None where the channel is gone."""
        guild = self._bot.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if guild is None or channel is None:
            return None
        allowed = channel.permissions_for(guild.me)
        return tuple(name for name in names if not getattr(allowed, name))

    def lacks_tag(self, guild_id: int, channel_id: int) -> bool:
        """Return True if a channel is a forum that demands a tag on each post, and the bot may set none."""
        guild = self._bot.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if not isinstance(channel, discord.ForumChannel):
            return False
        return channel.flags.require_tag and not usable_tags(channel)

    def kind(self, guild_id: int, channel_id: int) -> ChannelKind | None:
        """Return what a channel is now; None where it is gone, or where no question can be posted in it."""
        guild = self._bot.get_guild(guild_id)
        return None if guild is None else channel_kind(guild.get_channel(channel_id))

    def everybody_reads(self, guild_id: int, channel_id: int) -> bool:
        """Return True if whoever is in the server can read a channel; True where that is not known."""
        guild = self._bot.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if guild is None or channel is None:
            return True
        return channel.permissions_for(guild.default_role).view_channel

    async def readers(self, guild_id: int, channel_id: int) -> Readers:
        """Return who reads a channel besides organisers; asks Discord about people let in by name.

        Who has several roles reads what one of them alone reads: no role takes from another what a channel
        gives it. So each is looked at by itself, and nobody has to be known.
        """
        guild = self._bot.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if guild is None or channel is None or self.everybody_reads(guild_id, channel_id):
            return Readers(everybody=True)
        roles = [
            role.id
            for role in guild.roles
            if channel.permissions_for(role).view_channel
            and not role.is_bot_managed()
            and not organises(role.permissions)
        ]
        named = [
            target.id
            for target, overwrite in channel.overwrites.items()
            if overwrite.view_channel and not _is_role(target)
        ]
        asked = await asyncio.gather(*(self._outside(guild, person) for person in named[:PEOPLE_ASKED]))
        people = [person for person, outside in zip(named, asked, strict=False) if outside]
        return Readers(roles=tuple(roles), people=(*people, *named[PEOPLE_ASKED:]))

    async def _outside(self, guild: discord.Guild, user_id: int) -> bool:
        """Return True if a person is in the server and no organiser; True where Discord does not tell."""
        if user_id in {guild.owner_id, guild.me.id}:
            return False
        until, known = self._outsiders.get((guild.id, user_id), (0.0, False))
        if time.monotonic() < until:
            return known
        try:
            member = await guild.fetch_member(user_id)
            outside = not member.bot and not organises(member.guild_permissions)
        except discord.NotFound:
            outside = False
        except discord.HTTPException as error:
            log.warning("guild=%s user=%s: nobody says who that is: %s", guild.id, user_id, error)
            return True
        self._outsiders[guild.id, user_id] = (time.monotonic() + KNOWN_SECONDS, outside)
        return outside

    def server_name(self, guild_id: int) -> str:
        """Return a server's name."""
        guild = self._bot.get_guild(guild_id)
        return guild.name if guild else "your server"

    async def may_organise(self, guild_id: int, user_id: int) -> bool:
        """Return True if a person is in a server and may manage it; asks Discord."""
        guild = self._bot.get_guild(guild_id)
        if guild is None:
            return False
        if guild.owner_id == user_id:
            return True
        try:
            member = await guild.fetch_member(user_id)
        except discord.NotFound:
            return False
        return member.guild_permissions.manage_guild

    def notice_channel(self, guild_id: int) -> int | None:
        """Return where organisers see it: moderators' updates, else system messages, else any channel."""
        guild = self._bot.get_guild(guild_id)
        if guild is None:
            return None
        for channel in (guild.public_updates_channel, guild.system_channel, *guild.text_channels):
            if channel is not None and not self.missing(
                guild_id, channel.id, ("view_channel", "send_messages")
            ):
                return channel.id
        return None

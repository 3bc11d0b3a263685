"""What happens to the servers themselves: removed, back, there again, with other permissions."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.services import Host


class Servers(commands.Cog):
    """Passes on that there is something to look at."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.services = host.services

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare with the servers that Discord names: some may have gone while the bot was offline."""
        self.services.servers.look()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Stop what is under way there."""
        self.services.servers.removed(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Go on in a server that is back, or came late at a start, which looks like a new one."""
        self.services.servers.look_at(guild.id)
        await self.services.schedules.try_again(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Try again what waited for the server to come back."""
        self.services.servers.look_at(guild.id)
        await self.services.schedules.try_again(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Try again what waited for a permission; a text channel may be one for announcements now."""
        if before.overwrites != after.overwrites or before.type is not after.type:
            await self._look_again(after.guild)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Tell organisers whose questions have no place any more."""
        self.services.servers.check(channel.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Tell organisers whose questions can ring nobody any more; the bot itself may have had it."""
        self.services.servers.check(role.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Try again what waited for a role of the bot's own: of nobody else does Discord tell."""
        if after == after.guild.me and before.roles != after.roles:
            await self._look_again(after.guild)

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Post what waited for a room that was locked."""
        if before.locked and not after.locked:
            await self.services.schedules.try_again(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Try again what waited for a permission."""
        if before.permissions != after.permissions:
            await self._look_again(after.guild)

    async def _look_again(self, guild: discord.Guild) -> None:
        self.services.servers.check(guild.id)
        await self.services.schedules.try_again(guild.id)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Servers(host))

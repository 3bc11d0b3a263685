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
        """Try again what waited for a permission."""
        if before.overwrites != after.overwrites:
            await self.services.schedules.try_again(after.guild.id)

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Post what waited for a room that was locked."""
        if before.locked and not after.locked:
            await self.services.schedules.try_again(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Try again what waited for a permission."""
        if before.permissions != after.permissions:
            await self.services.schedules.try_again(after.guild.id)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Servers(host))

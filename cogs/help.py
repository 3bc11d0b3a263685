"""/help: by role, one screen."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.help import replies
from bot.services import Host
from bot.ui.request import Interaction, Request


class Help(commands.Cog):
    """The one screen."""

    @app_commands.command(name="help", description="What this bot does and what you can type.")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """Show the commands that the person can use."""
        request = Request(interaction)
        await request.answer(replies.reply(organiser=request.organiser))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Help())

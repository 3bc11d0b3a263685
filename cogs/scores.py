"""/leaderboard."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.scores import replies
from bot.gateway.names import Names
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction


class Scores(commands.Cog):
    """Points."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.names = Names(host.services.clock)

    @app_commands.command(name="leaderboard", description="Who has how many points, and where you stand.")
    @app_commands.guild_only()
    async def leaderboard(self, interaction: Interaction) -> None:
        """Show the leaderboard of all time."""
        guild = interaction.guild
        if guild is None:
            return
        board = await self.host.services.scores.leaderboard(guild.id, interaction.user.id)
        lines = [*board.first, *([board.own] if board.own else [])]
        names = await self.names.get(guild, [line.user_id for line in lines])
        await reply.tell(interaction, replies.leaderboard(board, names, interaction.user.id))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Scores(host))

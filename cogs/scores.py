"""/leaderboard."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.scores import replies
from bot.gateway.names import Names
from bot.services import Host
from bot.ui.request import Interaction, Request


class Scores(commands.Cog):
    """Points."""

    def __init__(self, host: Host) -> None:
        self.scores = host.services.scores
        self.names = Names(host.services.clock)

    @app_commands.command(name="leaderboard", description="Who has how many points, and where you stand.")
    @app_commands.guild_only()
    async def leaderboard(self, interaction: Interaction) -> None:
        """Show the leaderboard of all time."""
        request = Request(interaction)
        if request.guild is None:
            return
        board = await self.scores.leaderboard(request.guild_id, request.user_id)
        lines = [*board.first, *([board.own] if board.own else [])]
        names = await self.names.get(request.guild, [line.user_id for line in lines])
        await request.answer(replies.reply(board, names, request.user_id))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Scores(host))

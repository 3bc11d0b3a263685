"""/today and what stands on a question besides answering."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.answers import replies
from bot.answers.outcomes import Gone
from bot.daily import render
from bot.daily.service import Gone as DropGone
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction, on_click


class Daily(commands.Cog):
    """Today's question."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="today", description="Today's question, wherever one is, and how you stand.")
    @app_commands.guild_only()
    async def today(self, interaction: Interaction) -> None:
        """Show the open questions."""
        services = self.host.services
        guild_id = interaction.guild_id or 0
        rows = await services.daily.list_open(guild_id)
        drops = [row.drop for row in rows]
        mine = await services.answers.mine(guild_id, [drop.id for drop in drops], interaction.user.id)
        lines = [(row, replies.standing(row.drop, mine.get(row.drop.id))) for row in rows]
        coming = await services.daily.next_in(guild_id)
        await reply.tell(interaction, replies.with_ways_in(render.today(lines, coming), drops, mine))

    @on_click("daily", "how")
    async def press_how(self, interaction: Interaction, subject_id: int) -> None:
        """Explain a question's rules."""
        outcome = await self.host.services.daily.load(interaction.guild_id or 0, subject_id)
        if isinstance(outcome, DropGone):
            await reply.tell(interaction, replies.refusal(Gone()))
        else:
            await reply.tell(interaction, render.how_it_works(outcome.drop))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Daily(host))

"""Past questions, and a month of them as files."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.lines import folded
from bot.features.history import replies
from bot.features.history.outcomes import Exported
from bot.services import Host
from bot.ui.commands import CHOICES_LIMIT, Suggestions, organisers_only, subcommand
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press


class History(commands.Cog):
    """What was asked. `/today date:` leads here too."""

    def __init__(self, host: Host) -> None:
        self.history = host.services.history
        self.exports = host.services.exports

    @on_press("keeping", "past")
    async def turn(self, click: Click) -> None:
        """Turn to a page of a past question."""
        drop_id, page = replies.of_page(click.subject_id)
        outcome = await self.history.look(click.guild_id, drop_id, click.user_id, click.sees)
        await click.replace(replies.reply(outcome, page))

    async def complete_month(self, interaction: Interaction, current: str) -> Suggestions:
        """Offer the months in which something was asked."""
        wanted = folded(current).strip()
        months = await self.exports.months(Request(interaction).guild_id)
        fitting = [m for m, _ in months if wanted in folded(f"{m.name} {m}")]
        return [app_commands.Choice(name=m.name, value=str(m)) for m in fitting[:CHOICES_LIMIT]]

    @subcommand("manage question", "export", "A month of questions and answers as a Markdown file.")
    @app_commands.describe(month="Which one (default: this month)")
    @app_commands.autocomplete(month=complete_month)
    @organisers_only
    async def export(self, interaction: Interaction, month: str | None = None) -> None:
        """Hand a month over as files; writing them can take longer than Discord waits."""
        request = Request(interaction)
        await request.defer()
        server = request.guild.name if request.guild else ""
        outcome = await self.exports.export(request.guild_id, month, server, request.sees)
        files = outcome.files if isinstance(outcome, Exported) else ()
        attached = [discord.File(io.BytesIO(file.data), file.name) for file in files]
        await request.hand_over(replies.reply(outcome), attached)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(History(host))

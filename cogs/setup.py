"""/setup: one command and the group runs."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.daily.rules import Mode
from bot.daily.schedules import Refused, Saved, Wish
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction
from cogs.organiser import (
    Channel,
    complete_categories,
    complete_days,
    complete_zone,
    organisers_only,
    panel_of,
    wish,
    zone_of,
)

LEVELS = [app_commands.Choice(name=name, value=name) for name in ("any", "easy", "medium", "hard")]
OPTIONS = {
    "time": "Local time of the question, such as 09:00 (default 09:00)",
    "zone": "Time zone: type your city",
    "days": "every day, weekdays, or such as Mon, Wed, Fri (default: every day)",
    "mode": "blind: answers are hidden until one has answered (text channels); open: visible at once",
    "ping_role": "Role to ping with each question",
    "reveal": "Local time of the reveal (default: half an hour before the next question)",
    "categories": "Categories, separated by commas (default: all)",
    "difficulty": "Only questions of this difficulty",
    "late_hours": "How many hours late a question may still go out (default 12)",
}


class Setup(commands.Cog):
    """The first command an organiser types."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="setup", description="Start the study group: a question a day in a channel.")
    @app_commands.describe(
        channel="Where the question goes (default: this channel); text, forum or announcement", **OPTIONS
    )
    @app_commands.choices(difficulty=LEVELS)
    @app_commands.autocomplete(zone=complete_zone, days=complete_days, categories=complete_categories)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @organisers_only
    async def setup(  # noqa: PLR0913, PLR0917 a command's options are its arguments
        self,
        interaction: Interaction,
        channel: Channel | None = None,
        time: str | None = None,
        zone: str | None = None,
        days: str | None = None,
        mode: Mode | None = None,
        ping_role: discord.Role | None = None,
        reveal: str | None = None,
        categories: str | None = None,
        difficulty: str | None = None,
        late_hours: app_commands.Range[int, 1, 48] | None = None,
    ) -> None:
        """Make or change the schedule of a channel."""
        role_id = ping_role.id if ping_role else None
        typed = Wish(
            time=time,
            zone=zone,
            days=days,
            mode=mode,
            role_id=role_id,
            reveal=reveal,
            categories=categories,
            difficulty=difficulty,
            late_hours=late_hours,
        )
        wanted = wish(channel or interaction.channel, typed)
        if isinstance(wanted, Refused):
            await reply.tell(interaction, wanted.sentence)
            return
        outcome = await self.host.services.schedules.set_up(
            interaction.guild_id or 0, interaction.user.id, wanted, zone_of(interaction)
        )
        match outcome:
            case Refused(sentence):
                await reply.tell(interaction, sentence)
            case Saved():
                await reply.tell(interaction, panel_of(self.host, outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Setup(host))

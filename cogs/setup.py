"""/setup: one command and the group runs."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.schedules.options import Refused, ScheduleOptions
from bot.features.schedules.outcomes import Saved
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction
from cogs.schedule_options import schedule_options
from cogs.organiser import Channel, organisers_only, panel_of, wish, zone_of


class Setup(commands.Cog):
    """The first command an organiser types."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="setup", description="Start the study group: a question a day in a channel.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @organisers_only
    @schedule_options
    @app_commands.describe(
        channel="Where the question goes (default: this channel); text, forum or announcement"
    )
    async def setup(
        self, interaction: Interaction, typed: ScheduleOptions, channel: Channel | None = None
    ) -> None:
        """Make or change the schedule of a channel."""
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

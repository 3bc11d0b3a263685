"""/today, and the options of choice questions on it."""

from __future__ import annotations

from typing import assert_never

from discord import app_commands
from discord.ext import commands

from bot.features.choices import replies as choice_replies
from bot.features.choices.outcomes import Chosen, Result, TimeUp, Written
from bot.features.drops.outcomes import QuestionGone
from bot.features.today import replies
from bot.services import Host
from bot.ui import reply
from bot.ui.message import Message
from bot.ui.router import Interaction, on_click
from cogs.choices import tap_of
from cogs.saved import complete_date, look_back, sight


class Today(commands.Cog):
    """Today's question."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="today", description="Today's question, wherever one is, and how you stand.")
    @app_commands.guild_only()
    @app_commands.describe(date="Look back: a date, a number or words of a past question")
    @app_commands.autocomplete(date=complete_date)
    async def today(self, interaction: Interaction, date: str | None = None) -> None:
        """Show the open questions, or look back at one."""
        message = self._today(interaction) if date is None else look_back(self.host, interaction, date)
        await reply.tell(interaction, await message)

    async def _today(self, interaction: Interaction) -> Message:
        found = await self.host.services.today.show(
            interaction.guild_id or 0,
            interaction.user.id,
            sight(interaction),
            organiser=interaction.permissions.manage_guild,
        )
        return replies.today(found)

    @on_click("today", "a")
    @on_click("today", "b")
    @on_click("today", "c")
    @on_click("today", "d")
    async def choose(self, interaction: Interaction, subject_id: int) -> None:
        """Take a choice and show it in place, between the other open questions."""
        outcome = await self.host.services.choices.choose(tap_of(interaction, subject_id))
        match outcome:
            case Chosen():
                await reply.replace(interaction, await self._today(interaction))
            case TimeUp() | Result() | Written() | QuestionGone():
                await reply.tell(interaction, choice_replies.reply(outcome))
            case _:
                assert_never(outcome)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Today(host))

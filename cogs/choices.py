"""Choosing: the buttons A to D of a question of the day, and how one did."""

from __future__ import annotations

from discord.ext import commands

from bot.features.choices import replies
from bot.features.choices.service import Tap
from bot.services import Host
from bot.ui import reply
from bot.ui.panel import Panels
from bot.ui.router import Interaction, action_of, on_click


def tap_of(interaction: Interaction, subject_id: int) -> Tap:
    """Return who tapped what."""
    user = interaction.user
    return Tap(interaction.guild_id or 0, subject_id, user.id, user.display_name, action_of(interaction))


class Choices(commands.Cog):
    """What members do with a choice question."""

    def __init__(self, host: Host) -> None:
        self.choices = host.services.choices
        self.panels = Panels()

    @on_click("choices", "a")
    @on_click("choices", "b")
    @on_click("choices", "c")
    @on_click("choices", "d")
    async def choose(self, interaction: Interaction, subject_id: int) -> None:
        """Take a choice; a person has one private panel for it, which is changed."""
        outcome = await self.choices.choose(tap_of(interaction, subject_id))
        await self.panels.show(interaction, subject_id, replies.reply(outcome))

    @on_click("choices", "result")
    async def result(self, interaction: Interaction, subject_id: int) -> None:
        """Show how one did."""
        outcome = await self.choices.look(interaction.guild_id or 0, subject_id, interaction.user.id)
        await reply.tell(interaction, replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Choices(host))

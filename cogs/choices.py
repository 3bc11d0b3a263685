"""Choosing: the buttons A to D of a question of the day, and how one did."""

from __future__ import annotations

from discord.ext import commands

from bot.features.choices import replies
from bot.features.choices.service import Tap
from bot.services import Host
from bot.ui.panel import Panels
from bot.ui.request import Click
from bot.ui.router import on_press


class Choices(commands.Cog):
    """What members do with a choice question."""

    def __init__(self, host: Host) -> None:
        self.choices = host.services.choices
        self.panels = Panels()

    @on_press("choices", "a")
    @on_press("choices", "b")
    @on_press("choices", "c")
    @on_press("choices", "d")
    async def choose(self, click: Click) -> None:
        """Take a choice; a person has one private panel for it, which is changed."""
        tap = Tap(click.guild_id, click.subject_id, click.user_id, click.name, click.action)
        outcome = await self.choices.choose(tap)
        await self.panels.show(click.interaction, click.subject_id, replies.reply(outcome))

    @on_press("choices", "result")
    async def result(self, click: Click) -> None:
        """Show how one did."""
        outcome = await self.choices.look(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Choices(host))

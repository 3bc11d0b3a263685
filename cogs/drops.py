"""What stands on a question besides answering: how it works."""

from __future__ import annotations

from discord.ext import commands

from bot.features.drops import replies
from bot.services import Host
from bot.ui.request import Click
from bot.ui.router import on_press


class Drops(commands.Cog):
    """What members do with a question besides answering it."""

    def __init__(self, host: Host) -> None:
        self.drops = host.services.drops

    @on_press("daily", "how")
    async def how(self, click: Click) -> None:
        """Explain a question's rules."""
        outcome = await self.drops.load(click.guild_id, click.subject_id)
        await click.answer(replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Drops(host))

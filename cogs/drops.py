"""What stands on a question besides answering: how it works."""

from __future__ import annotations

from discord.ext import commands

from bot.features.answers import replies as answer_replies
from bot.features.drops import replies
from bot.features.drops.outcomes import QuestionGone
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction, on_click


class Drops(commands.Cog):
    """What members do with a question besides answering it."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @on_click("daily", "how")
    async def press_how(self, interaction: Interaction, subject_id: int) -> None:
        """Explain a question's rules."""
        outcome = await self.host.services.drops.load(interaction.guild_id or 0, subject_id)
        if isinstance(outcome, QuestionGone):
            await reply.tell(interaction, answer_replies.refusal(outcome))
        else:
            await reply.tell(interaction, replies.how_it_works(outcome.drop))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Drops(host))

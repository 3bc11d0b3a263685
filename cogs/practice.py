"""/practice and its buttons: alone, private, without a clock."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.practice import replies
from bot.features.practice.outcomes import Outcome
from bot.features.practice.rules import Grade
from bot.services import Host
from bot.ui import reply
from bot.ui.errors import DIRECT_ONLY
from bot.ui.message import Message
from bot.ui.router import Interaction, action_of, on_click
from cogs.schedule_options import offer_categories

RATINGS = {"hard": Grade.HARD, "easy": Grade.EASY}


class Practice(commands.Cog):
    """Questions with four options, as often as one wants."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.practice = host.services.practice

    @app_commands.command(name="practice", description="Practise alone: what is due again first, then new.")
    @app_commands.describe(category="Only questions of this category (default: all)")
    @app_commands.guild_only()
    async def start(self, interaction: Interaction, category: str | None = None) -> None:
        """Go on where the person left off."""
        outcome = await self.practice.start(interaction.guild_id or 0, interaction.user.id, category)
        await reply.tell(interaction, self._message(outcome))

    @start.autocomplete("category")
    async def complete_category(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the categories that have practice questions, with how many."""
        found = await self.practice.list_categories(interaction.guild_id or 0)
        return offer_categories(current, ((c.key, c.name, c.items) for c in found))

    @on_click("practice", "a")
    @on_click("practice", "b")
    @on_click("practice", "c")
    @on_click("practice", "d")
    @on_click("practice", "hard")
    @on_click("practice", "easy")
    @on_click("practice", "next")
    @on_click("practice", "done")
    @on_click("practice", "more")
    async def press(self, interaction: Interaction, number: int) -> None:
        """Do what the button says and show the outcome in its place."""
        if interaction.guild_id is None:
            await reply.replace(interaction, DIRECT_ONLY)
            return
        key = (interaction.guild_id, interaction.user.id)
        outcome: Outcome
        match action_of(interaction):
            case "more":
                outcome = await self.practice.start(*key)
            case "next":
                outcome = await self.practice.go_on(*key, number)
            case "done":
                outcome = await self.practice.finish(*key, number)
            case "hard" | "easy" as rating:
                outcome = await self.practice.rate(*key, number, RATINGS[rating])
            case letter:
                outcome = await self.practice.choose(*key, number, letter)
        await reply.replace(interaction, self._message(outcome))

    def _message(self, outcome: Outcome) -> Message:
        return replies.reply_to(outcome, self.host.services.clock.now())


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Practice(host))

"""/practice and its buttons: alone, private, without a clock."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.practice import replies
from bot.features.practice.outcomes import Outcome
from bot.features.practice.rules import Grade
from bot.services import Host
from bot.ui.commands import Suggestions, offer_categories
from bot.ui.errors import DIRECT_ONLY
from bot.ui.message import Message
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press

RATINGS = {"hard": Grade.HARD, "easy": Grade.EASY}


class Practice(commands.Cog):
    """Questions with four options, as often as one wants."""

    def __init__(self, host: Host) -> None:
        self.clock = host.services.clock
        self.practice = host.services.practice

    @app_commands.command(name="practice", description="Practise alone: what is due again first, then new.")
    @app_commands.describe(category="Only questions of this category (default: all)")
    @app_commands.guild_only()
    async def start(self, interaction: Interaction, category: str | None = None) -> None:
        """Go on where the person left off."""
        request = Request(interaction)
        outcome = await self.practice.start(request.guild_id, request.user_id, category)
        await request.answer(replies.reply(outcome, self.clock.now()))

    @start.autocomplete("category")
    async def complete_category(self, interaction: Interaction, current: str) -> Suggestions:
        """Offer the categories that have practice questions, with how many."""
        found = await self.practice.list_categories(Request(interaction).guild_id)
        return offer_categories(current, ((c.key, c.name, c.items) for c in found))

    @on_press("practice", "a")
    @on_press("practice", "b")
    @on_press("practice", "c")
    @on_press("practice", "d")
    @on_press("practice", "hard")
    @on_press("practice", "easy")
    @on_press("practice", "next")
    @on_press("practice", "done")
    @on_press("practice", "more")
    async def press(self, click: Click) -> None:
        """Do what the button says and show the outcome in its place."""
        if not click.guild_id:
            await click.replace(Message(DIRECT_ONLY))
            return
        outcome = await self._act(click)
        await click.replace(replies.reply(outcome, self.clock.now()))

    async def _act(self, click: Click) -> Outcome:
        key = (click.guild_id, click.user_id)
        match click.action:
            case "more":
                return await self.practice.start(*key)
            case "next":
                return await self.practice.go_on(*key, click.subject_id)
            case "done":
                return await self.practice.finish(*key, click.subject_id)
            case "hard" | "easy" as rating:
                return await self.practice.rate(*key, click.subject_id, RATINGS[rating])
            case letter:
                return await self.practice.choose(*key, click.subject_id, letter)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Practice(host))

"""/today: the open questions, the options of choice questions on it, and the way to past ones."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.choices import replies as choice_replies
from bot.features.choices.outcomes import Chosen
from bot.features.choices.service import Tap
from bot.features.history import replies as history_replies
from bot.features.today import replies
from bot.features.today.outcomes import Today as Open
from bot.services import Host
from bot.ui.commands import CHOICES_LIMIT, Suggestions
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press


class Today(commands.Cog):
    """Today's question."""

    def __init__(self, host: Host) -> None:
        self.today_service = host.services.today
        self.history = host.services.history
        self.choices = host.services.choices

    @app_commands.command(name="today", description="Today's question, wherever one is, and how you stand.")
    @app_commands.guild_only()
    @app_commands.describe(date="Look back: a date, a number or words of a past question")
    async def today(self, interaction: Interaction, date: str | None = None) -> None:
        """Show the open questions, or look back at one."""
        request = Request(interaction)
        if date is None:
            await request.answer(replies.reply(await self._open(request)))
        else:
            past = await self.history.find(request.guild_id, date, request.user_id, request.sees)
            await request.answer(history_replies.reply(past))

    @today.autocomplete("date")
    async def complete_date(self, interaction: Interaction, current: str) -> Suggestions:
        """Offer past questions by date, number and title."""
        request = Request(interaction)
        found = await self.history.suggest(request.guild_id, current, CHOICES_LIMIT, request.sees)
        shown = [history_replies.suggestion(*entry) for entry in found]
        return [app_commands.Choice(name=name, value=value) for name, value in shown]

    @on_press("today", "a")
    @on_press("today", "b")
    @on_press("today", "c")
    @on_press("today", "d")
    async def choose(self, click: Click) -> None:
        """Take a choice and show it in place, between the other open questions."""
        tap = Tap(click.guild_id, click.subject_id, click.user_id, click.name, click.action)
        outcome = await self.choices.choose(tap)
        if isinstance(outcome, Chosen):
            await click.replace(replies.reply(await self._open(click)))
        else:
            await click.answer(choice_replies.reply(outcome))

    async def _open(self, request: Request) -> Open:
        return await self.today_service.show(
            request.guild_id, request.user_id, request.sees, organiser=request.organiser
        )


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Today(host))

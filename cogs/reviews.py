"""Reviewing and voting: the buttons on an answer, the review form, and whether reviewers are named."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.reviews import replies
from bot.features.reviews.outcomes import Reviewer
from bot.services import Host
from bot.ui.commands import organisers_only, subcommand
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press, on_submit

YES_NO = [app_commands.Choice(name=word, value=word) for word in ("yes", "no")]


class Reviews(commands.Cog):
    """What members do with each other's answers."""

    def __init__(self, host: Host) -> None:
        self.reviews = host.services.reviews

    @on_press("reviews", "review")
    async def review(self, click: Click) -> None:
        """Open the form for an answer."""
        outcome = await self.reviews.form(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @on_press("reviews", "another")
    async def another(self, click: Click) -> None:
        """Open the form for the answer to a question that needs a review most."""
        outcome = await self.reviews.another(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @on_submit("reviews", "submit")
    async def submit(self, click: Click) -> None:
        """Take a review; what cannot be taken comes back."""
        written = replies.read_form(click.ticks, click.texts)
        reviewer = Reviewer(click.user_id, click.name)
        outcome = await self.reviews.review(click.guild_id, click.subject_id, reviewer, written, click.sees)
        await click.answer(replies.reply(outcome, written))

    @on_press("reviews", "withdraw")
    async def withdraw(self, click: Click) -> None:
        """Take one's review back."""
        outcome = await self.reviews.withdraw(click.guild_id, click.subject_id, click.user_id)
        await click.replace(replies.reply(outcome))

    @on_press("reviews", "vote")
    async def vote(self, click: Click) -> None:
        """Give one's upvote, or take it back."""
        outcome = await self.reviews.vote(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @on_press("reviews", "read")
    async def read(self, click: Click) -> None:
        """Show what was said of an answer."""
        outcome = await self.reviews.read(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @subcommand("manage", "reviews", "Show reviews with or without their authors' names.")
    @app_commands.describe(anonymous="Yes: an answer's author reads “a reviewer” instead of a name")
    @app_commands.choices(anonymous=YES_NO)
    @organisers_only
    async def choose_names(self, interaction: Interaction, anonymous: str) -> None:
        """Choose whether reviews are anonymous."""
        request = Request(interaction)
        outcome = await self.reviews.set_anonymous(request.guild_id, anonymous=anonymous == "yes")
        await request.answer(replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Reviews(host))

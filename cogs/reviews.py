"""Reviewing and voting: the buttons on an answer and the review form."""

from __future__ import annotations

from typing import Any, assert_never

import discord
from discord.ext import commands

from bot.features.reviews import replies
from bot.features.reviews.outcomes import (
    AllReviews,
    Another,
    Closed,
    NotThere,
    Opening,
    Own,
    Reviewer,
    ReviewForm,
    Rewritten,
    Saved,
    TakenBack,
    TooMuch,
    Unseen,
    Voted,
    Written,
)
from bot.services import Host
from bot.ui import forms, reply
from bot.ui.router import Interaction, on_click
from cogs.saved import sight


def written(interaction: Interaction) -> Written | None:
    """Return what a submitted form says, or None where a button was pressed."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Any = interaction.data or {}
    return replies.read_form(forms.ticks(data), forms.values(data))


class Reviews(commands.Cog):
    """What members do with each other's answers."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.reviews = host.services.reviews

    @on_click("reviews", "review")
    async def review(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form for an answer."""
        outcome = await self.reviews.form(
            interaction.guild_id or 0, subject_id, interaction.user.id, sight(interaction)
        )
        await self._open(interaction, outcome)

    @on_click("reviews", "another")
    async def another(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form for the answer to a question that needs a review most."""
        outcome = await self.reviews.another(
            interaction.guild_id or 0, subject_id, interaction.user.id, sight(interaction)
        )
        await self._open(interaction, outcome)

    async def _open(self, interaction: Interaction, outcome: Opening | Another) -> None:
        if isinstance(outcome, ReviewForm):
            await reply.show(interaction, replies.review_form(outcome))
        else:
            await reply.tell(interaction, replies.refusal(outcome))

    @on_click("reviews", "submit")
    async def submit(self, interaction: Interaction, subject_id: int) -> None:
        """Take a review; what cannot be taken comes back."""
        form = written(interaction)
        if form is None:
            await self.review(interaction, subject_id)
            return
        reviewer = Reviewer(interaction.user.id, interaction.user.display_name)
        outcome = await self.reviews.review(
            interaction.guild_id or 0, subject_id, reviewer, form, sight(interaction)
        )
        match outcome:
            case Saved():
                await reply.tell(interaction, replies.saved(outcome))
            case NotThere() | Own() | Unseen() | Closed() | Rewritten() | TooMuch():
                await reply.tell(interaction, replies.returned(replies.refusal(outcome), form))
            case _:
                assert_never(outcome)

    @on_click("reviews", "withdraw")
    async def withdraw(self, interaction: Interaction, subject_id: int) -> None:
        """Take one's review back."""
        outcome = await self.reviews.withdraw(interaction.guild_id or 0, subject_id, interaction.user.id)
        done = isinstance(outcome, TakenBack)
        await reply.replace(interaction, replies.taken_back(outcome) if done else replies.refusal(outcome))

    @on_click("reviews", "vote")
    async def vote(self, interaction: Interaction, subject_id: int) -> None:
        """Give one's upvote, or take it back."""
        outcome = await self.reviews.vote(
            interaction.guild_id or 0, subject_id, interaction.user.id, sight(interaction)
        )
        given = isinstance(outcome, Voted)
        await reply.tell(interaction, replies.voted(outcome) if given else replies.refusal(outcome))

    @on_click("reviews", "read")
    async def read(self, interaction: Interaction, subject_id: int) -> None:
        """Show what was said of an answer."""
        outcome = await self.reviews.read(
            interaction.guild_id or 0, subject_id, interaction.user.id, sight(interaction)
        )
        found = isinstance(outcome, AllReviews)
        await reply.tell(interaction, replies.all_reviews(outcome) if found else replies.refusal(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Reviews(host))

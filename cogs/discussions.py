"""/discuss: a room on any question of the bank."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.discussions import replies
from bot.features.discussions.options import DiscussionOptions
from bot.features.discussions.outcomes import MayNotWrite, WrongPlace
from bot.features.drops.modes import Mode
from bot.features.schedules.zones import guess_zone
from bot.gateway.directory import channel_kind
from bot.services import Host
from bot.ui.commands import Channel, Suggestions
from bot.ui.request import Interaction, Request


class Discussions(commands.Cog):
    """Discussions."""

    def __init__(self, host: Host) -> None:
        self.discussions = host.services.discussions

    @app_commands.command(name="discuss", description="Open a room on any question, now.")
    @app_commands.guild_only()
    @app_commands.describe(
        question="Type a word of it and choose from the list",
        mode="blind: answers are hidden until one has answered (text channels); open: visible at once",
        channel="Where it goes (default: this channel); text, forum or announcement",
    )
    async def discuss(
        self,
        interaction: Interaction,
        question: str,
        mode: Mode | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Begin a discussion."""
        request = Request(interaction)
        wanted = _options(request, question, mode, channel or interaction.channel)
        if isinstance(wanted, DiscussionOptions):
            outcome = await self.discussions.begin(wanted)
        else:
            outcome = wanted
        await request.answer(replies.reply(outcome))

    @discuss.autocomplete("question")
    async def complete_question(self, interaction: Interaction, current: str) -> Suggestions:
        """Suggest the questions that have the typed words."""
        found = await self.discussions.suggest(Request(interaction).guild_id, current)
        return [
            app_commands.Choice(name=replies.suggestion(one), value=str(one.question_id)) for one in found
        ]


def _options(
    request: Request, question: str, mode: Mode | None, place: object
) -> DiscussionOptions | WrongPlace | MayNotWrite:
    """Return what is wanted, or why this person cannot begin a discussion in the place."""
    kind = channel_kind(place)
    if not isinstance(place, Channel) or kind is None:
        return WrongPlace(place.parent_id if isinstance(place, discord.Thread) else None)
    if not request.may_write(place):
        return MayNotWrite(place.id)
    return DiscussionOptions(
        guild_id=request.guild_id,
        user_id=request.user_id,
        question=question,
        channel_id=place.id,
        channel_kind=kind,
        mode=mode,
        zone=guess_zone(request.languages),
    )


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Discussions(host))

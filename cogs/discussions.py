"""/discuss: a room on any question of the bank."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.discussions import replies
from bot.features.discussions.options import DiscussionOptions
from bot.features.discussions.outcomes import Begin
from bot.features.drops.modes import Mode
from bot.gateway.directory import channel_kind
from bot.services import Host
from bot.ui import reply
from bot.ui.router import Interaction
from cogs.organiser import Channel, zone_of


async def complete_question(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Suggest the questions that have the typed words."""
    host: Any = interaction.client
    found = await host.services.discussions.suggest(interaction.guild_id or 0, current)
    return [app_commands.Choice(name=replies.suggestion(one), value=str(one.question_id)) for one in found]


class Discuss(commands.Cog):
    """Discussions."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="discuss", description="Open a room on any question, now.")
    @app_commands.guild_only()
    @app_commands.describe(
        question="Type a word of it and choose from the list",
        mode="blind: answers are hidden until one has answered (text channels); open: visible at once",
        channel="Where it goes (default: this channel); text, forum or announcement",
    )
    @app_commands.autocomplete(question=complete_question)
    async def discuss(
        self,
        interaction: Interaction,
        question: str,
        mode: Mode | None = None,
        channel: Channel | None = None,
    ) -> None:
        """Begin a discussion."""
        place = channel or interaction.channel
        refused = _refuse_place(interaction, place)
        kind = channel_kind(place)
        if refused is not None or kind is None or place is None:
            await reply.tell(interaction, refused or replies.wrong_place(None))
            return
        wish = DiscussionOptions(
            guild_id=interaction.guild_id or 0,
            user_id=interaction.user.id,
            question=question,
            channel_id=place.id,
            channel_kind=kind,
            mode=mode,
            zone=zone_of(interaction),
        )
        outcome = await self.host.services.discussions.begin(wish)
        if isinstance(outcome, Begin):
            await reply.tell(interaction, replies.begun(outcome))
        else:
            await reply.tell(interaction, replies.refusal(outcome))


def _refuse_place(interaction: Interaction, place: object) -> str | None:
    """Return why this person cannot begin a discussion in a place."""
    if isinstance(place, discord.Thread):
        return replies.wrong_place(place.parent_id)
    if not isinstance(place, Channel):
        return replies.wrong_place(None)
    member = interaction.user
    if place.id == interaction.channel_id:
        allowed = interaction.permissions
    elif isinstance(member, discord.Member):
        allowed = place.permissions_for(member)
    else:
        allowed = discord.Permissions.none()
    if allowed.view_channel and allowed.send_messages:
        return None
    return replies.may_not_write(place.id)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Discuss(host))

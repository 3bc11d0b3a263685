"""Saving, /me saved, looking back, and a month as files."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.history import replies
from bot.features.history.outcomes import Exported
from bot.features.saved import replies as saved_replies
from bot.features.saved import rules
from bot.features.saved.outcomes import Opened
from bot.features.saved.service import Sees
from bot.services import Host
from bot.ui import reply
from bot.ui.message import Message
from bot.ui.router import Interaction, on_click

CHOICES_LIMIT = 25


def sight(interaction: Interaction) -> Sees:
    """Return what says of a channel whether whoever asks can see it; None where it was deleted."""
    guild, user = interaction.guild, interaction.user

    def sees(channel_id: int) -> bool | None:
        channel = guild.get_channel(channel_id) if guild else None
        if channel is None or not isinstance(user, discord.Member):
            return None
        return channel.permissions_for(user).view_channel

    return sees


def search_of(interaction: Interaction) -> str:
    """Return what the list was searched for on which a button stands."""
    embeds = interaction.message.embeds if interaction.message else []
    return next((found for e in embeds if (found := saved_replies.search_in(e.footer.text))), "")


async def look_back(host: Host, interaction: Interaction, typed: str) -> Message:
    """Return the past question that was meant."""
    outcome = await host.services.history.find(
        interaction.guild_id or 0, typed, interaction.user.id, sight(interaction)
    )
    return replies.looking(outcome)


async def complete_date(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer past questions by date, number and title."""
    host: Any = interaction.client
    guild_id = interaction.guild_id or 0
    found = await host.services.history.suggest(guild_id, current, CHOICES_LIMIT, sight(interaction))
    shown = [replies.suggestion(*entry) for entry in found]
    return [app_commands.Choice(name=name, value=value) for name, value in shown]


async def complete_month(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the months in which something was asked."""
    host: Any = interaction.client
    wanted = current.strip().casefold()
    months = await host.services.exports.months(interaction.guild_id or 0)
    fitting = [m for m, _ in months if wanted in f"{m.name} {m}".casefold()]
    return [app_commands.Choice(name=m.name, value=str(m)) for m in fitting[:CHOICES_LIMIT]]


async def hand_over_month(host: Host, interaction: Interaction, typed: str | None) -> None:
    """Reply with a month as files; writing them can take longer than Discord waits."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    server = interaction.guild.name if interaction.guild else ""
    outcome = await host.services.exports.export(interaction.guild_id or 0, typed, server, sight(interaction))
    said = replies.exported(outcome)
    if not isinstance(outcome, Exported):
        await reply.tell(interaction, said)
        return
    files = [discord.File(io.BytesIO(file.data), file.name) for file in outcome.files]
    await reply.hand_over(interaction, said, files)


class Keeping(commands.Cog):
    """What members keep."""

    me = app_commands.Group(name="me", description="What is yours.", guild_only=True)

    def __init__(self, host: Host) -> None:
        self.host = host
        self.keeping = host.services.saved

    @on_click("keeping", "save")
    async def press_save(self, interaction: Interaction, subject_id: int) -> None:
        """Save an answer, or take it out."""
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        outcome = await self.keeping.press(guild_id, subject_id, user_id, sight(interaction))
        await reply.tell(interaction, saved_replies.pressed(outcome))

    @on_click("keeping", "save_model")
    async def press_save_model(self, interaction: Interaction, subject_id: int) -> None:
        """Save a model answer, or take it out."""
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        outcome = await self.keeping.press_model(guild_id, subject_id, user_id, sight(interaction))
        await reply.tell(interaction, saved_replies.pressed(outcome))

    @me.command(name="saved", description="The answers and model answers that you saved.")
    @app_commands.describe(search="Only those that hold all of these words")
    async def saved(self, interaction: Interaction, search: str | None = None) -> None:
        """Show the list."""
        await reply.tell(interaction, await self._list(interaction, rules.clean_search(search), 0))

    @on_click("keeping", "page")
    async def press_page(self, interaction: Interaction, subject_id: int) -> None:
        """Turn to a page."""
        await reply.replace(interaction, await self._list(interaction, search_of(interaction), subject_id))

    @on_click("keeping", "everything")
    async def press_everything(self, interaction: Interaction, subject_id: int) -> None:
        """Show the list without the search."""
        await reply.replace(interaction, await self._list(interaction, "", subject_id))

    async def _list(self, interaction: Interaction, search: str, page: int) -> Message:
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        return saved_replies.listed(
            await self.keeping.list_page(guild_id, user_id, search, page, sight(interaction))
        )

    @on_click("keeping", "open")
    async def press_open(self, interaction: Interaction, subject_id: int) -> None:
        """Show an entry whole."""
        outcome = await self.keeping.open(
            interaction.guild_id or 0,
            interaction.user.id,
            subject_id,
            search_of(interaction),
            sight(interaction),
        )
        shown = (
            saved_replies.opened(outcome) if isinstance(outcome, Opened) else saved_replies.listed(outcome)
        )
        await reply.replace(interaction, shown)

    @on_click("keeping", "back")
    async def press_back(self, interaction: Interaction, subject_id: int) -> None:
        """Go back to the page of the list on which an entry stands."""
        outcome = await self.keeping.back(
            interaction.guild_id or 0,
            interaction.user.id,
            subject_id,
            search_of(interaction),
            sight(interaction),
        )
        await reply.replace(interaction, saved_replies.listed(outcome))

    @on_click("keeping", "remove")
    async def press_remove(self, interaction: Interaction, subject_id: int) -> None:
        """Take an entry out."""
        outcome = await self.keeping.remove(
            interaction.guild_id or 0,
            interaction.user.id,
            subject_id,
            search_of(interaction),
            sight(interaction),
        )
        await reply.replace(interaction, saved_replies.listed(outcome))

    @on_click("keeping", "past")
    async def press_past(self, interaction: Interaction, subject_id: int) -> None:
        """Turn to a page of a past question."""
        drop_id, page = replies.of_page(subject_id)
        outcome = await self.host.services.history.look(
            interaction.guild_id or 0, drop_id, interaction.user.id, sight(interaction)
        )
        await reply.replace(interaction, replies.looking(outcome, page))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Keeping(host))

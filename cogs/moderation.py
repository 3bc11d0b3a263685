"""Reporting an answer, and what organisers decide about reports."""

from __future__ import annotations

from typing import Any, assert_never

import discord
from discord.ext import commands

from bot.features.answers.outcomes import Author
from bot.features.moderation import replies, rules
from bot.features.moderation.outcomes import (
    Case,
    Decided,
    Deciding,
    NoReason,
    NotThere,
    Own,
    Reported,
    ReportedBefore,
    ReportForm,
    Unseen,
)
from bot.gateway.directory import ORGANISERS_ALONE, organises
from bot.services import Host
from bot.ui import forms, reply
from bot.ui.router import Interaction, on_click
from cogs.saved import sight
from cogs.organiser import may_organise


class Moderation(commands.Cog):
    """What members report and organisers decide."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.moderation = host.services.moderation

    @on_click("moderation", "report")
    async def report(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form for a report."""
        outcome = await self.moderation.form(
            interaction.guild_id or 0, subject_id, interaction.user.id, sight(interaction)
        )
        if isinstance(outcome, ReportForm):
            await reply.show(interaction, replies.report_form(outcome))
        else:
            await reply.tell(interaction, replies.refusal(outcome))

    @on_click("moderation", "send")
    async def send(self, interaction: Interaction, subject_id: int) -> None:
        """Take a report; a reason that cannot be taken comes back."""
        if interaction.type is not discord.InteractionType.modal_submit:
            await self.report(interaction, subject_id)
            return
        data: Any = interaction.data or {}
        typed = forms.values(data).get("reason", "")
        person = interaction.user
        reporter = Author(person.id, person.display_name, None)
        outcome = await self.moderation.report(
            interaction.guild_id or 0, subject_id, reporter, typed, sight(interaction)
        )
        match outcome:
            case Reported():
                await reply.tell(interaction, replies.reported(outcome))
            case NoReason() | NotThere() | Own() | Unseen() | ReportedBefore():
                await reply.tell(interaction, replies.returned(replies.refusal(outcome), typed))
            case _:
                assert_never(outcome)

    @on_click("moderation", "show")
    async def show(self, interaction: Interaction, subject_id: int) -> None:
        """Show a report to the organiser who asks."""
        if await self._refused(interaction):
            return
        outcome = await self.moderation.show(interaction.guild_id or 0, subject_id)
        found = isinstance(outcome, Case)
        await reply.tell(interaction, replies.show(outcome) if found else replies.NO_REPORT)

    @on_click("moderation", "hide")
    async def hide(self, interaction: Interaction, subject_id: int) -> None:
        """Hide the answer, as it was shown beside the button."""
        report_id, seen = rules.of_button(subject_id)
        if not await self._refused(interaction):
            guild_id, user_id = interaction.guild_id or 0, interaction.user.id
            outcome = await self.moderation.hide(guild_id, report_id, user_id, seen)
            await self._answer(interaction, outcome)

    @on_click("moderation", "dismiss")
    async def dismiss(self, interaction: Interaction, subject_id: int) -> None:
        """Leave the answer as it was shown beside the button."""
        report_id, seen = rules.of_button(subject_id)
        if not await self._refused(interaction):
            guild_id, user_id = interaction.guild_id or 0, interaction.user.id
            outcome = await self.moderation.dismiss(guild_id, report_id, user_id, seen)
            await self._answer(interaction, outcome)

    @on_click("moderation", "show_again")
    async def show_again(self, interaction: Interaction, subject_id: int) -> None:
        """Undo a hiding."""
        if not await self._refused(interaction):
            guild_id, user_id = interaction.guild_id or 0, interaction.user.id
            await self._answer(interaction, await self.moderation.show_again(guild_id, subject_id, user_id))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Post the open reports of a channel that was deleted where organisers can read them."""
        await self.moderation.channel_lost(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Take names and texts out of the reports in a channel that others read now, or put them in again."""
        if _let_in(before) != _let_in(after):
            await self.moderation.readers_changed(after.guild.id, after.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Do the same where a role's permissions have changed."""
        was, now = before.permissions, after.permissions
        if (was.view_channel, organises(was)) != (now.view_channel, organises(now)):
            await self.moderation.readers_changed(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_create(self, role: discord.Role) -> None:
        """Do the same for a new role that sees channels which @everyone does not."""
        if role.permissions.view_channel and not role.guild.default_role.permissions.view_channel:
            await self.moderation.readers_changed(role.guild.id)

    async def _refused(self, interaction: Interaction) -> bool:
        refusal = may_organise(interaction)
        if refusal:
            await reply.tell(interaction, refusal)
        return refusal is not None

    async def _answer(self, interaction: Interaction, outcome: Deciding) -> None:
        """Say what was done, in place of the report where it was shown to this organiser alone."""
        if not isinstance(outcome, Decided):
            await reply.replace(interaction, replies.undecided(outcome))
            return
        room_id = outcome.case.drop.room_id
        if room_id is None:
            await reply.replace(interaction, replies.decided(outcome))
            return
        entry = await self.host.services.transport.way_in(room_id, None)
        await reply.replace(interaction, replies.decided(outcome, entry))


def _let_in(channel: discord.abc.GuildChannel) -> dict[int, bool]:
    """Map the roles and people that a channel lets in or keeps out."""
    said = {target.id: overwrite.view_channel for target, overwrite in channel.overwrites.items()}
    return {target_id: seen for target_id, seen in said.items() if seen is not None}


async def choose_log_channel(
    host: Host, interaction: Interaction, channel: discord.TextChannel | None
) -> None:
    """Choose where reports go, or without a channel say where they do; name who else reads there."""
    guild_id, moderation = interaction.guild_id or 0, host.services.moderation
    directory = host.services.directory
    if channel is None:
        outcome = await moderation.log_channel(guild_id)
        chosen = outcome.channel_id or 0
        missing = directory.missing(guild_id, chosen, replies.LABELS)
        readers = ORGANISERS_ALONE if missing is None else await directory.readers(guild_id, chosen)
        await reply.tell(interaction, replies.log_channel(outcome, missing, readers))
        return
    missing = directory.missing(guild_id, channel.id, replies.LABELS)
    if missing != () or directory.everybody_reads(guild_id, channel.id):
        await reply.tell(interaction, replies.unfit_channel(channel.id, missing))
        return
    outcome = await moderation.set_log_channel(guild_id, channel.id)
    readers = await directory.readers(guild_id, channel.id)
    await reply.tell(interaction, replies.log_channel_set(outcome, readers))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Moderation(host))

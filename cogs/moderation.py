"""Reporting an answer, and what organisers decide about reports."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.answers.outcomes import Author
from bot.features.moderation import replies, rules
from bot.features.moderation.outcomes import Decided, Deciding, ReportsGo, ReportsGoNow, UnfitChannel
from bot.gateway.directory import ORGANISERS_ALONE, organises
from bot.services import Host
from bot.ui.commands import organisers_only, subcommand
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press, on_submit, organisers_alone


class Moderation(commands.Cog):
    """What members report and organisers decide."""

    def __init__(self, host: Host) -> None:
        self.moderation = host.services.moderation
        self.directory = host.services.directory
        self.transport = host.services.transport

    @on_press("moderation", "report")
    async def report(self, click: Click) -> None:
        """Open the form for a report."""
        outcome = await self.moderation.form(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @on_submit("moderation", "send")
    async def send(self, click: Click) -> None:
        """Take a report; a reason that cannot be taken comes back."""
        reason, reporter = click.texts.get("reason", ""), Author(click.user_id, click.name, None)
        outcome = await self.moderation.report(click.guild_id, click.subject_id, reporter, reason, click.sees)
        await click.answer(replies.reply(outcome, reason))

    @on_press("moderation", "show")
    @organisers_alone
    async def show(self, click: Click) -> None:
        """Show a report to the organiser who asks."""
        outcome = await self.moderation.show(click.guild_id, click.subject_id)
        await click.answer(replies.reply(outcome))

    @on_press("moderation", "hide")
    @organisers_alone
    async def hide(self, click: Click) -> None:
        """Hide the answer, as it was shown beside the button."""
        report_id, seen = rules.of_button(click.subject_id)
        await self._say(click, await self.moderation.hide(click.guild_id, report_id, click.user_id, seen))

    @on_press("moderation", "dismiss")
    @organisers_alone
    async def dismiss(self, click: Click) -> None:
        """Leave the answer as it was shown beside the button."""
        report_id, seen = rules.of_button(click.subject_id)
        await self._say(click, await self.moderation.dismiss(click.guild_id, report_id, click.user_id, seen))

    @on_press("moderation", "show_again")
    @organisers_alone
    async def show_again(self, click: Click) -> None:
        """Undo a hiding."""
        report_id = click.subject_id
        await self._say(click, await self.moderation.show_again(click.guild_id, report_id, click.user_id))

    async def _say(self, click: Click, outcome: Deciding) -> None:
        """Say what was done, in place of the report where it was shown to this organiser alone."""
        if isinstance(outcome, Decided) and (room_id := outcome.case.drop.room_id) is not None:
            outcome = replace(outcome, entry=await self.transport.way_in(room_id, None))
        await click.replace(replies.reply(outcome))

    @subcommand("manage", "log", "The channel where organisers read reports of answers.")
    @app_commands.describe(channel="A channel that only organisers see (without it: which one is chosen)")
    @organisers_only
    async def log(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Choose where reports go, or show it; name who else reads there."""
        request = Request(interaction)
        if channel is None:
            outcome = await self._where(request.guild_id)
        else:
            outcome = await self._choose(request.guild_id, channel.id)
        await request.answer(replies.reply(outcome))

    async def _where(self, guild_id: int) -> ReportsGo:
        found = await self.moderation.log_channel(guild_id)
        chosen = found.channel_id or 0
        missing = self.directory.missing(guild_id, chosen, replies.LABELS)
        readers = ORGANISERS_ALONE if missing is None else await self.directory.readers(guild_id, chosen)
        return ReportsGo(found, missing, readers)

    async def _choose(self, guild_id: int, channel_id: int) -> ReportsGoNow | UnfitChannel:
        missing = self.directory.missing(guild_id, channel_id, replies.LABELS)
        if missing != () or self.directory.everybody_reads(guild_id, channel_id):
            return UnfitChannel(channel_id, missing)
        chosen = await self.moderation.set_log_channel(guild_id, channel_id)
        return ReportsGoNow(chosen, await self.directory.readers(guild_id, channel_id))

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


def _let_in(channel: discord.abc.GuildChannel) -> dict[int, bool]:
    """Map the roles and people that a channel lets in or keeps out."""
    said = {target.id: overwrite.view_channel for target, overwrite in channel.overwrites.items()}
    return {target_id: seen for target_id, seen in said.items() if seen is not None}


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Moderation(host))

"""/setup and /manage schedule: when and where questions go, for organisers."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.features.drops.permissions import needed_permissions
from bot.features.schedules import options, replies
from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.outcomes import (
    NoSchedule,
    NotOrganising,
    Panel,
    Refused,
    Saved,
    TryingAgain,
    Unchosen,
    WrongChannel,
)
from bot.features.schedules.zones import guess_zone
from bot.gateway.directory import channel_kind
from bot.services import Host
from bot.ui.commands import Channel, organisers_only, subcommand
from bot.ui.message import Message
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press, organisers_alone
from cogs.schedule_options import one_schedule, schedule_options


class Schedules(commands.Cog):
    """What organisers set up, change, pause and remove."""

    def __init__(self, host: Host) -> None:
        self.schedules = host.services.schedules
        self.directory = host.services.directory

    @app_commands.command(name="setup", description="Start the study group: a question a day in a channel.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @organisers_only
    @schedule_options
    @app_commands.describe(
        channel="Where the question goes (default: this channel); text, forum or announcement"
    )
    async def setup(
        self, interaction: Interaction, typed: ScheduleOptions, channel: Channel | None = None
    ) -> None:
        """Make or change the schedule of a channel."""
        request, outcome = Request(interaction), _put_into(channel or interaction.channel, typed)
        if isinstance(outcome, ScheduleOptions):
            zone = guess_zone(request.languages)
            outcome = await self.schedules.set_up(request.guild_id, request.user_id, outcome, zone)
        await request.answer(self._reply(outcome))

    @subcommand("manage schedule", "add", "Add a further schedule, perhaps in another channel.")
    @organisers_only
    @schedule_options
    @app_commands.describe(channel="Where the question goes; text, forum or announcement")
    async def add(self, interaction: Interaction, typed: ScheduleOptions, channel: Channel) -> None:
        request, outcome = Request(interaction), _put_into(channel, typed)
        if isinstance(outcome, ScheduleOptions):
            zone = guess_zone(request.languages)
            outcome = await self.schedules.add(request.guild_id, request.user_id, outcome, zone)
        await request.answer(self._reply(outcome))

    @subcommand("manage schedule", "edit", "Change a schedule: only what you name is changed.")
    @organisers_only
    @schedule_options
    @one_schedule
    @app_commands.describe(channel="Move it to another channel", no_ping="Ping nobody any more")
    async def edit(
        self,
        interaction: Interaction,
        typed: ScheduleOptions,
        schedule: str | None = None,
        channel: Channel | None = None,
        no_ping: bool = False,  # noqa: FBT001, FBT002 Discord's boolean option
    ) -> None:
        """Change a schedule."""
        request, typed = Request(interaction), replace(typed, no_role=no_ping)
        outcome = typed if channel is None else _put_into(channel, typed)
        if isinstance(outcome, ScheduleOptions):
            found = await self._which(request, schedule)
            known = isinstance(found, int)
            outcome = await self.schedules.edit(request.guild_id, found, outcome) if known else found
        await request.answer(self._reply(outcome))

    @subcommand("manage schedule", "list", "Show all schedules of this server.")
    @organisers_only
    async def list_all(self, interaction: Interaction) -> None:
        request = Request(interaction)
        await request.answer(replies.reply(await self.schedules.listing(request.guild_id)))

    @subcommand("manage schedule", "pause", "Post nothing more until it is resumed.")
    @one_schedule
    @organisers_only
    async def pause(self, interaction: Interaction, schedule: str | None = None) -> None:
        request, found = await self._asked(interaction, schedule)
        outcome = await self.schedules.pause(request.guild_id, found) if isinstance(found, int) else found
        await request.answer(replies.reply(outcome))

    @subcommand("manage schedule", "resume", "Go on after a pause.")
    @one_schedule
    @organisers_only
    async def resume(self, interaction: Interaction, schedule: str | None = None) -> None:
        request, found = await self._asked(interaction, schedule)
        outcome = await self.schedules.resume(request.guild_id, found) if isinstance(found, int) else found
        await request.answer(replies.reply(outcome))

    @subcommand("manage schedule", "skip", "Leave out the next question, for a holiday perhaps.")
    @one_schedule
    @organisers_only
    async def skip(self, interaction: Interaction, schedule: str | None = None) -> None:
        request, found = await self._asked(interaction, schedule)
        outcome = await self.schedules.skip(request.guild_id, found) if isinstance(found, int) else found
        await request.answer(replies.reply(outcome))

    @subcommand("manage schedule", "remove", "End a schedule for good; answers and points stay.")
    @one_schedule
    @organisers_only
    async def remove(self, interaction: Interaction, schedule: str | None = None) -> None:
        request, found = await self._asked(interaction, schedule)
        outcome = await self.schedules.remove(request.guild_id, found) if isinstance(found, int) else found
        await request.answer(replies.reply(outcome))

    @subcommand("manage schedule", "post-now", "Post a question now, besides the scheduled ones.")
    @one_schedule
    @organisers_only
    async def post_now(self, interaction: Interaction, schedule: str | None = None) -> None:
        request, found = await self._asked(interaction, schedule)
        outcome = await self.schedules.post_now(request.guild_id, found) if isinstance(found, int) else found
        await request.answer(replies.reply(outcome))

    @subcommand("manage", "health", "Last and next question, what failed and what to do.")
    @organisers_only
    async def health(self, interaction: Interaction) -> None:
        """Show the state of all schedules, as Discord and the database are now."""
        request = Request(interaction)
        await request.answer(replies.reply(await self.schedules.look(self.directory, request.guild_id)))

    @on_press("daily", "post_now")
    @organisers_alone
    async def press_post_now(self, click: Click) -> None:
        """Post a question from the panel."""
        outcome = await self.schedules.post_now(click.guild_id, click.subject_id)
        await click.answer(replies.reply(outcome))

    @on_press("daily", "panel")
    @organisers_alone
    async def press_panel(self, click: Click) -> None:
        """Show the panel anew."""
        outcome = await self.schedules.get(click.guild_id, click.subject_id)
        await click.replace(self._reply(outcome))

    @on_press("daily", "try_again")
    @organisers_alone
    async def press_try_again(self, click: Click) -> None:
        """Try what waits in this server now."""
        await self.schedules.try_again(click.guild_id)
        await click.replace(replies.reply(TryingAgain()))

    @on_press("daily", "retry")
    async def press_retry(self, click: Click) -> None:
        """Try again from a notice, which may stand in a direct message: who may is asked of the server."""
        guild_id = click.subject_id
        if not await self.directory.may_organise(guild_id, click.user_id):
            await click.answer(replies.reply(NotOrganising()))
            return
        await self.schedules.try_again(guild_id)
        await click.answer(replies.reply(TryingAgain(elsewhere=True)))

    async def _asked(self, interaction: Interaction, typed: str | None) -> tuple[Request, int | Unchosen]:
        """Return who asks, and the id of the schedule that they mean."""
        request = Request(interaction)
        return request, await self._which(request, typed)

    async def _which(self, request: Request, typed: str | None) -> int | Unchosen:
        names = {channel.id: channel.name for channel in request.guild.channels} if request.guild else {}
        return options.choose(typed, await self.schedules.list_all(request.guild_id), names)

    def _reply(self, outcome: Saved | Refused | NoSchedule | WrongChannel | Unchosen) -> Message:
        """Return the panel of a schedule that was saved, with the permissions as they are now."""
        if not isinstance(outcome, Saved):
            return replies.reply(outcome)
        schedule, directory = outcome.schedule, self.directory
        guild_id, channel_id, role_id = schedule.guild_id, schedule.channel_id, schedule.role_id
        needed = needed_permissions(schedule.channel_kind, schedule.mode, schedule.kind)
        missing = directory.missing(guild_id, channel_id, needed)
        rings = not role_id or directory.can_ping(guild_id, channel_id, role_id)
        lacks_tag = directory.lacks_tag(guild_id, channel_id)
        return replies.reply(Panel(outcome, missing, rings, lacks_tag))


def _put_into(channel: object, typed: ScheduleOptions) -> ScheduleOptions | WrongChannel:
    """Put the chosen channel into what was typed; refuse those where no question can be posted.

    Missing permissions are no refusal: what was typed is saved, and the panel names them.
    """
    kind = channel_kind(channel)
    if kind is None or not isinstance(channel, Channel):
        return WrongChannel()
    return replace(typed, channel_id=channel.id, channel_kind=kind)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Schedules(host))

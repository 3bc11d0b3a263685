"""/manage: schedules and health, for organisers."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.reviews import replies as review_replies
from bot.features.schedules import replies
from bot.features.schedules.options import Refused, ScheduleOptions
from bot.features.schedules.outcomes import AlreadyPosting, NoSchedule, Posting, Saved, Skipped
from bot.services import Host
from bot.ui import reply, text
from bot.ui.router import Interaction, on_click
from cogs.saved import complete_month, hand_over_month
from cogs.moderation import choose_log_channel
from cogs.schedule_options import schedule_options
from cogs.organiser import (
    Channel,
    complete_schedule,
    may_organise,
    organisers_only,
    panel_of,
    schedule_id,
    wish,
    zone_of,
)

YES_NO = [app_commands.Choice(name=word, value=word) for word in ("yes", "no")]
GONE = "That schedule is not there any more: `/manage schedule list` shows those that are."


class Manage(commands.Cog):
    """What organisers do after /setup."""

    manage = app_commands.Group(
        name="manage",
        description="For organisers: schedules and health.",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )
    schedule = app_commands.Group(name="schedule", description="When and where questions go.", parent=manage)
    question = app_commands.Group(name="question", description="What was asked.", parent=manage)

    def __init__(self, host: Host) -> None:
        self.host = host

    @schedule.command(name="list", description="Show all schedules of this server.")
    @organisers_only
    async def list_all(self, interaction: Interaction) -> None:
        """Show the schedules."""
        rows = await self.host.services.schedules.list_all(interaction.guild_id or 0)
        await reply.tell(interaction, replies.schedules(rows))

    @schedule.command(name="add", description="Add a further schedule, perhaps in another channel.")
    @organisers_only
    @schedule_options
    @app_commands.describe(channel="Where the question goes; text, forum or announcement")
    async def add(self, interaction: Interaction, typed: ScheduleOptions, channel: Channel) -> None:
        """Add a schedule."""
        wanted = wish(channel, typed)
        if isinstance(wanted, Refused):
            await reply.tell(interaction, wanted.sentence)
            return
        outcome = await self.host.services.schedules.add(
            interaction.guild_id or 0, interaction.user.id, wanted, zone_of(interaction)
        )
        await self._answer(interaction, outcome)

    @schedule.command(name="edit", description="Change a schedule: only what you name is changed.")
    @organisers_only
    @schedule_options
    @app_commands.describe(
        schedule="Which one (not needed when there is only one)",
        channel="Move it to another channel",
        no_ping="Ping nobody any more",
    )
    @app_commands.autocomplete(schedule=complete_schedule)
    async def edit(
        self,
        interaction: Interaction,
        typed: ScheduleOptions,
        schedule: str | None = None,
        channel: Channel | None = None,
        no_ping: bool = False,  # noqa: FBT001, FBT002 Discord's boolean option
    ) -> None:
        """Change a schedule."""
        guild_id = interaction.guild_id or 0
        wanted = wish(channel, replace(typed, no_role=no_ping))
        found = await schedule_id(self.host, guild_id, schedule)
        if isinstance(wanted, Refused) or isinstance(found, Refused):
            refused = wanted if isinstance(wanted, Refused) else found
            await reply.tell(interaction, refused.sentence if isinstance(refused, Refused) else GONE)
            return
        await self._answer(interaction, await self.host.services.schedules.edit(guild_id, found, wanted))

    @schedule.command(name="pause", description="Post nothing more until it is resumed.")
    @app_commands.describe(schedule="Which one (not needed when there is only one)")
    @app_commands.autocomplete(schedule=complete_schedule)
    @organisers_only
    async def pause(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Pause a schedule."""
        if (found := await self._which(interaction, schedule)) is None:
            return
        outcome = await self.host.services.schedules.pause(interaction.guild_id or 0, found)
        if isinstance(outcome, NoSchedule):
            await reply.tell(interaction, GONE)
            return
        await reply.tell(
            interaction,
            f"Paused in <#{outcome.channel_id}>. An open question still gets its reveal; "
            "`/manage schedule resume` goes on.",
        )

    @schedule.command(name="resume", description="Go on after a pause.")
    @app_commands.describe(schedule="Which one (not needed when there is only one)")
    @app_commands.autocomplete(schedule=complete_schedule)
    @organisers_only
    async def resume(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Resume a schedule."""
        if (found := await self._which(interaction, schedule)) is None:
            return
        outcome = await self.host.services.schedules.resume(interaction.guild_id or 0, found)
        if isinstance(outcome, NoSchedule):
            await reply.tell(interaction, GONE)
            return
        next_at = f"{text.when(outcome.next_run_at, 'F')} ({text.when(outcome.next_run_at, 'R')})"
        await reply.tell(interaction, f"Going on in <#{outcome.channel_id}>: next question {next_at}.")

    @schedule.command(name="skip", description="Leave out the next question, for a holiday perhaps.")
    @app_commands.describe(schedule="Which one (not needed when there is only one)")
    @app_commands.autocomplete(schedule=complete_schedule)
    @organisers_only
    async def skip(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Skip an occurrence."""
        if (found := await self._which(interaction, schedule)) is None:
            return
        outcome = await self.host.services.schedules.skip(interaction.guild_id or 0, found)
        match outcome:
            case Skipped(of_schedule, skipped, next_at):
                await reply.tell(
                    interaction,
                    replies.skipped(of_schedule, skipped.at, next_at),
                )
            case NoSchedule():
                await reply.tell(interaction, GONE)
            case _:
                assert_never(outcome)

    @schedule.command(name="remove", description="End a schedule for good; answers and points stay.")
    @app_commands.describe(schedule="Which one (not needed when there is only one)")
    @app_commands.autocomplete(schedule=complete_schedule)
    @organisers_only
    async def remove(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Remove a schedule."""
        if (found := await self._which(interaction, schedule)) is None:
            return
        outcome = await self.host.services.schedules.remove(interaction.guild_id or 0, found)
        await reply.tell(
            interaction,
            GONE
            if isinstance(outcome, NoSchedule)
            else replies.removed(outcome, await self.host.services.schedules.list_all(outcome.guild_id)),
        )

    @schedule.command(name="post-now", description="Post a question now, besides the scheduled ones.")
    @app_commands.describe(schedule="Which one (not needed when there is only one)")
    @app_commands.autocomplete(schedule=complete_schedule)
    @organisers_only
    async def post_now(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Post a question."""
        if (found := await self._which(interaction, schedule)) is not None:
            await self._post(interaction, found)

    @manage.command(name="health", description="Last and next question, what failed and what to do.")
    @organisers_only
    async def health(self, interaction: Interaction) -> None:
        """Show the state of all schedules."""
        report = await self.host.services.schedules.health(interaction.guild_id or 0)
        await reply.tell(interaction, replies.health(report))

    @manage.command(name="reviews", description="Show reviews with or without their authors' names.")
    @app_commands.describe(anonymous="Yes: an answer's author reads “a reviewer” instead of a name")
    @app_commands.choices(anonymous=YES_NO)
    @organisers_only
    async def reviews(self, interaction: Interaction, anonymous: str) -> None:
        """Choose whether reviews are anonymous."""
        wanted = anonymous == "yes"
        await self.host.services.reviews.set_anonymous(interaction.guild_id or 0, anonymous=wanted)
        await reply.tell(interaction, review_replies.anonymity(anonymous=wanted))

    @manage.command(name="log", description="The channel where organisers read reports of answers.")
    @app_commands.describe(channel="A channel that only organisers see (without it: which one is chosen)")
    @organisers_only
    async def log(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Choose where reports go, or show it."""
        await choose_log_channel(self.host, interaction, channel)

    @question.command(name="export", description="A month of questions and answers as a Markdown file.")
    @app_commands.describe(month="Which one (default: this month)")
    @app_commands.autocomplete(month=complete_month)
    @organisers_only
    async def export(self, interaction: Interaction, month: str | None = None) -> None:
        """Hand a month over."""
        await hand_over_month(self.host, interaction, month)

    @on_click("daily", "post_now")
    async def press_post_now(self, interaction: Interaction, subject_id: int) -> None:
        """Post a question from the panel."""
        refusal = may_organise(interaction)
        if refusal:
            await reply.tell(interaction, refusal)
        else:
            await self._post(interaction, subject_id)

    @on_click("daily", "panel")
    async def press_panel(self, interaction: Interaction, subject_id: int) -> None:
        """Show the panel anew."""
        refusal = may_organise(interaction)
        if refusal:
            await reply.tell(interaction, refusal)
            return
        outcome = await self.host.services.schedules.get(interaction.guild_id or 0, subject_id)
        gone = isinstance(outcome, NoSchedule)
        await reply.replace(interaction, GONE if gone else panel_of(self.host, outcome))

    @on_click("daily", "try_again")
    async def press_try_again(self, interaction: Interaction, subject_id: int) -> None:
        """Try what waits in this server now."""
        del subject_id
        refusal = may_organise(interaction)
        if refusal:
            await reply.tell(interaction, refusal)
            return
        await self.host.services.schedules.try_again(interaction.guild_id or 0)
        await reply.replace(interaction, "Trying again now: `/manage health` shows in a moment how it went.")

    @on_click("daily", "retry")
    async def press_retry(self, interaction: Interaction, subject_id: int) -> None:
        """Try again from a notice, which may stand in a direct message: who may is asked of the server."""
        if not await self.host.services.directory.may_organise(subject_id, interaction.user.id):
            await reply.tell(interaction, "That is for the organisers of a server I am in: ask one of them.")
            return
        await self.host.services.schedules.try_again(subject_id)
        await reply.tell(interaction, "Trying again now: `/manage health` in the server shows how it went.")

    async def _which(self, interaction: Interaction, typed: str | None) -> int | None:
        found = await schedule_id(self.host, interaction.guild_id or 0, typed)
        if isinstance(found, Refused):
            await reply.tell(interaction, found.sentence)
            return None
        return found

    async def _answer(self, interaction: Interaction, outcome: Saved | Refused | NoSchedule) -> None:
        match outcome:
            case Saved():
                await reply.tell(interaction, panel_of(self.host, outcome))
            case Refused(sentence):
                await reply.tell(interaction, sentence)
            case NoSchedule():
                await reply.tell(interaction, GONE)
            case _:
                assert_never(outcome)

    async def _post(self, interaction: Interaction, found: int) -> None:
        outcome = await self.host.services.schedules.post_now(interaction.guild_id or 0, found)
        match outcome:
            case Posting(schedule, _):
                await reply.tell(interaction, f"On its way: look in <#{schedule.channel_id}>.")
            case AlreadyPosting(drop) if drop.state == "planned":
                await reply.tell(
                    interaction,
                    f"Question {drop.number} is still waiting to be posted in <#{drop.channel_id}>: "
                    "`/manage health` says what for.",
                )
            case AlreadyPosting(drop):
                await reply.tell(
                    interaction, f"A question was asked for a moment ago: look in <#{drop.channel_id}>."
                )
            case Refused(sentence):
                await reply.tell(interaction, sentence)
            case NoSchedule():
                await reply.tell(interaction, GONE)
            case _:
                assert_never(outcome)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Manage(host))

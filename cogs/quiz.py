"""/quiz and the buttons of a quiz."""

from __future__ import annotations

from typing import Any, assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.drops.permissions import PERMISSION_LABELS
from bot.features.practice import replies as practice_replies
from bot.features.quiz import messages, replies, rules
from bot.features.quiz.options import QuizOptions
from bot.features.quiz.outcomes import (
    AlreadyRunning,
    AskStop,
    Locked,
    NoCategory,
    NotCounted,
    NotYet,
    OutOfRange,
    QuizGone,
    Started,
    TooFew,
    TooLate,
)
from bot.features.quiz.service import Starting
from bot.features.quiz.taps import Click
from bot.services import Host
from bot.ui import reply, text
from bot.ui.router import Interaction, action_of, on_click
from cogs.schedule_options import offer_categories

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
LEVELS = [app_commands.Choice(name=name, value=name) for name in ("any", *rules.POINTS)]


async def complete_category(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Suggest the categories that have choice items, with how many."""
    host: Any = interaction.client
    found = await host.services.quiz.list_categories(interaction.guild_id or 0)
    return offer_categories(current, ((c.key, c.name, count) for c, count in found))


class Quiz(commands.Cog):
    """Live quizzes."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.panels = host.services.panels

    @app_commands.command(
        name="quiz", description="Start a live quiz in this channel: whoever answers plays."
    )
    @app_commands.guild_only()
    @app_commands.describe(
        category="What it is about (default: everything)",
        difficulty="Only questions of this difficulty (default: any)",
        questions="How many questions, 3 to 25 (default 10)",
        seconds="How long each question takes answers, 10 to 120 (default 30)",
    )
    @app_commands.choices(difficulty=LEVELS)
    @app_commands.autocomplete(category=complete_category)
    async def quiz(
        self,
        interaction: Interaction,
        category: str | None = None,
        difficulty: str | None = None,
        questions: app_commands.Range[int, 3, 25] = rules.DEFAULT_SIZE,
        seconds: app_commands.Range[int, 10, 120] = rules.DEFAULT_SECONDS,
    ) -> None:
        """Start a quiz here."""
        if (refused := self._refuse_place(interaction)) is not None:
            await reply.tell(interaction, refused)
            return
        level = None if difficulty == "any" else difficulty
        wish = QuizOptions(
            interaction.guild_id or 0,
            interaction.channel_id or 0,
            interaction.user.id,
            interaction.user.display_name,
            category,
            level,
            questions,
            seconds,
        )
        await self._say(interaction, await self.host.services.quiz.start(wish))

    @on_click("quiz", "again")
    async def again(self, interaction: Interaction, subject_id: int) -> None:
        """Start a quiz with the same settings."""
        if (refused := self._refuse_place(interaction)) is not None:
            await reply.tell(interaction, refused)
            return
        outcome = await self.host.services.quiz.again(
            interaction.guild_id or 0,
            interaction.channel_id or 0,
            subject_id,
            interaction.user.id,
            interaction.user.display_name,
        )
        if isinstance(outcome, QuizGone):
            await reply.tell(interaction, replies.GONE)
        else:
            await self._say(interaction, outcome)

    async def _say(self, interaction: Interaction, outcome: Starting) -> None:
        match outcome:
            case Started():
                first = text.when(outcome.first_at, "R")
                await reply.announce(
                    interaction, messages.announcement(outcome.quiz, outcome.category, first)
                )
            case AlreadyRunning() | TooFew() | NoCategory() | OutOfRange():
                await reply.tell(interaction, replies.not_started(outcome))
            case _:
                assert_never(outcome)

    def _refuse_place(self, interaction: Interaction) -> str | None:
        """Return why no quiz can be played where this was typed."""
        channel = interaction.channel
        if isinstance(channel, discord.Thread):
            parent = channel.parent
            text_parent = parent is not None and not isinstance(parent, discord.ForumChannel)
            return replies.wrong_place(channel.parent_id if text_parent else None)
        if not isinstance(channel, discord.TextChannel):
            return replies.wrong_place(None)
        missing = self.host.services.directory.missing(channel.guild.id, channel.id, NEEDED)
        if missing is None:
            return replies.wrong_place(None)
        return replies.not_allowed([PERMISSION_LABELS[name] for name in missing]) if missing else None

    @on_click("quiz", "a")
    @on_click("quiz", "b")
    @on_click("quiz", "c")
    @on_click("quiz", "d")
    async def choose(self, interaction: Interaction, subject_id: int) -> None:
        """Take a choice."""
        click = Click(
            subject_id,
            interaction.guild_id or 0,
            interaction.user.id,
            interaction.user.display_name,
            action_of(interaction),
            self.host.services.clock.now(),
        )
        outcome = await self.host.services.quiz_taps.choose(click)
        match outcome:
            case Locked():
                await self.panels.show(interaction, subject_id, replies.locked(outcome))
            case TooLate():
                await self.panels.show(interaction, subject_id, replies.too_late(outcome))
            case NotCounted() | NotYet() | QuizGone():
                await reply.replace(interaction, replies.refusal(outcome))
            case _:
                assert_never(outcome)

    @on_click("quiz", "misses")
    async def misses(self, interaction: Interaction, subject_id: int) -> None:
        """Practise what one got wrong in a quiz, privately."""
        services = self.host.services
        guild_id, user_id = interaction.guild_id or 0, interaction.user.id
        missed = await services.quiz.missed(guild_id, subject_id, user_id)
        if missed is None:
            await reply.tell(interaction, replies.not_played())
            return
        outcome = await services.practice.practise_these(guild_id, user_id, missed)
        await reply.tell(interaction, practice_replies.reply_to(outcome, services.clock.now()))

    @on_click("quiz", "stop")
    async def stop(self, interaction: Interaction, subject_id: int) -> None:
        """Ask before stopping."""
        outcome = await self.host.services.quiz.ask_stop(
            interaction.guild_id or 0, subject_id, interaction.user.id, organiser=_is_organiser(interaction)
        )
        await reply.tell(
            interaction,
            replies.ask_stop(outcome) if isinstance(outcome, AskStop) else replies.stopping(outcome),
        )

    @on_click("quiz", "stop_yes")
    async def stop_yes(self, interaction: Interaction, subject_id: int) -> None:
        """Stop."""
        outcome = await self.host.services.quiz.stop(
            interaction.guild_id or 0, subject_id, interaction.user.id, organiser=_is_organiser(interaction)
        )
        if not isinstance(outcome, AskStop):
            await reply.replace(interaction, replies.stopping(outcome))


def _is_organiser(interaction: Interaction) -> bool:
    return interaction.permissions.manage_guild


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Quiz(host))

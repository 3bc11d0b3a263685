"""/quiz and the buttons of a quiz."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.practice import replies as practice_replies
from bot.features.quiz import messages, replies, rules
from bot.features.quiz.options import QuizOptions
from bot.features.quiz.outcomes import Locked, NotAllowed, NotPlayed, QuizGone, Started, TooLate, WrongPlace
from bot.features.quiz.service import Starting
from bot.features.quiz.taps import Tap
from bot.services import Host
from bot.ui import text
from bot.ui.commands import Suggestions, offer_categories
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
LEVELS = [app_commands.Choice(name=name, value=name) for name in ("any", *rules.LEVELS)]


class Quiz(commands.Cog):
    """Live quizzes."""

    def __init__(self, host: Host) -> None:
        self.services = host.services
        self.quizzes = host.services.quiz
        self.panels = host.services.panels

    @app_commands.command(
        name="quiz", description="Start a live quiz in this channel: whoever answers plays."
    )
    @app_commands.guild_only()
    @app_commands.describe(
        category="What it is about (default: everything)",
        difficulty="Only questions of this difficulty (default: any)",
        questions=f"How many questions, {rules.MIN_SIZE} to {rules.MAX_SIZE} (default {rules.DEFAULT_SIZE})",
        seconds=(
            f"How long each question takes answers, {rules.MIN_SECONDS} to {rules.MAX_SECONDS} "
            f"(default {rules.DEFAULT_SECONDS})"
        ),
    )
    @app_commands.choices(difficulty=LEVELS)
    async def quiz(
        self,
        interaction: Interaction,
        category: str | None = None,
        difficulty: str | None = None,
        questions: app_commands.Range[int, rules.MIN_SIZE, rules.MAX_SIZE] = rules.DEFAULT_SIZE,
        seconds: app_commands.Range[int, rules.MIN_SECONDS, rules.MAX_SECONDS] = rules.DEFAULT_SECONDS,
    ) -> None:
        """Start a quiz here."""
        request, level = Request(interaction), None if difficulty == "any" else difficulty
        outcome = self._refuse_place(interaction.channel)
        if outcome is None:
            place = (request.guild_id, request.channel_id, request.user_id, request.name)
            outcome = await self.quizzes.start(QuizOptions(*place, category, level, questions, seconds))
        await _say(request, outcome)

    @quiz.autocomplete("category")
    async def complete_category(self, interaction: Interaction, current: str) -> Suggestions:
        """Suggest the categories that have choice items, with how many."""
        found = await self.quizzes.list_categories(Request(interaction).guild_id)
        return offer_categories(current, ((c.key, c.name, count) for c, count in found))

    @on_press("quiz", "again")
    async def again(self, click: Click) -> None:
        """Start a quiz with the same settings."""
        outcome = self._refuse_place(click.interaction.channel)
        if outcome is None:
            outcome = await self.quizzes.again(
                click.guild_id, click.channel_id, click.subject_id, click.user_id, click.name
            )
        await _say(click, outcome)

    def _refuse_place(self, channel: object) -> WrongPlace | NotAllowed | None:
        """Return why no quiz can be played in a channel."""
        if isinstance(channel, discord.Thread):
            parent = channel.parent
            is_text = parent is not None and not isinstance(parent, discord.ForumChannel)
            return WrongPlace(channel.parent_id if is_text else None)
        if not isinstance(channel, discord.TextChannel):
            return WrongPlace(None)
        missing = self.services.directory.missing(channel.guild.id, channel.id, NEEDED)
        if missing is None:
            return WrongPlace(None)
        return NotAllowed(missing) if missing else None

    @on_press("quiz", "a")
    @on_press("quiz", "b")
    @on_press("quiz", "c")
    @on_press("quiz", "d")
    async def choose(self, click: Click) -> None:
        """Take a choice; a person has one private panel for it, which is changed."""
        at = self.services.clock.now()
        tap = Tap(click.subject_id, click.guild_id, click.user_id, click.name, click.action, at)
        outcome = await self.services.quiz_taps.choose(tap)
        if isinstance(outcome, Locked | TooLate):
            await self.panels.show(click.interaction, click.subject_id, replies.reply(outcome))
        else:
            await click.replace(replies.reply(outcome))

    @on_press("quiz", "misses")
    async def misses(self, click: Click) -> None:
        """Practise what one got wrong in a quiz, privately."""
        missed = await self.quizzes.missed(click.guild_id, click.subject_id, click.user_id)
        if missed is None:
            await click.answer(replies.reply(NotPlayed()))
            return
        outcome = await self.services.practice.practise_these(click.guild_id, click.user_id, missed)
        await click.answer(practice_replies.reply(outcome, self.services.clock.now()))

    @on_press("quiz", "stop")
    async def stop(self, click: Click) -> None:
        """Ask before stopping."""
        outcome = await self.quizzes.ask_stop(
            click.guild_id, click.subject_id, click.user_id, organiser=click.organiser
        )
        await click.answer(replies.reply(outcome))

    @on_press("quiz", "stop_yes")
    async def stop_yes(self, click: Click) -> None:
        outcome = await self.quizzes.stop(
            click.guild_id, click.subject_id, click.user_id, organiser=click.organiser
        )
        await click.replace(replies.reply(outcome))


async def _say(request: Request, outcome: Starting | WrongPlace | NotAllowed | QuizGone) -> None:
    """Announce a quiz to everybody; tell its starter alone where there is none."""
    if isinstance(outcome, Started):
        first = text.when(outcome.first_at, "R")
        await request.announce(messages.announcement(outcome.quiz, outcome.category, first))
    else:
        await request.answer(replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Quiz(host))

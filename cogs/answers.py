"""Answering: buttons, forms, the message command, and replies that count."""

from __future__ import annotations

import logging
from typing import Any, assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.answers import replies
from bot.features.answers.outcomes import (
    Accepted,
    Added,
    AddForm,
    Again,
    AlreadyAnswered,
    AskWithdraw,
    Author,
    Counting,
    HiddenMode,
    Hints,
    MayJoin,
    NoAnswer,
    NoQuestionHere,
    NotYet,
    NotYours,
    ReminderSet,
    TooLateToRemind,
    Unfit,
    Withdrawn,
    WriteForm,
)
from bot.features.answers.rules import is_attempt
from bot.features.drops.outcomes import QuestionGone
from bot.services import Host
from bot.ui import forms, reply
from bot.ui.message import Message
from bot.ui.router import Interaction, on_click

log = logging.getLogger("studyloop.answers")


def author_of(user: discord.abc.User) -> Author:
    """Return who acts, as the room will show them."""
    return Author(user.id, user.display_name, user.display_avatar.url)


def typed(interaction: Interaction) -> str | None:
    """Return the text of a submitted form, or None where a button was pressed."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Any = interaction.data or {}
    return forms.values(data).get("text", "")


class Answers(commands.Cog):
    """What members do with a question."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.answers = host.services.answers
        self.menu = app_commands.ContextMenu(name="Count as my answer", callback=self.count_message)
        self.menu.guild_only = True

    async def cog_load(self) -> None:
        """Register the message command: a cog cannot declare one."""
        self.host.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the message command away again."""
        self.host.tree.remove_command(self.menu.name, type=self.menu.type)

    @on_click("answers", "answer")
    async def answer(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form, or take what was written in it."""
        guild_id = interaction.guild_id or 0
        text = typed(interaction)
        if text is None:
            outcome = await self.answers.write_form(guild_id, subject_id, interaction.user.id)
            await self._open(interaction, outcome)
            return
        result = await self.answers.submit(guild_id, subject_id, author_of(interaction.user), text)
        match result:
            case Accepted():
                await reply.tell(interaction, replies.accepted(result))
                await self._find_room(interaction, result)
            case Unfit():
                await reply.tell(interaction, replies.refusal(result))
            case AlreadyAnswered() | QuestionGone():
                await reply.tell(interaction, replies.returned(replies.refusal(result), text))
            case _:
                assert_never(result)

    @on_click("answers", "again")
    async def again(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form with the text that was kept."""
        outcome = await self.answers.again(interaction.guild_id or 0, subject_id, interaction.user.id)
        await self._open(interaction, outcome)

    @on_click("answers", "edit")
    async def edit(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form for an addition."""
        outcome = await self.answers.add_form(interaction.guild_id or 0, subject_id, interaction.user.id)
        await self._open(interaction, outcome)

    @on_click("answers", "addition")
    async def addition(self, interaction: Interaction, subject_id: int) -> None:
        """Take an addition."""
        text = typed(interaction) or ""
        outcome = await self.answers.add(interaction.guild_id or 0, subject_id, interaction.user.id, text)
        match outcome:
            case Added():
                await reply.tell(interaction, replies.added(outcome))
            case Unfit():
                await reply.tell(interaction, replies.refusal(outcome))
            case NotYours() | NoAnswer() | QuestionGone():
                await reply.tell(interaction, replies.returned(replies.refusal(outcome), text))
            case _:
                assert_never(outcome)

    @on_click("answers", "withdraw")
    async def withdraw(self, interaction: Interaction, subject_id: int) -> None:
        """Ask before withdrawing."""
        outcome = await self.answers.ask_withdraw(interaction.guild_id or 0, subject_id, interaction.user.id)
        await reply.tell(
            interaction,
            replies.ask_withdraw(outcome) if isinstance(outcome, AskWithdraw) else replies.refusal(outcome),
        )

    @on_click("answers", "withdraw_yes")
    async def withdraw_yes(self, interaction: Interaction, subject_id: int) -> None:
        """Withdraw."""
        outcome = await self.answers.withdraw(interaction.guild_id or 0, subject_id, interaction.user.id)
        await reply.replace(
            interaction,
            replies.withdrawn(outcome) if isinstance(outcome, Withdrawn) else replies.refusal(outcome),
        )

    @on_click("answers", "hint")
    async def hint(self, interaction: Interaction, subject_id: int) -> None:
        """Show the hints seen so far, at least the first."""
        outcome = await self.answers.hint(
            interaction.guild_id or 0, subject_id, interaction.user.id, more=False
        )
        await reply.tell(interaction, _hints(outcome))

    @on_click("answers", "next_hint")
    async def next_hint(self, interaction: Interaction, subject_id: int) -> None:
        """Show one hint more, in place."""
        outcome = await self.answers.hint(
            interaction.guild_id or 0, subject_id, interaction.user.id, more=True
        )
        await reply.replace(interaction, _hints(outcome))

    @on_click("answers", "remind")
    async def remind(self, interaction: Interaction, subject_id: int) -> None:
        """Set a reminder."""
        outcome = await self.answers.remind(interaction.guild_id or 0, subject_id, interaction.user.id)
        match outcome:
            case ReminderSet() | TooLateToRemind():
                await reply.tell(interaction, replies.reminded(outcome))
            case AlreadyAnswered():
                await reply.tell(interaction, replies.no_reminder())
            case QuestionGone():
                await reply.tell(interaction, replies.refusal(outcome))

    @on_click("answers", "join")
    async def join(self, interaction: Interaction, subject_id: int) -> None:
        """Let a person into the room after the reveal."""
        outcome = await self.answers.join(interaction.guild_id or 0, subject_id, interaction.user.id)
        match outcome:
            case MayJoin(_, room_id):
                # Another call to Discord comes first: the reply may take longer than three seconds.
                await interaction.response.defer(ephemeral=True, thinking=True)
                entry = await self.host.services.transport.let_in(room_id, interaction.user.id)
                await reply.tell(interaction, replies.entered(outcome, entry))
            case NotYet():
                await reply.tell(interaction, replies.not_yet(outcome))
            case QuestionGone():
                await reply.tell(interaction, replies.refusal(outcome))

    async def count_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Count a message of one's own as the answer (right-click > Apps)."""
        outcome = await self._count(
            message, author_of(interaction.user), interaction.guild_id or 0, here=True
        )
        await reply.tell(
            interaction,
            replies.accepted(outcome) if isinstance(outcome, Accepted) else replies.refusal(outcome),
        )

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Count a reply to a question with the ping on: the ping is what lets the bot read it."""
        me = self.host.user
        if message.author.bot or message.guild is None or message.reference is None or me is None:
            return
        if me not in message.mentions:
            return
        outcome = await self._count(message, author_of(message.author), message.guild.id, here=False)
        match outcome:
            case Accepted():
                await self._confirm(message, outcome)
            case HiddenMode(_, why) if why is None or is_attempt(why):
                await _say_below(message, replies.refusal(outcome))
            case Unfit(why, _) if is_attempt(why):
                await _say_below(message, replies.refusal(outcome))
            case HiddenMode() | Unfit() | AlreadyAnswered() | QuestionGone() | NotYours() | NoQuestionHere():
                return  # talk, not an answer
            case _:
                assert_never(outcome)

    async def _confirm(self, message: discord.Message, outcome: Accepted) -> None:
        """Show that a message counted: by a reaction, or in words where the bot may not react."""
        try:
            await message.add_reaction("✅")
        except discord.HTTPException:
            await _say_below(message, replies.accepted(outcome))

    async def _count(
        self, message: discord.Message, author: Author, guild_id: int, *, here: bool
    ) -> Counting:
        """Count a message for the question it replies to or, with `here`, the one asked where it is."""
        reference = message.reference.message_id if message.reference else None
        places = tuple(p for p in (reference, message.channel.id if here else None) if p is not None)
        return await self.answers.count_message(
            guild_id, places, author, message.author.id, message.content, message.jump_url
        )

    async def _find_room(self, interaction: Interaction, outcome: Accepted) -> None:
        """Tell the author of an answer, who has their reply, where its room takes them not in."""
        drop = outcome.drop
        if drop.room_id is None:
            return
        enters = interaction.user.id if drop.mode == "blind" else None
        entry = await self.host.services.transport.way_in(drop.room_id, enters)
        kept_out = replies.kept_out(outcome, entry)
        if kept_out is not None:
            await reply.tell(interaction, kept_out)

    async def _open(self, interaction: Interaction, outcome: Again) -> None:
        match outcome:
            case WriteForm():
                await reply.show(interaction, replies.write_form(outcome))
            case AddForm():
                await reply.show(interaction, replies.add_form(outcome))
            case _:
                await reply.tell(interaction, replies.refusal(outcome))


async def _say_below(message: discord.Message, answer: Message) -> None:
    """Answer a message in its channel; where the bot may not write there, nobody can be told."""
    try:
        await message.reply(answer.content, view=answer.view(), mention_author=False)
    except discord.HTTPException as error:
        log.info("message=%s cannot be answered: %s", message.id, error)


def _hints(outcome: Hints | QuestionGone) -> Message:
    return replies.hints(outcome) if isinstance(outcome, Hints) else replies.refusal(outcome)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Answers(host))

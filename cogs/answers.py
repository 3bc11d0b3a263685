"""Answering: buttons, forms, the message command, and replies that count."""

from __future__ import annotations

import logging
from typing import assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.lines import encodable
from bot.features.answers import replies
from bot.features.answers.outcomes import (
    Accepted,
    AlreadyAnswered,
    Author,
    Counting,
    HiddenMode,
    Joined,
    KeptOut,
    MayJoin,
    NoQuestionHere,
    NotYours,
    Unfit,
)
from bot.features.answers.rules import is_attempt
from bot.features.drops.outcomes import QuestionGone
from bot.gateway.rooms import Entry
from bot.services import Host
from bot.ui.message import Message
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press, on_submit

log = logging.getLogger("studyloop.answers")


def author_of(person: discord.abc.User) -> Author:
    """Return who acts, as the room will show them."""
    return Author(person.id, encodable(person.display_name), person.display_avatar.url)


class Answers(commands.Cog):
    """What members do with a question."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.answers = host.services.answers
        self.transport = host.services.transport
        self.menu = app_commands.ContextMenu(name="Count as my answer", callback=self.count_message)
        self.menu.guild_only = True

    async def cog_load(self) -> None:
        """Register the message command: a cog cannot declare one."""
        self.host.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the message command away again."""
        self.host.tree.remove_command(self.menu.name, type=self.menu.type)

    @on_press("answers", "answer")
    async def answer(self, click: Click) -> None:
        """Open the form."""
        outcome = await self.answers.write_form(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_submit("answers", "answer")
    async def submit(self, click: Click) -> None:
        """Take what was written, and show its author the way to the others."""
        text = click.texts.get("text", "")
        author = author_of(click.person)
        outcome = await self.answers.submit(click.guild_id, click.subject_id, author, text)
        await click.answer(replies.reply(outcome, text))
        if isinstance(outcome, Accepted):
            await self._find_room(click, outcome)

    @on_press("answers", "again")
    async def again(self, click: Click) -> None:
        """Open the form with the text that was kept."""
        outcome = await self.answers.again(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_press("answers", "edit")
    async def edit(self, click: Click) -> None:
        """Open the form for an addition."""
        outcome = await self.answers.add_form(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_submit("answers", "addition")
    async def addition(self, click: Click) -> None:
        """Take an addition."""
        text = click.texts.get("text", "")
        outcome = await self.answers.add(click.guild_id, click.subject_id, click.user_id, text)
        await click.answer(replies.reply(outcome, text))

    @on_press("answers", "withdraw")
    async def withdraw(self, click: Click) -> None:
        """Ask before withdrawing."""
        outcome = await self.answers.ask_withdraw(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_press("answers", "withdraw_yes")
    async def withdraw_yes(self, click: Click) -> None:
        outcome = await self.answers.withdraw(click.guild_id, click.subject_id, click.user_id)
        await click.replace(replies.reply(outcome))

    @on_press("answers", "hint")
    async def hint(self, click: Click) -> None:
        """Show the hints seen so far, at least the first."""
        outcome = await self.answers.hint(click.guild_id, click.subject_id, click.user_id, more=False)
        await click.answer(replies.reply(outcome))

    @on_press("answers", "next_hint")
    async def next_hint(self, click: Click) -> None:
        """Show one hint more, in place."""
        outcome = await self.answers.hint(click.guild_id, click.subject_id, click.user_id, more=True)
        await click.replace(replies.reply(outcome))

    @on_press("answers", "remind")
    async def remind(self, click: Click) -> None:
        """Set a reminder."""
        outcome = await self.answers.remind(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_press("answers", "join")
    async def join(self, click: Click) -> None:
        """Let a person into the room after the reveal."""
        outcome = await self.answers.join(click.guild_id, click.subject_id, click.user_id)
        if isinstance(outcome, MayJoin):
            # Another call to Discord comes first: the reply may take longer than three seconds.
            await click.defer()
            entry = await self.transport.let_in(outcome.room_id, click.user_id)
            outcome = Joined(outcome.drop, outcome.room_id, entry)
        await click.answer(replies.reply(outcome))

    async def count_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Count a message of one's own as the answer (right-click > Apps)."""
        request = Request(interaction)
        outcome = await self._count(message, author_of(request.person), request.guild_id, here=True)
        await request.answer(replies.reply(outcome))

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
                await _say_below(message, replies.reply(outcome))
            case Unfit(why, _) if is_attempt(why):
                await _say_below(message, replies.reply(outcome))
            case HiddenMode() | Unfit() | AlreadyAnswered() | QuestionGone() | NotYours() | NoQuestionHere():
                return  # talk, not an answer
            case _:
                assert_never(outcome)

    async def _confirm(self, message: discord.Message, outcome: Accepted) -> None:
        """Show that a message counted: by a reaction, or in words where the bot may not react."""
        try:
            await message.add_reaction("✅")
        except discord.HTTPException:
            await _say_below(message, replies.reply(outcome))

    async def _count(
        self, message: discord.Message, author: Author, guild_id: int, *, here: bool
    ) -> Counting:
        """Count a message for the question it replies to or, with `here`, the one asked where it is."""
        reference = message.reference.message_id if message.reference else None
        places = tuple(p for p in (reference, message.channel.id if here else None) if p is not None)
        return await self.answers.count_message(
            guild_id, places, author, message.author.id, encodable(message.content), message.jump_url
        )

    async def _find_room(self, click: Click, outcome: Accepted) -> None:
        """Tell the author of an answer, who has their reply, where its room takes them not in."""
        drop = outcome.drop
        if drop.room_id is None:
            return
        enters = click.user_id if drop.mode == "blind" else None
        entry = await self.transport.way_in(drop.room_id, enters)
        if entry is Entry.FULL or entry is Entry.SHUT:
            await click.answer(replies.reply(KeptOut(outcome, entry)))


async def _say_below(message: discord.Message, answer: Message) -> None:
    """Answer a message in its channel; where the bot may not write there, nobody can be told."""
    try:
        await message.reply(answer.content, view=answer.view(), mention_author=False)
    except discord.HTTPException as error:
        log.info("message=%s cannot be answered: %s", message.id, error)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Answers(host))

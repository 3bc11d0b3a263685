"""Answers, rooms, reveals and reminders as the bot posts them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.answers.store import Answer
from bot.bank.service import BankQuestion
from bot.daily.render import heading, join_buttons
from bot.daily.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

GREY = 0x94A3B8


def answer(shown: Answer, asked: BankQuestion) -> Message:
    """Return an answer as its room shows it."""
    card = discord.Embed(description=shown.text, colour=asked.category.colour)
    card.set_author(name=shown.user_name, icon_url=shown.avatar_url)
    embeds = [card]
    notes: list[str] = []
    if shown.source == "message" and shown.source_url:
        notes.append("a snapshot of a message: later changes to the message do not count")
        card.url = shown.source_url
        card.title = "Counted from this message"
    if shown.late:
        notes.append("written after the reveal")
    elif not shown.scored:
        notes.append("written again after a withdrawal, without points")
    if notes:
        card.set_footer(text="; ".join(notes))
    if shown.addition:
        later = discord.Embed(title="Added later", description=shown.addition, colour=GREY)
        later.timestamp = shown.added_at
        embeds.append(later)
    row = (
        Button("Edit", custom_id("answers", "edit", shown.id)),
        Button("Withdraw", custom_id("answers", "withdraw", shown.id)),
    )
    return Message(embeds=tuple(embeds), rows=(row,))


def room_intro(drop: Drop, asked: BankQuestion) -> Message:
    """Return the first message of a hidden room."""
    card = discord.Embed(description=asked.content.prompt, colour=asked.category.colour)
    card.set_author(name=f"{asked.category.name} · {asked.content.difficulty.value}")
    address = text.link(drop.guild_id, drop.channel_id, drop.message_id)
    return Message(
        f"**{heading(drop, asked)}**\n"
        "This room opens to whoever has answered. Read the others, ask, disagree. "
        f"The model answer comes {text.when(drop.reveal_at, 'f')}; then everybody can join.",
        embeds=(card,),
        rows=((Button("To the question", url=address),),),
    )


def reveal(drop: Drop, asked: BankQuestion, answers: Sequence[Answer]) -> Message:
    """Return the reveal: model answer, rubric, follow-ups, references, and who got points."""
    content = asked.content
    model = discord.Embed(
        title="Model answer", description=content.model_answer, colour=asked.category.colour
    )
    rest = discord.Embed(colour=asked.category.colour)
    rest.title = "A good answer"
    references = "\n".join(f"- [{r.title}]({r.url}): {r.cited_for}" for r in content.references)
    rest.description = (
        "\n".join(f"- {point}" for point in content.rubric)
        + "\n\n**Follow-up questions**\n"
        + "\n".join(f"- {line}" for line in content.follow_ups)
        + f"\n\n**References**\n{references}"
    )
    late = Button("Answer late", custom_id("answers", "answer", drop.id))
    return Message(
        f"**Reveal · {heading(drop, asked)}**\n{_turnout(answers)}",
        embeds=(model, rest),
        rows=((*join_buttons(drop), late),),
        reply_to=drop.message_id if drop.channel_kind != "forum" else None,
    )


def _turnout(answers: Sequence[Answer]) -> str:
    scored = [text.name(a.user_name) for a in answers if a.scored]
    if not answers:
        return "No answers this time. Read the model answer, then close it and tell it in your own words."
    if not scored:
        return f"{text.count(len(answers), 'answer')}, all without points."
    if len(answers) == 1:
        return f"One answer, by {scored[0]}: 10 points."
    return f"{text.count(len(answers), 'answer')}. 10 points each: {text.listing(scored)}."


def reminder(drop: Drop, asked: BankQuestion, server: str) -> Message:
    """Return the direct message that reminds of a question."""
    place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
    address = text.link(drop.guild_id, place or drop.channel_id, drop.message_id)
    return Message(
        f"You asked me to remind you: **{heading(drop, asked)}** in {text.name(server)}. "
        f"Reveal: {text.when(drop.reveal_at, 'R')}. It takes about {asked.content.minutes} minutes.",
        rows=((Button("To the question", url=address),),),
    )

"""The reveal of a choice question, as the bot posts it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.features.bank import messages as items
from bot.features.bank.service import BankItem
from bot.features.choices import rules
from bot.features.choices.outcomes import TimeUp, Waiting
from bot.features.drops.messages import heading, result_button
from bot.features.drops.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message
from questions.letters import LETTERS, letter_of, right_option


def reveal(drop: Drop, item: BankItem, counts: Mapping[int, int]) -> Message:
    """Return the reveal: the right option, how many chose which, and why each is right or wrong.

    `counts` maps options to people.
    """
    content, order = item.content, drop.shuffle or ""
    answer = discord.Embed(
        title="The answer", description=_solved(item, order, counts), colour=item.category.colour
    )
    answer.set_author(name=f"{item.category.name} · {content.difficulty.value}")
    why = discord.Embed(title="Why", colour=item.category.colour)
    explained = items.explained(content, order, range(len(LETTERS)))
    why.description = f"{explained}\n\nRead on: {items.source(content)}"
    in_forum = drop.channel_kind == "forum"
    # The thread on a message has the message's id; it is opened as soon as this is sent.
    talk = () if in_forum else (Button("Talk about it", url=text.link(drop.guild_id, drop.message_id or 0)),)
    save = Button("Save", custom_id("keeping", "save_model", drop.id))
    return Message(
        f"**Reveal · {heading(drop, item)}**\n{_turnout(drop, item, counts)}",
        embeds=(answer, why),
        rows=((result_button(drop), *talk, save),),
        reply_to=None if in_forum else drop.message_id,
    )


def _solved(item: BankItem, order: str, counts: Mapping[int, int]) -> str:
    people = sum(counts.values())
    lines = [item.content.stem, ""]
    for letter, digit in zip(LETTERS, order, strict=True):
        option = item.content.options[int(digit)]
        chose = counts.get(int(digit), 0)
        lines.append(f"{'✅' if option.right else '▫️'} **{letter}**  {option.text}")
        if people:
            lines.append(f"`{rules.bar(chose, people)}` {chose}")
    return "\n".join(lines)


def _turnout(drop: Drop, item: BankItem, counts: Mapping[int, int]) -> str:
    people, right = sum(counts.values()), counts.get(right_option(item.content), 0)
    if not people:
        return "Nobody chose this time: would you have known?"
    level = item.content.difficulty.value
    worth = text.count(rules.points(level, right=True), "point")
    prices = f" Right: {worth}; wrong: {text.count(rules.points(level, right=False), 'point')}."
    return f"{right} of {people} chose the right option.{prices if drop.discussion is None else ''}"


def standing(found: Waiting | TimeUp) -> str:
    """Return how a person stands with an open question."""
    if isinstance(found, TimeUp):
        return time_up(found)
    if found.mine is None:
        return "**You have not answered yet.**"
    return f"{chose(found.drop, found.item, found.mine)} {until(found.drop)}"


def time_up(found: TimeUp) -> str:
    """Return what counts of a question whose reveal is on its way."""
    mine = found.mine
    counts = (
        "You had not chosen" if mine is None else f"What counts: {option_text(found.drop, found.item, mine)}"
    )
    return f"Time is up, and the answer is on its way. {counts}."


def chose(drop: Drop, item: BankItem, option: int) -> str:
    """Return what a person chose, in a sentence."""
    return f"You chose {option_text(drop, item, option)}."


def option_text(drop: Drop, item: BankItem, option: int) -> str:
    """Return an option with its letter."""
    return f"**{letter_of(drop.shuffle or '', option)}**: {item.content.options[option].text}"


def until(drop: Drop) -> str:
    """Return until when a choice can be changed."""
    return f"You can change it until {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})."

"""An answer, a model answer or a solution to be read whole. Pure."""

from __future__ import annotations

import discord

from bot.features.answers.messages import ADDED
from bot.features.answers.store import Answer
from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.messages import UNSHUFFLED
from bot.features.drops.store import Drop
from bot.features.saved.outcomes import (
    Result,
)
from bot.ui import text
from bot.ui.message import GREY
from questions.letters import LETTERS


def author(shown: Answer) -> str:
    """Return who wrote an answer, for places that show no formatting."""
    return text.bare(shown.user_name) or "somebody"


def answer_cards(shown: Answer, colour: int) -> tuple[discord.Embed, ...]:
    """Return an answer to be read whole, with what was added to it."""
    card = discord.Embed(description=shown.text, colour=colour)
    card.set_author(name=author(shown), icon_url=shown.avatar_url)
    card.timestamp = shown.created_at
    if not shown.addition:
        return (card,)
    later = discord.Embed(title=ADDED, description=shown.addition, colour=GREY)
    later.timestamp = shown.added_at
    return card, later


def model_cards(asked: BankQuestion) -> tuple[discord.Embed, ...]:
    """Return a model answer and what a good answer covers."""
    content, colour = asked.content, asked.category.colour
    model = discord.Embed(title="Model answer", description=content.model_answer, colour=colour)
    references = "\n".join(f"- [{r.title}]({r.url})" for r in content.references)
    covers = "\n".join(f"- {point}" for point in content.rubric)
    good = discord.Embed(title="A good answer", colour=colour)
    follow_ups = "\n".join(f"- {line}" for line in content.follow_ups)
    good.description = f"{covers}\n\n**Follow-up questions**\n{follow_ups}\n\n**References**\n{references}"
    return model, good


def solution_card(drop: Drop, item: BankItem, result: Result) -> discord.Embed:
    """Return a choice question with its solution, how many chose which, and the reader's own choice."""
    order = drop.shuffle or UNSHUFFLED
    solved = items.solved(item.content, order, result.counts, result.mine)
    explained = items.explained(item.content, order, range(len(LETTERS)))
    card = discord.Embed(
        description=f"{solved}\n\n{explained}\n\nRead on: {items.source(item.content)}",
        colour=item.category.colour,
    )
    card.set_author(name=f"{item.category.name} · {item.content.difficulty.value}")
    return card

"""Answers, rooms, reveals and reminders as the bot posts them. Pure."""

from __future__ import annotations

import re

import discord

from bot.features.answers.rules import Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.messages import heading, question_address, reveal_address
from bot.features.drops.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import GREY, PRIMARY, Button, Message
from bot.ui.refusals import Refusal

_MANY_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")

# How what an author has added to an answer is called, wherever it is shown.
ADDED = "Added later"
_FENCE = "```"
# Below a long text so much of the room is kept for what was added.
_SHARE = 3
NOTHING_SAID = Judged(frozenset(), 0, 0)


def answer(shown: Answer, asked: BankQuestion, said: Judged = NOTHING_SAID) -> Message:
    """Return an answer as its room shows it, with what reviews and votes say of it."""
    if shown.hidden:
        return hidden(shown)
    card = discord.Embed(description=calm(shown.text), colour=asked.category.colour)
    card.set_author(name=_author(shown), icon_url=shown.avatar_url)
    embeds = [card]
    notes: list[str] = []
    if shown.source == "message" and shown.source_url:
        notes.append("a snapshot of a message: later changes to the message do not count")
        card.url = shown.source_url
        card.title = "Counted from this message"
    if shown.late:
        notes.append("written after the reveal")
    elif not shown.scored:
        again = "written again after a withdrawal, " if shown.round > 1 else ""
        notes.append(f"{again}without points")
    if notes:
        card.set_footer(text="; ".join(notes))
    if shown.addition:
        later = discord.Embed(title=ADDED, description=calm(shown.addition), colour=GREY)
        later.timestamp = shown.added_at
        embeds.append(later)
    peers = (
        Button("Upvote", custom_id("reviews", "vote", shown.id)),
        Button("Review", custom_id("reviews", "review", shown.id), style=PRIMARY),
        Button("Reviews", custom_id("reviews", "read", shown.id)),
    )
    row = (
        Button("Edit", custom_id("answers", "edit", shown.id)),
        Button("Withdraw", custom_id("answers", "withdraw", shown.id)),
        Button("Save", custom_id("keeping", "save", shown.id)),
        Button("Report", custom_id("moderation", "report", shown.id)),
    )
    return Message(state_line(said, len(asked.content.rubric)), embeds=tuple(embeds), rows=(peers, row))


def hidden(shown: Answer) -> Message:
    """Return what stands in the room in place of an answer that organisers have hidden."""
    card = discord.Embed(description="An organiser has hidden this answer.", colour=GREY)
    card.set_author(name=_author(shown), icon_url=shown.avatar_url)
    return Message(embeds=(card,))


def _author(shown: Answer) -> str:
    return text.bare(shown.user_name) or "somebody"


def calm(words: str) -> str:
    """Return a text with at most two blank lines in a row: nobody pushes the others off the screen.

    What else it holds stays. Its embed shows it in the frame under its author's name and lets nothing out:
    no mention rings, and a code block, quote or spoiler that is not closed ends with it.
    """
    return _MANY_LINES.sub("\n\n\n", words)


def quoted(shown: Answer, most: int) -> str:
    """Return an answer as a quote of at most `most` characters, with what was added below it, marked."""
    begin, mark = ">>> ", f"\n\n**{ADDED}:** "
    if not shown.addition:
        return begin + cut(shown.text, most - len(begin))
    room = most - len(begin) - len(mark)
    added = cut(shown.addition, max(room - len(shown.text), room // _SHARE))
    return begin + cut(shown.text, room - len(added)) + mark + added


def cut(words: str, most: int) -> str:
    """Return a text, or its beginning with "…" where it is longer; a code block that is open is closed."""
    end = f"\n{_FENCE}"
    shown = text.shortened(words, max(most, 1))
    if shown.count(_FENCE) % 2:
        shown = text.shortened(words, max(most - len(end), 1))
    return shown + end if shown.count(_FENCE) % 2 else shown


def state_line(said: Judged, points: int) -> str:
    """Return "2 reviews · 4 of 6 points · 3 upvotes", or nothing where nothing is said."""
    parts: list[str] = []
    if said.reviews:
        parts += [text.count(said.reviews, "review"), f"{len(said.confirmed)} of {points} points"]
    if said.votes:
        parts.append(text.count(said.votes, "upvote"))
    return " · ".join(parts)


def room_intro(drop: Drop, asked: BankQuestion) -> Message:
    """Return the first message of a hidden room, as it is before the reveal and after it."""
    card = discord.Embed(description=asked.content.prompt, colour=asked.category.colour)
    card.set_author(name=f"{asked.category.name} · {asked.content.difficulty.value}")
    question = Button("To the question", url=question_address(drop))
    if drop.state == "skipped":
        said, row = "This question ended without a reveal. The room stays open to you.", (question,)
    elif drop.state == "revealed":
        address = reveal_address(drop)
        revealed = text.when(drop.revealed_at or drop.reveal_at, "f")
        said = f"Revealed {revealed}: everybody can join now. Read the others, ask, disagree."
        row = (question, *((Button("To the reveal", url=address),) if address else ()))
        if address is None:
            said = "Closed without a reveal, which came too late: everybody can join now."
    else:
        said = (
            "This room opens to whoever has answered. Read the others, ask, disagree. "
            f"The model answer comes {text.when(drop.reveal_at, 'f')}; then everybody can join. "
            "**Reveal now** brings it at once, when all who have answered press it."
        )
        row = (question, reveal_now(drop))
    return Message(f"**{heading(drop, asked)}**\n{said}", embeds=(card,), rows=(row,))


def reveal_now(drop: Drop) -> Button:
    """Return how one asks for a reveal before its time."""
    return Button("Reveal now", custom_id("reveals", "now", drop.id))


def reminder(drop: Drop, asked: BankQuestion, server: str) -> Message:
    """Return the direct message that reminds of a question."""
    return Message(
        f"You asked me to remind you: **{heading(drop, asked)}** in {text.name(server)}. "
        f"Reveal: {text.when(drop.reveal_at, 'R')}. It takes about {asked.content.minutes} minutes.",
        rows=((Button("To the question", url=question_address(drop)),),),
    )


def given_back(drop: Drop, asked: BankQuestion, server: str, why: Refusal | None) -> Message:
    """Return what an author is told whose text Discord refuses; `why` None where it was an addition."""
    if why is None:
        what = "what you added to your answer"
        reason = "its AutoMod blocks the text, or a link in it is taken for a harmful one"
        then = "Your answer stands as it was. Your text is kept: press **Edit** on your answer, change it"
    else:
        what, reason = "your answer", why.why
        then = "It does not count yet. Your text is kept: press **Answer** on the question, change it"
    return Message(
        f"**{heading(drop, asked)}**\nDiscord does not let {what} stand in {text.name(server)}: {reason}. "
        f"{then}, and send it again. If it should be allowed, ask an organiser.",
        rows=((Button("To the question", url=question_address(drop)),),),
    )


def way_in(drop: Drop) -> tuple[Button, ...]:
    """Return how somebody who left a hidden room, or whose room was opened anew, gets in again."""
    hidden = drop.mode == "blind" and drop.room_id is not None
    return (Button("Let me in again", custom_id("answers", "join", drop.id)),) if hidden else ()

"""Questions as messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.bank.service import BankQuestion
from bot.daily.service import Question
from bot.daily.store import Drop, Schedule
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

PRIMARY = discord.ButtonStyle.primary


def heading(drop: Drop, question: BankQuestion) -> str:
    """Return "Question 12 · Design a RAG pipeline", as all messages about a drop name it."""
    return f"Question {drop.number} · {question.content.title}"


def question(drop: Drop, asked: BankQuestion, usual: int | None, ping: int | None = None) -> Message:
    """Return the question's message, as it is before or after its reveal."""
    content = asked.content
    rings = f"<@&{ping}> " if ping else ""
    state, rows = _after(drop) if drop.state in {"revealed", "skipped"} else _before(drop, usual)
    return Message(
        content=f"{rings}{heading(drop, asked)} · {content.minutes} min",
        embeds=(question_card(asked, state),),
        rows=rows,
        role_id=ping,
    )


def question_card(asked: BankQuestion, state: str) -> discord.Embed:
    """Return the prompt in its category's colour, with the line that says how it stands."""
    card = discord.Embed(description=f"{asked.content.prompt}\n\n{state}", colour=asked.category.colour)
    card.set_author(name=f"{asked.category.name} · {asked.content.difficulty.value}")
    return card


def _before(drop: Drop, usual: int | None) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    usually = f", usually {usual}" if usual else ""
    state = (
        f"Reveal {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})  ·  "
        f"{drop.answered} answered{usually}"
    )
    buttons = (
        Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY),
        Button("Hint", custom_id("answers", "hint", drop.id)),
        Button("Remind me", custom_id("answers", "remind", drop.id)),
        Button("How this works", custom_id("daily", "how", drop.id)),
    )
    return state, (buttons,)


def _after(drop: Drop) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    if drop.state == "skipped":
        return "An organiser removed this question's schedule: it takes no more answers.", ()
    place = drop.channel_id if drop.channel_kind != "forum" else drop.room_id or drop.channel_id
    if drop.reveal_message_id:
        address = text.link(drop.guild_id, place, drop.reveal_message_id)
        when = text.when(drop.revealed_at or drop.reveal_at, "f")
        state = f"Revealed {when}  ·  {drop.answered} answered  ·  [model answer]({address})"
    else:
        state = f"Closed without a reveal, which came too late  ·  {drop.answered} answered"
    late = Button("Answer late", custom_id("answers", "answer", drop.id))
    how = Button("How this works", custom_id("daily", "how", drop.id))
    return state, ((late, *join_buttons(drop), how),)


def join_buttons(drop: Drop) -> tuple[Button, ...]:
    """Return how one gets into a revealed drop's room."""
    if drop.room_id is None or drop.channel_kind == "forum":
        return ()
    if drop.mode == "blind":
        return (Button("Join the room", custom_id("answers", "join", drop.id), style=PRIMARY),)
    return (Button("Open the room", url=text.link(drop.guild_id, drop.room_id)),)


def how_it_works(drop: Drop) -> str:
    """Return the rules of a question in one screen."""
    room = (
        "**Hidden at first.** Your answer opens the room, a private thread with everybody's answers. "
        "Who has not answered cannot see it (server moderators who manage threads can)."
        if drop.mode == "blind"
        else "**Open.** Answers appear in the thread at once. A reply to the question with the ping on "
        "counts too, and so does any message of yours there: press it > Apps > **Count as my answer**."
    )
    if drop.state == "revealed":
        join = " **Join the room** lets you read and talk." if drop.mode == "blind" else ""
        return (
            "**How this works**\nThe model answer is out: **model answer** in the message leads to it. "
            f"**Answer late** keeps your answer and shows it in the room, without points.{join}"
        )
    return (
        "**How this works**\n"
        "1. Press **Answer** and write: key words and a structure do, ten minutes are enough. "
        "At least 80 characters, at most 3,500. "
        f"It brings 10 points until the reveal, {text.when(drop.reveal_at, 'f')}.\n"
        f"2. {room}\n"
        "3. **Edit** adds to your answer, your first text stays. **Withdraw** takes it and its points back; "
        "a second answer brings no points.\n"
        "4. **Hint** shows one hint at a time, only to you. **Remind me** writes to you two hours before the "
        "reveal.\n"
        "5. At the reveal you see the model answer and what a good answer covers. Late answers are welcome, "
        "without points."
    )


def today(rows: Sequence[tuple[Question, str]], coming: Schedule | None = None) -> Message:
    """Return the open questions, each with the line that says how the person stands."""
    if not rows and coming is None:
        return Message("No question is open, and none is scheduled: organisers start one with `/setup`.")
    if not rows and coming is not None:
        at = coming.next_run_at
        return Message(
            f"No question is open right now. The next one comes {text.when(at, 'f')} ({text.when(at, 'R')}) "
            f"in <#{coming.channel_id}>."
        )
    embeds: list[discord.Embed] = []
    buttons: list[tuple[Button, ...]] = []
    for entry, mine in rows[:5]:
        drop, asked = entry.drop, entry.question
        place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
        card = discord.Embed(
            title=heading(drop, asked),
            url=text.link(drop.guild_id, place or drop.channel_id, drop.message_id),
            colour=asked.category.colour,
            description=f"{asked.content.prompt}\n\n{mine}\nReveal {text.when(drop.reveal_at, 'f')} "
            f"({text.when(drop.reveal_at, 'R')})  ·  {drop.answered} answered",
        )
        card.set_author(name=f"{asked.category.name} · {asked.content.difficulty.value}")
        embeds.append(card)
        label = "Answer" if len(rows) == 1 else f"Answer {drop.number}"
        buttons.append(
            (
                Button(label, custom_id("answers", "answer", drop.id), style=PRIMARY),
                Button("Hint", custom_id("answers", "hint", drop.id)),
            )
        )
    more = f"These are open, and {len(rows) - len(embeds)} more." if len(rows) > len(embeds) else ""
    return Message(more, embeds=tuple(embeds), rows=tuple(buttons))

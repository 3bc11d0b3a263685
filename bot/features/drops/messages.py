"""Questions as messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import discord

from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.service import Question
from bot.features.drops.store import Drop, Schedule
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

PRIMARY = discord.ButtonStyle.primary
# An order for where no drop has fixed one: the item's own.
UNSHUFFLED = "0123"


def title(asked: BankQuestion | BankItem) -> str:
    """Return what a question is called: a choice question has its first line for a name."""
    return items.headline(asked.content) if isinstance(asked, BankItem) else asked.content.title


def heading(drop: Drop, asked: BankQuestion | BankItem) -> str:
    """Return "Question 12 · Design a RAG pipeline", as all messages about a drop name it."""
    return f"{drop.called.capitalize()} · {title(asked)}"


def question(
    drop: Drop, asked: BankQuestion | BankItem, usual: int | None, ping: int | None = None
) -> Message:
    """Return the question's message, as it is before or after its reveal."""
    rings = f"<@&{ping}> " if ping else ""
    minutes = "" if isinstance(asked, BankItem) else f" · {asked.content.minutes} min"
    if drop.state == "skipped":
        state, rows = _ended(drop), ()
    elif drop.state == "revealed":
        state, rows = _revealed(drop), _rows_after(drop)
    else:
        state, rows = _open(drop, usual), _rows_before(drop)
    return Message(
        content=f"{rings}{heading(drop, asked)}{minutes}",
        embeds=(question_card(asked, state, drop.shuffle or UNSHUFFLED),),
        rows=rows,
        role_id=ping,
    )


def _ended(drop: Drop) -> str:
    if drop.discussion is not None:
        return "This discussion could not be opened in time: `/discuss` starts it again."
    return "An organiser removed this question's schedule: it takes no more answers."


def question_card(asked: BankQuestion | BankItem, state: str, order: str = UNSHUFFLED) -> discord.Embed:
    """Return what is asked in its category's colour, with the line that says how it stands.

    `order` is the order of a choice question's options.
    """
    description = f"{_in_full(asked, order)}\n\n{state}"
    card = discord.Embed(description=description, colour=asked.category.colour)
    card.set_author(name=f"{asked.category.name} · {asked.content.difficulty.value}")
    return card


def _in_full(asked: BankQuestion | BankItem, order: str) -> str:
    return items.asked(asked.content, order) if isinstance(asked, BankItem) else asked.content.prompt


def _open(drop: Drop, usual: int | None) -> str:
    usually = f", usually {usual}" if usual else ""
    return (
        f"Reveal {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})  ·  "
        f"{drop.answered} answered{usually}"
    )


def _rows_before(drop: Drop) -> tuple[tuple[Button, ...], ...]:
    how = Button("How this works", custom_id("daily", "how", drop.id))
    more = () if drop.discussion is None else (Button("Reveal now", custom_id("reveals", "now", drop.id)),)
    if drop.kind == "choice":
        return (items.option_buttons("choices", drop.id, drop.shuffle or UNSHUFFLED), (*more, how))
    buttons = (
        Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY),
        Button("Hint", custom_id("answers", "hint", drop.id)),
        Button("Remind me", custom_id("answers", "remind", drop.id)),
        *more,
        how,
    )
    return (buttons,)


def _revealed(drop: Drop) -> str:
    address = reveal_address(drop)
    if address is None:
        return f"Closed without a reveal, which came too late  ·  {drop.answered} answered"
    when = text.when(drop.revealed_at or drop.reveal_at, "f")
    what = "the answer" if drop.kind == "choice" else "model answer"
    return f"Revealed {when}  ·  {drop.answered} answered  ·  [{what}]({address})"


def question_address(drop: Drop) -> str:
    """Return where the question stands."""
    place = drop.room_id if drop.channel_kind == "forum" else drop.channel_id
    return text.link(drop.guild_id, place or drop.channel_id, drop.message_id)


def reveal_address(drop: Drop) -> str | None:
    """Return where the reveal stands; None before it, and where it came too late to be sent."""
    if not drop.reveal_message_id:
        return None
    place = drop.channel_id if drop.channel_kind != "forum" else drop.room_id or drop.channel_id
    return text.link(drop.guild_id, place, drop.reveal_message_id)


def _rows_after(drop: Drop) -> tuple[tuple[Button, ...], ...]:
    if drop.kind == "choice":
        address = reveal_address(drop)
        answer = (Button("The answer", url=address),) if address else ()
        return ((result_button(drop), *answer, *join_buttons(drop)),)
    late = Button("Answer late", custom_id("answers", "answer", drop.id))
    how = Button("How this works", custom_id("daily", "how", drop.id))
    return ((late, *join_buttons(drop), how),)


def result_button(drop: Drop) -> Button:
    """Return how one sees how one did in a choice question."""
    return Button("My result", custom_id("choices", "result", drop.id))


def join_buttons(drop: Drop) -> tuple[Button, ...]:
    """Return how one gets into a revealed drop's room."""
    if drop.room_id is None or drop.channel_kind == "forum":
        return ()
    if drop.mode == "blind":
        return (Button("Join the room", custom_id("answers", "join", drop.id), style=PRIMARY),)
    label = "Talk about it" if drop.kind == "choice" else "Open the room"
    return (Button(label, url=text.link(drop.guild_id, drop.room_id)),)


def how_it_works(drop: Drop) -> str:
    """Return the rules of a question in one screen."""
    rules = _how_to_choose(drop) if drop.kind == "choice" else _how_to_write(drop)
    return rules if drop.discussion is None else f"{rules}\n{_how_to_discuss(drop)}"


def _how_to_discuss(drop: Drop) -> str:
    """Return what is different about a question that a member wanted discussed."""
    if drop.state == "revealed":
        return "`/discuss` opens a room on another question."
    return (
        "**This is a discussion**: a member wanted to talk about this question. Whoever began it, or an "
        "organiser, ends it for everybody with **Reveal now**. Streaks count the question of the day alone."
    )


def _how_to_write(drop: Drop) -> str:
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
        f"{_worth(drop)}\n"
        f"2. {room}\n"
        "3. **Edit** adds to your answer, your first text stays. **Withdraw** takes it and its points back; "
        "a second answer brings no points.\n"
        "4. **Hint** shows one hint at a time, only to you. **Remind me** writes to you two hours before the "
        "reveal.\n"
        "5. At the reveal you see the model answer and how many covered what. When all who have answered "
        "press **Reveal now**, it comes at once. Late answers are welcome, without points."
    )


def _worth(drop: Drop) -> str:
    """Return what a written answer brings."""
    first = " if this server was never asked the question before" if drop.discussion is not None else ""
    return f"It brings 10 points until the reveal, {text.when(drop.reveal_at, 'f')}{first and ','}{first}."


def _how_to_choose(drop: Drop) -> str:
    if drop.state == "revealed":
        return (
            "**How this works**\nThe answer is out: **The answer** leads to it, **My result** shows how you "
            "did. What you got wrong comes back to you in `/practice`."
        )
    room = "here" if drop.channel_kind == "forum" else "in a thread on the question"
    worth = (
        "A right choice brings 5, 8 or 12 points (easy, medium, hard), a wrong one 1 for trying."
        if drop.discussion is None
        else "In a discussion that brings no points."
    )
    return (
        "**How this works**\n"
        "1. Tap **A**, **B**, **C** or **D**: one tap is your answer. Tap another to change it, as often as "
        f"you like, until {text.when(drop.reveal_at, 'f')}.\n"
        "2. Only you see what you chose. Nobody sees how many chose what before the reveal.\n"
        f"3. At the reveal you see the right option and why each of the others is wrong. {worth}\n"
        f"4. Then it can be talked about {room}. What you got wrong comes back to you in `/practice`."
    )


def today(
    rows: Sequence[tuple[Question, str]],
    coming: Schedule | None = None,
    chosen: Mapping[int, int | None] | None = None,
) -> Message:
    """Return the open questions, each with the line that says how the person stands.

    `chosen` maps drop_id to the option that the person has chosen of a choice question.
    """
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
        card = question_card(
            asked,
            f"{mine}\nReveal {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})  ·  "
            f"{drop.answered} answered",
            drop.shuffle or UNSHUFFLED,
        )
        card.title = heading(drop, asked)
        card.url = text.link(drop.guild_id, place or drop.channel_id, drop.message_id)
        embeds.append(card)
        buttons.append(_today_row(drop, (chosen or {}).get(drop.id), alone=len(rows) == 1))
    more = f"These are open, and {len(rows) - len(embeds)} more." if len(rows) > len(embeds) else ""
    return Message(more, embeds=tuple(embeds), rows=tuple(buttons))


def _today_row(drop: Drop, mine: int | None, *, alone: bool) -> tuple[Button, ...]:
    """Return the buttons of one question; with several, each says which one it is about."""
    if drop.kind == "choice":
        row = items.option_buttons("today", drop.id, drop.shuffle or UNSHUFFLED, mine)
        return row if alone else tuple(replace(b, label=f"{_short(drop)} · {b.label}") for b in row)
    label = "Answer" if alone else f"Answer {_short(drop)}"
    return (
        Button(label, custom_id("answers", "answer", drop.id), style=PRIMARY),
        Button("Hint", custom_id("answers", "hint", drop.id)),
    )


def _short(drop: Drop) -> str:
    return f"{'' if drop.discussion is None else 'D'}{drop.number}"

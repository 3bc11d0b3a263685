"""Questions as messages. Pure."""

from __future__ import annotations

import discord

from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message

THREAD_NAME_LIMIT = 100
QUESTION_GONE = (
    "This question is not there any more, or its schedule was removed: `/today` shows what is open."
)
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


def thread_name(number: int, title: str, *, discussion: bool = False) -> str:
    """Return a room's name: the question's number makes it unique in the server."""
    name = f"{'Discussion ' if discussion else ''}{number} · {title}"
    return name if len(name) <= THREAD_NAME_LIMIT else name[: THREAD_NAME_LIMIT - 1] + "…"

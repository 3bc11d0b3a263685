"""A member's saved list and one entry of it, as its owner reads it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import discord

from bot.features.answers.access import Sight
from bot.features.bank.service import BankItem
from bot.features.drops.messages import heading, question_address, reveal_address
from bot.features.saved import rules
from bot.features.saved.messages import answer_cards, author, model_cards, solution_card
from bot.features.saved.outcomes import (
    Entry,
    Full,
    Kept,
    Listed,
    NothingHere,
    NotToRead,
    Opened,
    Pressed,
    Result,
    TakenOut,
    Thing,
)
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import DANGER, GREY, Button, Message

EMBED_LIMIT = 4096

# How much of an answer's beginning a list shows; where all ten are long and full of signs, less of it.
BEGINNINGS = (90, 40, 0)

BUTTONS_A_ROW = 5

# What stands before the search in the footer of a list: the next page reads it there.
SEARCH = "search: "

SAVED = "`/me saved` shows what you keep."


def reply(outcome: Pressed | Listed | Opened) -> Message:
    """Return what the person reads."""
    match outcome:
        case Listed():
            return _listed(outcome)
        case Opened():
            return _opened(outcome)
        case _:
            return Message(_pressed(outcome))


def _pressed(outcome: Pressed) -> str:
    match outcome:
        case Kept(thing, total):
            return f"Saved: {_named(thing)}. {SAVED} ({total})\n-# Press **Save** again to take it out."
        case TakenOut(thing):
            return f"Taken out of your list: {_named(thing)}. Press **Save** again to keep it."
        case NotToRead(thing):
            return _not_to_read(thing)
        case Full(most):
            return f"Your list holds {most} entries, which is the most: take one out in `/me saved` first."
        case NothingHere():
            return "That is not there any more: `/today` with `date:` shows what was asked here."
        case _:
            assert_never(outcome)


def _not_to_read(thing: Thing) -> str:
    at = text.when(thing.drop.reveal_at, "R")
    match thing.sight:
        case Sight.WITHDRAWN:
            return "Its author has withdrawn this answer: there is nothing to save any more."
        case Sight.HIDDEN:
            return "An organiser has hidden this answer: there is nothing to save any more."
        case _ if thing.drop.state == "skipped":
            return "That can be read by those who had answered: the question ended without a reveal."
        case _ if thing.answer is not None:
            return (
                f"You can save it when you can read it: press **Answer** on the question, or wait until {at}."
            )
        case _:
            return f"The model answer comes {at}: save it then."


def _named(thing: Thing) -> str:
    return f"**{heading(thing.drop, thing.asked)}** · {_author(thing)}"


def _author(thing: Thing) -> str:
    if thing.answer is None:
        return "the answer" if thing.drop.kind == "choice" else "model answer"
    return text.name(text.shortened(author(thing.answer), 32))


def _listed(shown: Listed) -> Message:
    """Return a page of the list; its footer keeps what was searched for."""
    above = f"Taken out: {_named(shown.removed)}." if shown.removed else ""
    if not shown.kept:
        return _with_line(
            above, Message("You have saved nothing yet: press **Save** below an answer or a reveal.")
        )
    if not shown.entries:
        everything = Button("Show all", custom_id("keeping", "everything", 0))
        said = (
            f"Nothing you saved holds “{text.name(shown.search)}”: try fewer or other words, as "
            "`/me saved search:` finds entries that have them all."
        )
        return _with_line(above, Message(said, rows=((everything,),)))
    card = discord.Embed(title="What you saved", description=_lines(shown), colour=GREY)
    card.set_footer(text=_footer(shown))
    numbers = [
        Button(str(number), custom_id("keeping", "open", entry.saved_id))
        for number, entry in enumerate(shown.entries, start=shown.page * rules.PAGE + 1)
    ]
    rows = [tuple(numbers[i : i + BUTTONS_A_ROW]) for i in range(0, len(numbers), BUTTONS_A_ROW)]
    turn = _turn(shown)
    return Message(above, embeds=(card,), rows=(*rows, turn) if turn else tuple(rows))


def _with_line(line: str, message: Message) -> Message:
    return replace(message, content=f"{line}\n{message.content}") if line else message


def _turn(shown: Listed) -> tuple[Button, ...]:
    row: list[Button] = []
    if shown.page > 0:
        row.append(Button("◀ Previous", custom_id("keeping", "page", shown.page - 1)))
    if shown.page + 1 < rules.pages(shown.total):
        row.append(Button("Next ▶", custom_id("keeping", "page", shown.page + 1)))
    if shown.search:
        row.append(Button("Show all", custom_id("keeping", "everything", 0)))
    return tuple(row)


def _footer(shown: Listed) -> str:
    found = f"{shown.total} of {shown.kept}" if shown.search else str(shown.kept)
    line = f"Page {shown.page + 1} of {rules.pages(shown.total)} · {found} saved · a number opens it"
    return f"{line} · {SEARCH}{shown.search}" if shown.search else line


def search_in(footer: str | None) -> str:
    """Return what was searched for, out of the footer of a list or of an entry opened from it."""
    _, found, search = (footer or "").partition(SEARCH)
    return rules.clean_search(search) if found else ""


def _lines(shown: Listed) -> str:
    first = shown.page * rules.PAGE + 1
    numbered = list(enumerate(shown.entries, start=first))
    written = ("\n".join(_line(n, entry.thing, most) for n, entry in numbered) for most in BEGINNINGS)
    return next((lines for lines in written if len(lines) <= EMBED_LIMIT), "")


def _line(number: int, thing: Thing, most: int) -> str:
    head = f"`{number}.` **{heading(thing.drop, thing.asked)}**"
    address = _address(thing)
    if thing.sight is not Sight.READABLE:
        return f"{head}\n-# {_why(thing)}"
    beginning = beginning_of(thing, most)
    said = f"\n{beginning}" if beginning else ""
    return f"{head} · {_author(thing)} · [go there]({address}){said}"


def beginning_of(thing: Thing, most: int) -> str:
    """Return the first line of what was saved that is no fence, without its formatting."""
    if not most:
        return ""
    if thing.answer is not None:
        words = thing.answer.text
    elif isinstance(thing.asked, BankItem):
        words = next(o.text for o in thing.asked.content.options if o.right)
    else:
        # The bank's own emphasis would be shown as signs.
        words = thing.asked.content.model_answer.replace("**", "")
    lines = (" ".join(line.split()) for line in words.splitlines())
    first = next((line for line in lines if line and not line.startswith("```")), "")
    return text.name(text.shortened(first, most))


def _why(thing: Thing) -> str:
    """Return why an entry cannot be read now."""
    match thing.sight:
        case Sight.WITHDRAWN:
            return "An answer that its author has withdrawn."
        case Sight.HIDDEN:
            return "An answer that an organiser has hidden."
        case Sight.CLOSED if thing.drop.state == "skipped":
            return "An answer for those who had answered: the question ended without a reveal."
        case Sight.CLOSED if thing.answer is None:
            return f"The model answer comes {text.when(thing.drop.reveal_at, 'R')}."
        case Sight.CLOSED:
            at = text.when(thing.drop.reveal_at, "R")
            return f"An answer that opens to you with one of your own, or {at}."
        case Sight.AWAY | Sight.READABLE:
            return "It stands in a channel that was deleted or that you cannot see any more."
        case _:
            assert_never(thing.sight)


def _address(thing: Thing) -> str:
    drop, answer = thing.drop, thing.answer
    if answer is None:
        return reveal_address(drop) or question_address(drop)
    if drop.room_id is not None and answer.message_id is not None:
        return text.link(drop.guild_id, drop.room_id, answer.message_id)
    return question_address(drop)


def _opened(shown: Opened) -> Message:
    """Return one entry whole, with the way back to where the list was."""
    entry, thing = shown.entry, shown.entry.thing
    embeds = _whole(thing, shown.result) if thing.sight is Sight.READABLE else (_unreadable(thing),)
    if shown.search:
        embeds[-1].set_footer(text=f"The list shows what was found · {SEARCH}{shown.search}")
    return Message(f"**{heading(thing.drop, thing.asked)}**", embeds=embeds, rows=(_entry_row(entry, thing),))


def _entry_row(entry: Entry, thing: Thing) -> tuple[Button, ...]:
    there = (Button("Go there", url=_address(thing)),) if thing.sight is Sight.READABLE else ()
    return (
        Button("Back to the list", custom_id("keeping", "back", entry.saved_id)),
        Button("Take it out", custom_id("keeping", "remove", entry.saved_id), style=DANGER),
        *there,
    )


def _unreadable(thing: Thing) -> discord.Embed:
    return discord.Embed(description=_why(thing), colour=GREY)


def _whole(thing: Thing, result: Result) -> tuple[discord.Embed, ...]:
    if thing.answer is not None:
        return answer_cards(thing.answer, thing.asked.category.colour)
    if isinstance(thing.asked, BankItem):
        return (solution_card(thing.drop, thing.asked, result),)
    return model_cards(thing.asked)

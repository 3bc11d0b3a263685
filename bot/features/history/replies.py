"""Past questions and exports, as the one who asked for them reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import discord

from bot.features.answers.messages import state_line
from bot.features.answers.store import Answer
from bot.features.bank.service import BankItem, BankQuestion
from bot.features.drops.messages import (
    UNSHUFFLED,
    heading,
    join_buttons,
    question_address,
    question_card,
    reveal_address,
)
from bot.features.drops.store import Drop
from bot.features.history.dates import short_day
from bot.features.history.outcomes import (
    EmptyMonth,
    Exported,
    Exporting,
    Looking,
    NothingThen,
    Past,
    Several,
    UnknownMonth,
)
from bot.features.saved.messages import answer_cards, author, model_cards, solution_card
from bot.features.saved.outcomes import NothingHere
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import GREY, PRIMARY, Button, Message

# A custom_id holds one number: a page of a question is (the question's id) * PAGES + (the page).
PAGES = 10_000
# All embeds of a message hold 6,000 characters together.
ANSWERS_SIZE = 5_500
ANSWERS_A_PAGE = 5
# "12 reviews · 4 of 6 points · 12 upvotes"
SAID_SIZE = 60
CHOICE_NAME_LIMIT = 100
LABEL_NAME = 20
MONTHS_NAMED = 12


def of_page(subject_id: int) -> tuple[int, int]:
    """Return (drop_id, page) from the number of a button."""
    return divmod(subject_id, PAGES)


def reply(outcome: Looking | Exporting, page: int = 0) -> Message:
    """Return what was looked back at, `page` of it, or what stands above the files of a month."""
    match outcome:
        case Past():
            return _past(outcome, page)
        case Several():
            return _several(outcome)
        case NothingThen():
            return Message(_nothing_then(outcome))
        case NothingHere():
            return Message(
                "That question is not there any more, or you cannot see its channel: `/today` with `date:` "
                "lists those you can look at."
            )
        case _:
            return Message(_exporting(outcome))


def _nothing_then(outcome: NothingThen) -> str:
    if not outcome.asked:
        return "No question was asked here yet: `/today` says when the first one comes."
    if outcome.day is not None:
        day = short_day(outcome.day)
        return f"No question was asked on {day}: choose one from the list that appears at `date:`."
    typed = text.name(text.shortened(outcome.typed, 50))
    return (
        f"I know no question “{typed}”: choose one from the list that appears at `date:`, or type a date "
        "such as 2026-01-31, a number, or words of its title."
    )


def _several(outcome: Several) -> Message:
    lines = [f"**{heading(drop, asked)}**" for drop, asked in outcome.found]
    more = outcome.total - len(lines)
    if more:
        lines.append(f"-# {text.count(more, 'older one')} left out: type more of the title, or a date.")
    buttons = [
        Button(drop.called.capitalize(), custom_id("keeping", "past", drop.id * PAGES))
        for drop, _ in outcome.found
    ]
    rows = tuple(tuple(buttons[i : i + 5]) for i in range(0, len(buttons), 5))
    card = discord.Embed(description="\n".join(lines))
    return Message(f"{text.count(outcome.total, 'question')} fit. Which one?", embeds=(card,), rows=rows)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page: what it shows, what of it can be saved, and whose reviews can be read."""

    embeds: tuple[discord.Embed, ...]
    saves: tuple[Button, ...] = ()
    reviews: tuple[Button, ...] = ()


def _past(found: Past, page: int) -> Message:
    """Return one page of a question: what was asked, the model answer, then the answers."""
    sheets = _sheets(found)
    page = min(max(page, 0), len(sheets) - 1)
    where = f"\n-# Page {page + 1} of {len(sheets)}" if len(sheets) > 1 else ""
    rows = (_turn(found.drop, page, len(sheets)), sheets[page].saves, sheets[page].reviews, _ways(found))
    return Message(
        f"**{heading(found.drop, found.asked)}**{where}",
        embeds=sheets[page].embeds,
        rows=tuple(row for row in rows if row),
    )


def _sheets(found: Past) -> list[_Sheet]:
    drop, asked = found.drop, found.asked
    keep = (Button("Save", custom_id("keeping", "save_model", drop.id)),)
    if found.result is not None and isinstance(asked, BankItem):
        card = solution_card(drop, asked, found.result)
        card.description = f"{card.description}\n\n{_state(found)}"
        return [_Sheet((card,), keep)]
    sheets = [_Sheet((question_card(asked, _state(found), drop.shuffle or UNSHUFFLED),))]
    if isinstance(asked, BankQuestion) and drop.state == "revealed":
        sheets.append(_Sheet(model_cards(asked), keep))
    colour = asked.category.colour
    for answers in packed(found.answers):
        cards = tuple(card for answer in answers for card in _said_card(found, answer, colour))
        saves = tuple(
            Button(f"Save: {_label(answer)}", custom_id("keeping", "save", answer.id)) for answer in answers
        )
        reviews = tuple(
            Button(f"Reviews: {_label(answer)}", custom_id("reviews", "read", answer.id))
            for answer in answers
            if answer.id in found.said and found.said[answer.id].reviews
        )
        sheets.append(_Sheet(cards, saves, reviews))
    return sheets


def packed(answers: Sequence[Answer]) -> list[list[Answer]]:
    """Return the answers by page: few enough to be read on one, and short enough together for a message."""
    sheets: list[list[Answer]] = []
    room = 0
    for answer in answers:
        length = sum(len(card) for card in answer_cards(answer, GREY)) + SAID_SIZE
        if not sheets or length > room or len(sheets[-1]) == ANSWERS_A_PAGE:
            sheets.append([])
            room = ANSWERS_SIZE
        sheets[-1].append(answer)
        room -= length
    return sheets


def _said_card(found: Past, answer: Answer, colour: int) -> tuple[discord.Embed, ...]:
    """Return an answer's cards; the first says what reviews and votes say of it."""
    first, *more = answer_cards(answer, colour)
    said = found.said.get(answer.id)
    if said is not None and isinstance(found.asked, BankQuestion):
        line = state_line(said, len(found.asked.content.rubric))
        first.set_footer(text=line or None)
    return first, *more


def _label(answer: Answer) -> str:
    """Return an author's name for a button, which shows plain text."""
    return text.shortened(author(answer), LABEL_NAME)


def _state(found: Past) -> str:
    """Return when it was asked and revealed, and what can be read of it."""
    drop = found.drop
    asked = f"Asked {text.when(drop.opened_at or drop.due_at, 'D')}"
    if drop.state == "revealed":
        state = f"{asked}  ·  revealed {text.when(drop.revealed_at or drop.reveal_at, 'f')}"
    elif drop.state == "skipped":
        state = f"{asked}  ·  ended without a reveal"
    else:
        state = f"{asked}  ·  reveal {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})"
    return f"{state}\n{_turnout(found)}"


def _turnout(found: Past) -> str:
    drop, here = found.drop, len(found.answers)
    if drop.kind == "choice":
        return f"{drop.answered} answered."
    if here:
        return f"{text.count(here, 'answer')}, on the pages that follow."
    if found.reader.sees is None and not found.reader.inside and drop.answered:
        return "Its channel was deleted: the answers can be read by those who had answered."
    if found.closed and drop.state == "skipped":
        return "Its answers can be read by those who had answered."
    if found.closed:
        return f"{text.count(found.closed, 'answer')}: open to you with one of your own, to everybody then."
    return "No answers."


def _turn(drop: Drop, page: int, of: int) -> tuple[Button, ...]:
    row: list[Button] = []
    if page > 0:
        row.append(Button("◀ Previous", custom_id("keeping", "past", drop.id * PAGES + page - 1)))
    if page + 1 < of:
        row.append(Button("Next ▶", custom_id("keeping", "past", drop.id * PAGES + page + 1), style=PRIMARY))
    return tuple(row)


def _ways(found: Past) -> tuple[Button, ...]:
    """Return the ways to where it was said, as far as it is still there."""
    drop = found.drop
    if found.reader.sees is None:
        return ()
    row = [Button("To the question", url=question_address(drop))]
    if (address := reveal_address(drop)) is not None:
        row.append(Button("To the reveal", url=address))
    in_room = drop.room_id is not None and drop.channel_kind != "forum"
    if drop.state == "revealed":
        row += join_buttons(drop)
    elif in_room and (drop.mode == "open" or found.reader.inside):
        row.append(Button("To the room", url=text.link(drop.guild_id, drop.room_id or 0)))
    if drop.kind == "open" and drop.state != "skipped" and not found.reader.inside:
        label = "Answer late" if drop.state == "revealed" else "Answer"
        row.append(Button(label, custom_id("answers", "answer", drop.id)))
    return tuple(row)


def suggestion(drop: Drop, day: date, name: str) -> tuple[str, str]:
    """Return what the list at `date:` shows for a question, and what it fills in."""
    number = str(drop.number) if drop.discussion is None else drop.called
    return text.shortened(f"{short_day(day)} · {number} · {name}", CHOICE_NAME_LIMIT), number


def _exporting(outcome: Exporting) -> str:
    """Return what stands above the files of a month, or why there are none."""
    match outcome:
        case Exported():
            return _exported(outcome)
        case EmptyMonth(month, ()):
            return f"No question was asked here yet, in {month.name} or before: `/setup` starts a schedule."
        case EmptyMonth(month, others):
            named = text.listing([f"{other}" for other in others], most=MONTHS_NAMED)
            return f"No question was asked in {month.name}, but in {named}: choose one at `month:`."
        case UnknownMonth(typed):
            name = text.name(text.shortened(typed, 50))
            return f"“{name}” is no month: choose one from the list at `month:`, or type it as 2026-01."
        case _:
            assert_never(outcome)


def _exported(outcome: Exported) -> str:
    questions, answers = text.count(outcome.questions, "question"), text.count(outcome.answers, "answer")
    lines = [f"**{outcome.month.name}**: {questions}, {answers}. Only you see this message."]
    if outcome.unrevealed:
        lines.append(
            f"{text.count(outcome.unrevealed, 'question')} not revealed: without answers and model answer."
        )
    if outcome.left_out:
        lines.append(
            f"There was no room for all of {text.listing(outcome.left_out)}: the files are as large as I can "
            "send. Whoever runs me has them in the database."
        )
    return "\n".join(lines)

"""What `/today` shows. Pure."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.features.answers.messages import reveal_now, way_in
from bot.features.answers.store import Answer
from bot.features.bank import messages as items
from bot.features.choices import messages as choices
from bot.features.drops.messages import UNSHUFFLED, heading, question_address, question_card
from bot.features.drops.outcomes import Question
from bot.features.drops.store import Drop
from bot.features.reviews.outcomes import ToDo
from bot.features.schedules.store import Schedule
from bot.features.today.outcomes import Today
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message

# A message has five rows of five buttons.
ROWS, ROW = 5, 5
# As many questions are shown as a message has rows; the others are counted.
SHOWN = 5
# More questions than these with answers to review are only counted.
TO_DO = 5

Rows = list[tuple[Button, ...]]


def reply(found: Today) -> Message:
    """Return the open questions, how the person stands with each, and what they can still do."""
    if not found.questions:
        return _with_reviews(_nothing_open(found.coming), [], [], found.reviews)
    shown = found.questions[:SHOWN]
    alone = len(found.questions) == 1
    more = len(found.questions) - len(shown)
    said = Message(
        f"These are open, and {more} more." if more else "",
        embeds=tuple(_card(found, one) for one in shown),
    )
    rows = [_row(found, one.drop, alone=alone) for one in shown]
    return _with_reviews(said, [one.drop for one in shown], rows, found.reviews)


def _nothing_open(coming: Schedule | None) -> Message:
    if coming is None:
        return Message("No question is open, and none is scheduled: organisers start one with `/setup`.")
    at = coming.next_run_at
    return Message(
        f"No question is open right now. The next one comes {text.when(at, 'f')} ({text.when(at, 'R')}) "
        f"in <#{coming.channel_id}>."
    )


def _card(found: Today, one: Question) -> discord.Embed:
    drop, asked = one.drop, one.question
    chosen = found.choices.get(drop.id)
    mine = standing(drop, found.answers.get(drop.id)) if chosen is None else choices.standing(chosen)
    card = question_card(
        asked,
        f"{mine}\nReveal {text.when(drop.reveal_at, 'f')} ({text.when(drop.reveal_at, 'R')})  ·  "
        f"{drop.answered} answered",
        drop.shuffle or UNSHUFFLED,
    )
    card.title = heading(drop, asked)
    card.url = question_address(drop)
    return card


def standing(drop: Drop, mine: Answer | None) -> str:
    """Return how a person stands with an open question that is answered in writing."""
    if mine is None:
        return "**You have not answered yet.**"
    if mine.hidden:
        return "**An organiser has hidden your answer**: ask one of them to show it again."
    if mine.refused is not None:
        return (
            f"**Your answer was not posted**: {mine.refused.why}. Press **Answer**, which has your text, and "
            "change it."
        )
    if mine.state == "withdrawn":
        return "**You withdrew your answer**; a new one brings no points."
    room = f" The room: <#{drop.room_id}>." if drop.room_id else ""
    counts = "scored" if mine.scored else "without points"
    return f"**You have answered** ({counts}).{room}"


def _row(found: Today, drop: Drop, *, alone: bool) -> tuple[Button, ...]:
    """Return the buttons of one question; with several, each says which one it is about."""
    mine = found.answers.get(drop.id)
    row = (
        *_first_buttons(found, drop, alone=alone),
        *(way_in(drop) if mine is not None and mine.state == "live" else ()),
    )
    may_reveal = found.organiser or (mine is not None and mine.stands)
    if not may_reveal or len(row) >= ROW:
        return row
    now = reveal_now(drop)
    return (*row, now if alone else replace(now, label=f"Reveal {drop.called} now"))


def _first_buttons(found: Today, drop: Drop, *, alone: bool) -> tuple[Button, ...]:
    if drop.kind == "choice":
        chosen = found.choices.get(drop.id)
        mine = None if chosen is None else chosen.mine
        row = items.option_buttons("today", drop.id, drop.shuffle or UNSHUFFLED, mine)
        return row if alone else tuple(replace(b, label=f"{_short(drop)} · {b.label}") for b in row)
    written = found.answers.get(drop.id)
    if written is not None and written.hidden:
        # Whose answer organisers have hidden cannot write another.
        return (Button("Hint" if alone else f"Hint {_short(drop)}", custom_id("answers", "hint", drop.id)),)
    label = "Answer" if alone else f"Answer {_short(drop)}"
    return (
        Button(label, custom_id("answers", "answer", drop.id), style=PRIMARY),
        Button("Hint", custom_id("answers", "hint", drop.id)),
    )


def _short(drop: Drop) -> str:
    return f"{'' if drop.discussion is None else 'D'}{drop.number}"


def _with_reviews(said: Message, drops: list[Drop], rows: Rows, to_do: tuple[ToDo, ...]) -> Message:
    """Add the reviews that are left: beside their question where it is shown, else below."""
    here = {drop.id: row for row, drop in enumerate(drops)}
    lines: list[str] = []
    for one in to_do[:TO_DO]:
        drop = one.drop
        waits = "waits" if one.left == 1 else "wait"
        lines.append(f"{text.count(one.left, 'answer')} to {drop.called} {waits} for a review.")
        button = Button(f"Review {drop.called}", custom_id("reviews", "another", drop.id))
        row = here.get(drop.id)
        if row is not None and len(rows[row]) < ROW:
            rows[row] = (*rows[row], button)
        elif len(rows) < ROWS:
            rows.append((button,))
    if len(to_do) > TO_DO:
        lines.append(f"So do answers to {text.count(len(to_do) - TO_DO, 'more question')}.")
    content = "\n".join(filter(None, (said.content, *lines)))
    return replace(said, content=content, rows=tuple(rows))

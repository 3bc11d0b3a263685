"""The replies to whoever wants a question discussed, and what they are told of trouble. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.features.discussions import rules
from bot.features.discussions.outcomes import (
    AskedNow,
    Begin,
    InQuiz,
    MayNotWrite,
    NoSuchQuestion,
    NotAllowed,
    NotHidden,
    WrongPlace,
)
from bot.features.discussions.rules import EnoughOpen, EnoughToday, Suggestion
from bot.features.drops.messages import question_address
from bot.features.drops.permissions import PERMISSION_LABELS
from bot.features.drops.store import Drop
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

Refusal = (
    WrongPlace
    | MayNotWrite
    | NoSuchQuestion
    | AskedNow
    | InQuiz
    | NotHidden
    | NotAllowed
    | EnoughToday
    | EnoughOpen
)

# The name of a suggestion may have 100 characters.
SUGGESTION_LIMIT = 100

LONGEST_CATEGORY = 22

DETAIL_LIMIT = 300


def suggestion(one: Suggestion) -> str:
    """Return a question as autocomplete shows it: what it is about may be cut, what sort it is may not."""
    sort = f"{one.difficulty}, {'tap A to D' if one.kind == 'choice' else 'write'}"
    category = text.shortened(one.category, LONGEST_CATEGORY)
    title = text.shortened(one.title, SUGGESTION_LIMIT - len(sort) - len(category) - len(" ·  · "))
    return f"{title} · {category} · {sort}"


def reply(outcome: Begin | Refusal) -> Message:
    """Return what the person reads."""
    return _begun(outcome) if isinstance(outcome, Begin) else Message(_refusal(outcome))


def _begun(outcome: Begin) -> Message:
    """Return that a discussion is on its way, where to look, and how it ends."""
    drop = outcome.drop
    if drop.kind == "choice":
        points = "Choices bring no points here."
    elif outcome.pays:
        points = "Answers bring points as for the question of the day."
    else:
        points = "This server was asked it before, so answers bring no points."
    agree = "" if drop.kind == "choice" else ", or all who have answered do"
    return Message(
        f"On its way: look in <#{drop.channel_id}>. **{_named(drop, outcome.title)}** is revealed "
        f"{text.when(drop.reveal_at, 'R')}, or when you press **Reveal now**{agree}. {points}",
        rows=((Button("Reveal now", custom_id("reveals", "now", drop.id)),),),
    )


def _named(drop: Drop, title: str) -> str:
    return f"{drop.called.capitalize()} · {title}"


def _refusal(outcome: Refusal) -> str:
    """Return why no discussion was begun, and the next step, in one sentence."""
    match outcome:
        case WrongPlace(parent_id):
            return _wrong_place(parent_id)
        case MayNotWrite(channel_id):
            return f"You cannot write in <#{channel_id}>: choose a channel at `channel:` in which you can."
        case EnoughToday() | EnoughOpen():
            return _enough(outcome)
        case NotAllowed(channel_id, missing):
            return _not_allowed(channel_id, missing)
        case _:
            return _not_this(outcome)


def _not_this(outcome: NoSuchQuestion | AskedNow | InQuiz | NotHidden) -> str:
    match outcome:
        case NoSuchQuestion(typed):
            said = text.name(text.shortened(typed, 60)) or "nothing"
            return (
                f"I do not know which question “{said}” is: type a word of it at `question:` and choose from "
                "the list that appears."
            )
        case AskedNow(drop):
            return f"That question is {_where(drop)}"
        case InQuiz():
            return "That question belongs to a quiz that runs right now: discuss it when the quiz is over."
        case NotHidden():
            return (
                "Hidden answers need private threads, which only text channels have: choose a text channel "
                "at `channel:`, or `mode: open`."
            )
        case _:
            assert_never(outcome)


def _enough(outcome: EnoughToday | EnoughOpen) -> str:
    match outcome:
        case EnoughToday(again_at):
            return (
                f"You have begun {rules.DISCUSSIONS_A_DAY} discussions today, which is the most: you can "
                f"begin another {text.when(again_at, 'R')}. `/today` shows what is open."
            )
        case EnoughOpen(again_at):
            return (
                f"{rules.DISCUSSIONS_OPEN} discussions are open in this server, which is the most: the next "
                f"one ends {text.when(again_at, 'R')}. `/today` shows what is open."
            )
        case _:
            assert_never(outcome)


def _where(drop: Drop) -> str:
    if drop.state == "planned" or drop.message_id is None:
        return f"on its way into <#{drop.channel_id}> already: answer it there."
    return f"open right now, as [{drop.called}]({question_address(drop)}): answer it there."


def _not_allowed(channel_id: int, missing: tuple[str, ...] | None) -> str:
    if missing is None:
        return "I cannot see that channel: choose another at `channel:`, or ask an organiser to let me in."
    names = text.listing([f"**{PERMISSION_LABELS[name]}**" for name in missing])
    return (
        f"In <#{channel_id}> I am missing {names}: ask an organiser to allow it, or choose another channel "
        "at `channel:`."
    )


def _wrong_place(parent_id: int | None) -> str:
    """Return where a discussion can be begun; `parent_id` is the channel of the thread it was typed in."""
    if parent_id is not None:
        return (
            "A discussion gets a thread of its own, and a thread has no threads: type it in "
            f"<#{parent_id}>, or choose a channel at `channel:`."
        )
    return (
        "A discussion needs a text, forum or announcement channel: type it there, or choose one at "
        "`channel:`."
    )

"""What one person reads about a question. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.core.amounts import span
from bot.features.drops.messages import QUESTION_GONE
from bot.features.drops.outcomes import Question, QuestionGone
from bot.features.drops.rules import LONGEST_ANSWER, REMIND_BEFORE_REVEAL, SHORTEST_ANSWER
from bot.features.drops.store import Drop
from bot.features.scores import rules as pays
from bot.ui import text
from bot.ui.message import Message


def reply(outcome: Question | QuestionGone) -> Message:
    """Return the rules of a question in one screen."""
    match outcome:
        case Question(drop):
            return Message(_how_it_works(drop))
        case QuestionGone():
            return Message(QUESTION_GONE)
        case _:
            assert_never(outcome)


def _how_it_works(drop: Drop) -> str:
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
        f"At least {SHORTEST_ANSWER} characters, at most {LONGEST_ANSWER:,}. "
        f"{_worth(drop)}\n"
        f"2. {room}\n"
        "3. **Edit** adds to your answer, your first text stays. **Withdraw** takes it and its points back; "
        "a second answer brings no points.\n"
        "4. **Hint** shows one hint at a time, only to you. **Remind me** writes to you "
        f"{span(REMIND_BEFORE_REVEAL)} before the reveal.\n"
        "5. At the reveal you see the model answer and how many covered what. When all who have answered "
        "press **Reveal now**, it comes at once. Late answers are welcome, without points."
    )


def _worth(drop: Drop) -> str:
    """Return what a written answer brings."""
    first = " if this server was never asked the question before" if drop.discussion is not None else ""
    points = text.count(pays.WRITTEN_ANSWER, "point")
    return f"It brings {points} until the reveal, {text.when(drop.reveal_at, 'f')}{first and ','}{first}."


def _how_to_choose(drop: Drop) -> str:
    if drop.state == "revealed":
        return (
            "**How this works**\nThe answer is out: **The answer** leads to it, **My result** shows how you "
            "did. What you got wrong comes back to you in `/practice`."
        )
    room = "here" if drop.channel_kind == "forum" else "in a thread on the question"
    worth = (
        f"A right choice brings {text.listing([*map(str, pays.CHOICE_RIGHT.values())], joint='or')} points "
        f"({', '.join(pays.CHOICE_RIGHT)}), a wrong one {pays.CHOICE_WRONG} for trying."
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

"""What one person reads while practising. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import discord

from bot.features.bank.messages import asked, explained, option_buttons, solved, source
from bot.features.practice.outcomes import (
    Answered,
    Asked,
    CategoryCount,
    Elsewhere,
    Ended,
    Held,
    NoItems,
    NoMisses,
    Nothing,
    NothingOpen,
    Outcome,
    Tally,
    UnknownCategory,
)
from bot.features.practice.rules import Grade, Why
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message
from questions.letters import letter_of, right_option

WHY = {
    Why.DUE: "Due again",
    Why.NEW: "New",
    Why.SEEN: "Seen before",
    Why.AGAIN: "Once more",
    Why.LEFT: "Where you left off",
}
RATED = {
    Grade.HARD: "✅ **Right**, counted as hard.",
    Grade.GOOD: "✅ **Right.**",
    Grade.EASY: "✅ **Right**, counted as easy.",
}
MOVED_ON = "You have gone on since then: this is where you are now."
HELD = "That question is being asked to everybody here right now, so practice leaves it out until it is over."
NOTHING_OPEN = "That question is over: type `/practice` to go on."
NO_MISSES = "You missed nothing in that quiz. `/practice` shows what else is due."


def reply(outcome: Outcome, now: datetime) -> Message:
    """Return the private message for whatever an act in practice came to."""
    match outcome:
        case Asked():
            return _question(outcome)
        case Answered():
            return _result(outcome, now)
        case Elsewhere(current):
            return _under(MOVED_ON, reply(current, now))
        case Held(then):
            return _under(HELD, reply(then, now))
        case Nothing():
            return _nothing(outcome, now)
        case Ended():
            return _ended(outcome, now)
        case _:
            return _sentence(outcome)


def _sentence(outcome: NoItems | UnknownCategory | NoMisses | NothingOpen) -> Message:
    match outcome:
        case NoItems(category, known):
            return Message(_no_items(category, known))
        case UnknownCategory(typed, known):
            return Message(_unknown(typed, known))
        case NoMisses():
            return Message(NO_MISSES, rows=(_more("Practise"),))
        case NothingOpen():
            return Message(NOTHING_OPEN, rows=(_more("Practise"),))
    assert_never(outcome)


def _question(shown: Asked) -> Message:
    """Return a question with its four buttons."""
    item = shown.item
    card = discord.Embed(description=asked(item.content, shown.order), colour=item.category.colour)
    head = f"**{WHY[shown.why]}** · {_about(shown)}"
    # Never where Next stands afterwards: who taps twice there means to go on.
    done = Button("Done", custom_id("practice", "done", shown.number))
    return Message(
        head,
        embeds=(_with_tally(card, shown.tally),),
        rows=((*option_buttons("practice", shown.number, shown.order), done),),
    )


def _result(shown: Answered, now: datetime) -> Message:
    """Return the solution: why the right option is right, why the chosen one is not, when it comes back."""
    item = shown.item.content
    right = letter_of(shown.order, right_option(item))
    verdict = RATED[shown.grade] if shown.right else f"❌ **Wrong**: {right} is right."
    lines = [f"{verdict} {_back(shown.due_at, now)}"]
    if shown.may_rate:
        lines.append("-# **Hard** brings it back sooner, **Easy** later.")
    wrong = () if shown.right else (shown.option,)
    parts = (
        solved(item, shown.order, None, shown.option),
        explained(item, shown.order, wrong),
        f"Read more: {source(item)}",
    )
    card = discord.Embed(description="\n\n".join(parts), colour=shown.item.category.colour)
    card.set_author(name=_about(shown))
    return Message("\n".join(lines), embeds=(_with_tally(card, shown.tally),), rows=(_after(shown),))


def _after(shown: Answered) -> tuple[Button, ...]:
    number = shown.number
    following = Button("Next", custom_id("practice", "next", number), style=PRIMARY)
    done = Button("Done", custom_id("practice", "done", number))
    if not shown.may_rate:
        return following, done
    return (
        following,
        Button("Hard", custom_id("practice", "hard", number), disabled=shown.grade is Grade.HARD),
        Button("Easy", custom_id("practice", "easy", number), disabled=shown.grade is Grade.EASY),
        done,
    )


def _nothing(outcome: Nothing, now: datetime) -> Message:
    """Return that nothing is due, and when something is."""
    of = f" in **{text.name(outcome.category)}**" if outcome.category else ""
    if outcome.next_at is None:
        said = (
            f"Nothing is left{of} just now: the rest is being asked to everybody here. Come back when that "
            "is over."
        )
    elif outcome.next_at > now:
        said = f"Nothing due{of}: the next one comes back {text.when(outcome.next_at, 'R')}."
    else:
        said = f"Nothing due{of}."
    lines = [f"**That is all for now**: {_count(outcome.tally)}."] if outcome.tally.answered else []
    lines.append(said)
    if outcome.more:
        lines.append("Other categories have more.")
    return Message("\n".join(lines), rows=(_more("All categories" if outcome.more else "Look again"),))


def _ended(outcome: Ended, now: datetime) -> Message:
    """Return the summary of a sitting."""
    lines = [f"**Done**: {_count(outcome.tally)}." if outcome.tally.answered else "**Done** for now."]
    if outcome.due:
        lines.append(f"{text.count(outcome.due, 'question')} {'is' if outcome.due == 1 else 'are'} due now.")
    elif outcome.next_at is not None and outcome.next_at > now:
        lines.append(f"The next one comes back {text.when(outcome.next_at, 'R')}.")
    lines.append("`/practice` goes on, whenever you like.")
    return Message("\n".join(lines), rows=(_more("Go on"),))


def _no_items(category: str | None, known: Sequence[CategoryCount]) -> str:
    if not known:
        return "This server has no practice questions yet. `/today` shows the question of the day."
    where = f"**{text.name(category)}** has no practice questions yet." if category else "Nothing is left."
    return f"{where} These have some: {_listed(known)}. Choose one at `category:`, or type `/practice` alone."


def _unknown(typed: str, known: Sequence[CategoryCount]) -> str:
    if not known:
        return _no_items(None, known)
    return (
        f"I know no category “{text.name(text.shortened(typed, 50))}”. There are {_listed(known)}: "
        "choose one from the list at `category:`, or type `/practice` alone."
    )


def _listed(known: Sequence[CategoryCount]) -> str:
    return text.listing([f"**{text.name(c.name)}** ({c.items})" for c in known], most=25)


def _about(shown: Asked | Answered) -> str:
    return f"{shown.item.category.name} · {shown.item.content.difficulty.value}"


def _back(due_at: datetime, now: datetime) -> str:
    return f"It comes back {text.when(due_at, 'R')}." if due_at > now else "It is due again."


def _count(tally: Tally) -> str:
    return f"{tally.answered} answered, {tally.right} right"


def _with_tally(card: discord.Embed, tally: Tally) -> discord.Embed:
    return card.set_footer(text=_count(tally)) if tally.answered else card


def _more(label: str) -> tuple[Button, ...]:
    return (Button(label, custom_id("practice", "more", 0)),)


def _under(line: str, message: Message) -> Message:
    return Message(f"{line}\n{message.content}", message.embeds, message.rows)

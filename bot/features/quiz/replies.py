"""What one person reads in or about a quiz. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.features.bank import messages as items
from bot.features.bank.service import Category
from bot.features.drops.permissions import PERMISSION_LABELS
from bot.features.quiz import rules
from bot.features.quiz.outcomes import (
    AlreadyRunning,
    AskStop,
    Locked,
    NoCategory,
    NotAllowed,
    NotCounted,
    NotPlayed,
    NotStarted,
    NotYet,
    NotYours,
    OutOfRange,
    Over,
    QuizGone,
    Shown,
    Stopped,
    Told,
    TooFew,
    TooLate,
    WrongPlace,
)
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import DANGER, PRIMARY, Button, Message
from questions import letters


def reply(outcome: Told) -> Message:
    """Return what the person reads."""
    match outcome:
        case Locked():
            return _locked(outcome)
        case TooLate():
            return _too_late(outcome)
        case NotCounted() | NotYet() | NotPlayed() | QuizGone():
            return Message(_nothing_done(outcome))
        case AskStop():
            return _ask_stop(outcome)
        case Stopped() | NotYours() | Over():
            return Message(_stopping(outcome))
        case _:
            return _not_started(outcome)


def _locked(outcome: Locked) -> Message:
    """Return the panel that shows a choice and lets it be changed."""
    letter = letters.letter_of(outcome.shuffle, outcome.option)
    chosen = outcome.asked.content.options[outcome.option].text
    until = "until time is up" if outcome.ends_at is None else f"until {text.when(outcome.ends_at, 'T')}"
    change = "Everybody is in: a moment more." if outcome.everybody else f"You can change it {until}."
    return Message(
        f"You chose **{letter}**: {chosen}\n{change}",
        rows=(items.option_buttons("quiz", outcome.item_id, outcome.shuffle, outcome.option),),
    )


def _too_late(outcome: TooLate) -> Message:
    """Return how a closed question went for this person."""
    content, order = outcome.asked.content, outcome.shuffle
    right = letters.right_option(content)
    if outcome.option is None:
        first = "Time is up: you had not chosen."
    elif outcome.option == right:
        first = f"Time is up: you chose **{letters.letter_of(order, right)}**, and that is right."
    else:
        first = f"Time is up: you chose **{letters.letter_of(order, outcome.option)}**, and that is wrong."
    wrong = () if outcome.option is None else (outcome.option,)
    return Message(f"{first}\n{items.explained(content, order, wrong)}")


def over(shown: Shown, option: int) -> Message:
    """Return what a player's panel says once the question is over."""
    if shown.item.state == "void":
        return reply(NotCounted())
    return reply(TooLate(shown.item.id, shown.item.shuffle, shown.asked, option))


def _nothing_done(outcome: NotCounted | NotYet | NotPlayed | QuizGone) -> str:
    """Return why a press did nothing."""
    match outcome:
        case NotCounted():
            return "This question was called off: it counts for nobody. `/quiz` starts a new quiz."
        case NotYet():
            return "This question has not been asked yet: it comes in a moment."
        case NotPlayed():
            return "You did not play in this quiz. `/practice` has questions for you at any time."
        case QuizGone():
            return "That quiz is not here any more. Start one with `/quiz`."
        case _:
            assert_never(outcome)


def _not_started(outcome: NotStarted) -> Message:
    """Return why no quiz starts, and what to do instead."""
    match outcome:
        case AlreadyRunning():
            return _running(outcome)
        case NoCategory():
            return Message(f"There is no such category with quiz questions. {_choose_from(outcome.others)}")
        case TooFew():
            return _too_few(outcome)
        case OutOfRange():
            return Message(
                f"A quiz has {rules.MIN_SIZE} to {rules.MAX_SIZE} questions of {rules.MIN_SECONDS} to "
                f"{rules.MAX_SECONDS} seconds each: type `/quiz` again with numbers in between."
            )
        case WrongPlace(parent_id):
            return Message(_wrong_place(parent_id))
        case NotAllowed(missing):
            return Message(_not_allowed([PERMISSION_LABELS[name] for name in missing]))
        case _:
            assert_never(outcome)


def _running(outcome: AlreadyRunning) -> Message:
    quiz = outcome.quiz
    who = text.name(quiz.starter_name)
    where = text.link(quiz.guild_id, quiz.channel_id, outcome.message_id)
    return Message(
        f"{who} is running a quiz here already: question {quiz.position} of {quiz.size}. "
        f"[Join in]({where}): whoever answers plays."
    )


def _too_few(outcome: TooFew) -> Message:
    level = outcome.difficulty or "quiz"
    where = f" in {outcome.category.name}" if outcome.category else ""
    found = f"{'is' if outcome.found == 1 else 'are'} {text.count(outcome.found, f'{level} question')}"
    first = f"There {found}{where}, not {outcome.wanted}."
    if outcome.offer is not None:
        play = Button(f"Play {outcome.found}", custom_id("quiz", "again", outcome.offer), style=PRIMARY)
        return Message(f"{first} Play those?", rows=((play,),))
    return Message(f"{first} A quiz needs at least {rules.MIN_SIZE}. {_choose_from(outcome.others)}")


def _choose_from(others: Sequence[tuple[Category, int]]) -> str:
    if not others:
        return (
            "No category has enough of these: leave the difficulty out, or ask your organisers for questions."
        )
    return f"Choose from {text.listing([f'{c.name} ({count})' for c, count in others])}."


def _ask_stop(outcome: AskStop) -> Message:
    """Ask once more before a quiz is stopped for everybody."""
    yes = Button("Stop the quiz", custom_id("quiz", "stop_yes", outcome.quiz.id), style=DANGER)
    return Message(
        "Stop this quiz for everybody? What has been asked counts; the open question does not.",
        rows=((yes,),),
    )


def _stopping(outcome: Stopped | NotYours | Over) -> str:
    """Return what came of stopping."""
    match outcome:
        case Stopped():
            return "Stopped. The standings come below."
        case NotYours():
            who = text.name(outcome.quiz.starter_name)
            return (
                f"Only {who}, who started it, and organisers can stop this quiz. If you have had enough, "
                "just stop answering."
            )
        case Over():
            return "This quiz has ended already. `/quiz` starts a new one."
        case _:
            assert_never(outcome)


def _wrong_place(thread_parent: int | None) -> str:
    """Refuse a quiz where none can be played; in a thread `thread_parent` is its channel."""
    if thread_parent is not None:
        return f"A quiz needs a text channel, not a thread: type `/quiz` in <#{thread_parent}>."
    return "A quiz needs a text channel: go to one where I may write and type `/quiz` there."


def _not_allowed(labels: Sequence[str]) -> str:
    """Refuse a quiz where the bot lacks permissions."""
    named = text.listing([f"**{label}**" for label in labels])
    return f"I may not post a quiz in this channel. An organiser has to give me {named} here; then try again."

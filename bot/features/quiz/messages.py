"""What the bot posts in a quiz: questions, results, the end. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.core.amounts import some, span
from bot.features.bank import messages as items
from bot.features.bank.service import Category
from bot.features.quiz import rules
from bot.features.quiz.outcomes import Ending, Line, Result, Shown
from bot.features.quiz.rules import FINISHED, IDLE, LOST, PAUSE, REMOVED, STOPPED, Standing
from bot.features.quiz.store import Quiz
from bot.features.scores import rules as pays
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message, Picture
from questions import letters

NEUTRAL = 0x5865F2
# More would be scrolled past on a phone; everybody's own result is one press away.
SHOWN_PLACES = 5
# With more players the standings are a picture.
PICTURE_FROM = 6
# The hardest of two is no news.
HARDEST_FROM = 3
# Where no picture may be attached, so many are named in words.
NAMED_PLACES = 25
# An embed's description ends at 4,096 characters; all embeds of a message together at 6,000.
PAGE = 4_000
MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
ENDINGS = {
    FINISHED: "",
    STOPPED: "It was stopped; what was asked before that counts.",
    IDLE: f"{some(rules.IDLE_QUESTIONS, 'question').capitalize()} in a row had no answers, so it ended here.",
    PAUSE: (
        f"I was away for more than {span(rules.LONGEST_PAUSE)}, so it ended here. "
        "Everything before that counts."
    ),
    REMOVED: "I was removed from this server, so it ended here. Everything before that counts.",
    LOST: "Something kept me from going on, so it ended here. Everything before that counts.",
}


def question(shown: Shown) -> Message:
    """Return a question's message as it is: being asked, closed with its result, or called off."""
    head = heading(shown)
    asked, item = shown.asked, shown.item
    if shown.result is not None:
        body = _result(shown, shown.result)
        rows: tuple[tuple[Button, ...], ...] = ()
    elif item.state == "void":
        body = f"{asked.content.stem}\n\nThis question was called off and does not count."
        rows = ()
    else:
        body = f"{items.asked(asked.content, item.shuffle)}\n\n{_state(shown)}"
        stop = Button("Stop", custom_id("quiz", "stop", shown.quiz.id))
        # Apart from the options: a thumb that slips should not meet it.
        rows = (items.option_buttons("quiz", item.id, item.shuffle), (stop,))
    card = discord.Embed(description=body, colour=asked.category.colour)
    return Message(content=head, embeds=(card,), rows=rows)


def heading(shown: Shown) -> str:
    """Return "Question 3 of 10 · LLM Fundamentals · medium"."""
    asked = shown.asked
    return (
        f"**Question {shown.item.position} of {shown.quiz.size}** · {asked.category.name} · "
        f"{asked.content.difficulty.value}"
    )


def _state(shown: Shown) -> str:
    item = shown.item
    if item.ends_at is None:
        return f"{shown.quiz.seconds} seconds, from now"
    return f"Ends {text.when(item.ends_at, 'R')}  ·  {item.answered} locked in"


def _result(shown: Shown, result: Result) -> str:
    item, content = shown.item, shown.asked.content
    wrong = [option for option, people in result.counts.items() if people]
    parts = [
        items.solved(content, item.shuffle, result.counts),
        f"{items.explained(content, item.shuffle, wrong)}\n-# {items.source(content)}",
        _verdict(result, letters.right_option(content)),
    ]
    if result.places:
        parts.append("\n".join(place_line(place, result.names) for place in result.places[:SHOWN_PLACES]))
        if len(result.places) > SHOWN_PLACES:
            parts[-1] += f"\n… and {len(result.places) - SHOWN_PLACES} more"
    if result.next_at is not None:
        parts.append(f"Next question {text.when(result.next_at, 'R')}")
    return "\n\n".join(parts)


def _verdict(result: Result, right: int) -> str:
    chose = sum(result.counts.values())
    if not chose:
        return "**Time is up:** nobody chose."
    return f"**Time is up:** {result.counts.get(right, 0)} of {chose} right."


def _rank(place: Standing) -> str:
    """Return a medal for the first three, where they have a point to show for it, else the rank."""
    return MEDALS[place.rank] if place.rank in MEDALS and place.points else f"{place.rank}."


def place_line(place: Standing, names: Mapping[int, str]) -> str:
    """Return one line of the standings, with places won or lost in the last question."""
    rank = _rank(place)
    moved = ""
    if place.change:
        moved = f"  ▲ {place.change}" if place.change > 0 else f"  ▼ {-place.change}"
    who = text.name(names.get(place.user_id, "somebody"))
    return f"{rank} {who} · {text.count(place.points, 'point')}{moved}"


def subject(category: Category | None, difficulty: str | None) -> str:
    """Return what a quiz is about: "LLM Fundamentals · hard", "all categories"."""
    return " · ".join(filter(None, [category.name if category else "all categories", difficulty]))


def announcement(quiz: Quiz, category: Category | None, first: str) -> Message:
    """Return what everybody in the channel reads when a quiz starts; `first` is when its question comes."""
    who, worth = text.name(quiz.starter_name), pays.QUIZ_RIGHT.values()
    card = discord.Embed(
        title="Quiz",
        description=(
            f"{quiz.size} questions · {subject(category, quiz.difficulty)} · {quiz.seconds} seconds each\n"
            f"Started by {who}. First question {first}; all of it takes {_minutes(quiz)} at most.\n\n"
            "Whoever answers plays. Nobody sees what you choose, and you can change it until time is up. A "
            f"right answer brings {min(worth)} to {max(worth)} points by difficulty; nothing is paid for "
            "speed."
        ),
        colour=category.colour if category else NEUTRAL,
    )
    stop = Button("Stop", custom_id("quiz", "stop", quiz.id))
    return Message(f"Quiz: {subject(category, quiz.difficulty)}", embeds=(card,), rows=((stop,),))


def _minutes(quiz: Quiz) -> str:
    """Return how long a quiz takes at most, results included: "about 8 minutes"."""
    seconds = quiz.size * (quiz.seconds + rules.LONGEST_READING.total_seconds())
    return f"about {text.count(max(1, round(seconds / 60)), 'minute')}"


def end(ending: Ending, picture: Picture | None = None) -> Message:
    """Return a quiz's last message. With a picture the standings stand there, the winners also in words."""
    quiz = ending.quiz
    parts = [ENDINGS.get(quiz.reason or FINISHED, "")]
    if not ending.places:
        parts.append("Nobody has points." if quiz.reason == STOPPED else "Nobody played.")
    else:
        most = 3 if picture else NAMED_PLACES
        parts.append("\n".join(final_line(place, ending) for place in ending.places[:most]))
        if (left := len(ending.places) - most) > 0 and picture is None:
            parts[-1] += f"\n… and {left} more"
    if ending.hardest is not None and len(ending.lines) >= HARDEST_FROM:
        parts.append(_hardest(quiz, ending.hardest))
    if ending.places:
        parts.append(
            "-# Right answers count for the leaderboard, the same question once in "
            f"{span(pays.QUIZ_PAYS_AGAIN_AFTER)}. "
            "What you missed comes back in your own /practice."
        )
    card = discord.Embed(
        title="Quiz over",
        description="\n\n".join(filter(None, parts)),
        colour=ending.category.colour if ending.category else NEUTRAL,
    )
    buttons = [Button("Rematch", custom_id("quiz", "again", quiz.id), style=PRIMARY)]
    if ending.places:
        buttons.append(Button("Practise my misses", custom_id("quiz", "misses", quiz.id)))
    asked = text.count(len(ending.lines), "question")
    content = f"Quiz over · {asked} · {subject(ending.category, quiz.difficulty)}"
    return Message(content, (card,), (tuple(buttons),), pictures=(picture,) if picture else ())


def final_line(place: Standing, ending: Ending) -> str:
    """Return one line of the final standings."""
    rank = _rank(place)
    who = text.name(ending.names.get(place.user_id, "somebody"))
    return (
        f"{rank} **{who}** · {text.count(place.points, 'point')} · {place.right} of {len(ending.lines)} right"
    )


def _hardest(quiz: Quiz, line: Line) -> str:
    title = text.name(items.headline(line.asked.content))
    address = text.link(quiz.guild_id, quiz.channel_id, line.item.message_id)
    return f"**Hardest question** · {line.right} of {line.chose} right\n[{title}]({address})"


def answers(ending: Ending) -> Message:
    """Return the first message of the thread: every question with its right answer, to talk about."""
    colour = ending.category.colour if ending.category else NEUTRAL
    pages = [""]
    for line in map(_answer, ending.lines):
        if len(pages[-1]) + len(line) >= PAGE:
            pages.append("")
        pages[-1] += f"{line}\n"
    cards = [discord.Embed(description=page, colour=colour) for page in pages]
    cards[0].title = "The answers"
    quiz = ending.quiz
    # Every post has a button: the outbox finds it again by the button's number.
    standings = Button("To the standings", url=text.link(quiz.guild_id, quiz.channel_id, quiz.end_message_id))
    return Message(
        "What surprised you? Which answer would you defend?", embeds=tuple(cards), rows=((standings,),)
    )


def _answer(line: Line) -> str:
    content = line.asked.content
    right = letters.right_option(content)
    letter = letters.letter_of(line.item.shuffle, right)
    how = f"{line.right} of {line.chose} right" if line.chose else "nobody answered"
    return (
        f"**{line.item.position}.** {text.name(items.headline(content, 60))}\n"
        f"-# {letter}: {text.shortened(content.options[right].text, 70)} · {how}"
    )


def thread_name(ending: Ending) -> str:
    """Return the name of the thread about a quiz's answers."""
    day = f"{ending.quiz.created_at:%d %b}".lstrip("0")
    return text.shortened(f"Quiz of {day} · {subject(ending.category, ending.quiz.difficulty)}", 100)


def notice(quiz: Quiz, server: str) -> Message:
    """Return what the starter is told where the bot may not write in the channel any more."""
    return Message(
        f"Your quiz in <#{quiz.channel_id}> ({text.name(server)}) ended: that channel is gone, or I may not "
        "write there any more. What was answered counts. To play on, use `/quiz` in a channel where I have "
        "**View Channel**, **Send Messages** and **Embed Links**.",
        # The channel may be gone, its address still leads to the server; and see answers() on buttons.
        rows=((Button("To the server", url=text.link(quiz.guild_id, quiz.channel_id)),),),
    )

"""The reveal as the bot posts it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.core.amounts import span
from bot.features.answers.access import REVIEW_AFTER_REVEAL
from bot.features.answers.messages import ADDED, cut, state_line
from bot.features.answers.store import Answer
from bot.features.bank.service import BankQuestion
from bot.features.drops.messages import heading, join_buttons
from bot.features.drops.store import Drop
from bot.features.reveals.turnout import Entry, Points, Turnout
from bot.features.scores import rules as pays
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

# What Discord takes: the text of a message, and its embeds together.
CONTENT_LIMIT = 2000

EMBEDS_LIMIT = 6000

QUOTE_LIMIT = 300

QUOTE_LINES = 10

NAME_LIMIT = 32

MISSED_SHOWN = 2

LEAGUE_FROM = 3


def reveal(drop: Drop, asked: BankQuestion, turnout: Turnout) -> Message:
    """Return the reveal: how it went, model answer, rubric, follow-ups, references, the best answer."""
    model = discord.Embed(
        title="Model answer", description=asked.content.model_answer, colour=asked.category.colour
    )
    embeds = [model, _good_answer(asked, turnout)]
    if turnout.best is not None:
        left = EMBEDS_LIMIT - sum(len(embed) for embed in embeds)
        embeds.append(_best(drop, asked, turnout.best, left))
    row = [
        *join_buttons(drop),
        Button("How did I do?", custom_id("reveals", "how", drop.id)),
        Button("Answer late", custom_id("answers", "answer", drop.id)),
        Button("Save", custom_id("keeping", "save_model", drop.id)),
    ]
    if turnout.entries:
        row.insert(-2, Button("Review an answer", custom_id("reviews", "another", drop.id)))
    return Message(
        _how_it_went(drop, asked, turnout),
        embeds=tuple(embeds),
        rows=(tuple(row),),
        reply_to=drop.message_id if drop.channel_kind != "forum" else None,
    )


def _good_answer(asked: BankQuestion, turnout: Turnout) -> discord.Embed:
    content = asked.content
    references = "\n".join(f"- [{r.title}]({r.url}): {r.cited_for}" for r in content.references)
    description = (
        "\n".join(_rubric(content.rubric, turnout))
        + "\n\n**Follow-up questions**\n"
        + "\n".join(f"- {line}" for line in content.follow_ups)
        + f"\n\n**References**\n{references}"
    )
    return discord.Embed(title="A good answer", description=description, colour=asked.category.colour)


def _rubric(rubric: Sequence[str], turnout: Turnout) -> list[str]:
    """Return the points, each with how many of the reviewed answers have it; a single one gets ticks."""
    if not turnout.reviewed:
        return [f"- {point}" for point in rubric]
    counted = list(zip(rubric, turnout.covered, strict=True))
    if len(turnout.entries) == 1:
        return [f"- {'✅' if named else '▫️'} {point}" for point, named in counted]
    return [f"- {point} · **{named} of {turnout.reviewed}**" for point, named in counted]


def _best(drop: Drop, asked: BankQuestion, entry: Entry, left: int) -> discord.Embed:
    """Return the best answer's beginning in at most `left` characters, nothing below it: it stays a quote."""
    said = state_line(entry.judged, len(asked.content.rubric))
    card = discord.Embed(
        title=f"Best answer · {text.name(text.shortened(entry.answer.user_name, NAME_LIMIT))}",
        description=f"{said}\n",
        colour=asked.category.colour,
    )
    if drop.room_id and entry.answer.message_id:
        address = text.link(drop.guild_id, drop.room_id, entry.answer.message_id)
        card.description = f"{said} · [all of it in the room]({address})\n"
    room = min(QUOTE_LIMIT, left - len(card) - len(">>> "))
    card.description = f"{card.description}>>> {_quotation(entry.answer, room)}"
    return card


def _quotation(answer: Answer, room: int) -> str:
    """Return an answer's beginning, and that of what was added to it, marked."""
    if not answer.addition:
        return beginning(answer.text, room)
    mark = f"\n**{ADDED}:** "
    added = beginning(answer.addition, max(room - len(mark) - len(answer.text), room // 3))
    return beginning(answer.text, room - len(mark) - len(added)) + mark + added


def beginning(words: str, most: int) -> str:
    """Return the beginning of an answer in some lines; a code block that is cut is closed."""
    lines = words.splitlines()
    return cut("\n".join(lines[:QUOTE_LINES]) + ("\n…" if len(lines) > QUOTE_LINES else ""), most)


def _how_it_went(drop: Drop, asked: BankQuestion, turnout: Turnout) -> str:
    """Return the text above the cards; where many have answered, their lines end where there is no room."""
    missed = _missed(asked.content.rubric, turnout)
    said = [f"**Reveal · {heading(drop, asked)}**", _turnout(turnout), *missed]
    if turnout.reviewed < len(turnout.entries):
        said.append(
            f"-# Reviews stay open for {span(REVIEW_AFTER_REVEAL)} after the reveal: "
            "the model answer makes them easy."
        )
    if len(turnout.entries) > 1 and _is_judged(turnout):
        room = CONTENT_LIMIT - sum(len(line) + 1 for line in said)
        said.extend(_points_of_everybody(turnout, room))
    return "\n".join(said)


def _turnout(turnout: Turnout) -> str:
    entries = turnout.entries
    if not entries:
        return (
            "No answers this time. Read the model answer, then close it and tell it in your own words: "
            "**Answer late** keeps what you write."
        )
    if len(entries) == 1:
        (one,) = entries
        return f"One answer, by {text.name(one.answer.user_name)}: {_worth(one.points)}."
    some = text.count(len(entries), "answer")
    if _is_judged(turnout):
        so_far = f", {turnout.reviewed} reviewed so far" if turnout.reviewed < len(entries) else ""
        return f"{some}{so_far}."
    scored = [text.name(entry.answer.user_name) for entry in entries if entry.answer.scored]
    worth = text.count(pays.WRITTEN_ANSWER, "point")
    return f"{some}. {worth} each: {text.listing(scored)}." if scored else f"{some}, all without points."


def _is_judged(turnout: Turnout) -> bool:
    return any(entry.judged.reviews or entry.judged.votes for entry in turnout.entries)


def _worth(points: Points) -> str:
    """Return "14 points = 10 + 3 rubric + 1 upvote"; where it is the answer alone, only its points."""
    if not points.total:
        return "without points"
    parts = [str(points.answer)]
    parts += [f"{points.rubric} rubric"] if points.rubric else []
    parts += [_of_upvotes(points)] if points.votes else []
    parts += [f"{points.best} best answer"] if points.best else []
    return f"{text.count(points.total, 'point')}" + (f" = {' + '.join(parts)}" if len(parts) > 1 else "")


def _of_upvotes(points: Points) -> str:
    """Return "3 upvotes"; where they bring another number of points, "6 for 3 upvotes"."""
    upvotes = text.count(points.upvotes, "upvote")
    return upvotes if points.votes == points.upvotes else f"{points.votes} for {upvotes}"


def _points_of_everybody(turnout: Turnout, room: int) -> list[str]:
    """Return a line for each answer. Two people are no league: theirs stand in the order they wrote."""
    entries = list(turnout.entries)
    if len(entries) >= LEAGUE_FROM:
        entries.sort(key=lambda entry: -entry.points.total)
    lines = [f"- {text.name(entry.answer.user_name)}: {_worth(entry.points)}" for entry in entries]
    if sum(len(line) + 1 for line in lines) <= room:
        return lines
    shown: list[str] = []
    room -= len(f"- and {len(lines)} more\n")
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return [*shown, f"- and {len(lines) - len(shown)} more"]


def _missed(rubric: Sequence[str], turnout: Turnout) -> list[str]:
    """Return what nobody named; a single author reads it as what could be added."""
    missed = [f"“{point}”" for point, named in zip(rubric, turnout.covered, strict=False) if not named]
    if not missed or not turnout.reviewed:
        return []
    if len(turnout.entries) == 1:
        return ["▫️ below marks what it could still add."]
    so_far = turnout.reviewed < len(turnout.entries)
    who = "In what is reviewed so far nobody named" if so_far else "Nobody named"
    return [f"{who} {text.listing(missed, MISSED_SHOWN)}."]

"""What was said of an answer, for those who read it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.features.reviews.outcomes import AllReviews
from bot.features.reviews.store import Kept
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message

GREY = 0x94A3B8
# An embed's description ends at 4,096 characters, the embeds of a message together at 6,000.
REVIEWS_LIMIT = 3800


def points_line(confirmed: int, of: int) -> str:
    """Return "4 of 6 points"."""
    return f"{confirmed} of {of} points"


def all_reviews(outcome: AllReviews) -> Message:
    """Return what the reviewers ticked and wrote."""
    rubric = outcome.question.content.rubric
    review = () if outcome.own else (Button("Review", custom_id("reviews", "review", outcome.answer.id)),)
    if not outcome.reviews:
        nothing = "Nobody has reviewed your answer yet." if outcome.own else "Nobody has reviewed this yet:"
        then = "" if outcome.own else " **Review** takes a minute."
        return Message(nothing + then, rows=(review,) if review else ())
    of = len(outcome.reviews)
    counted = [
        f"{number}. {'✅' if number - 1 in outcome.judged.confirmed else '▫️'} {point} "
        f"({sum(number - 1 in one.ticks for one in outcome.reviews)} of {of})"
        for number, point in enumerate(rubric, start=1)
    ]
    card = discord.Embed(
        title=f"{text.count(of, 'review')} · {points_line(len(outcome.judged.confirmed), len(rubric))}",
        description="\n".join(counted),
        colour=outcome.question.category.colour,
    )
    said = discord.Embed(
        description=_fitting([_said(one, anonymous=outcome.anonymous) for one in outcome.reviews]),
        colour=GREY,
    )
    return Message(embeds=(card, said), rows=(review,) if review else ())


def _said(kept: Kept, *, anonymous: bool) -> str:
    who = "A reviewer" if anonymous or kept.anonymous else f"**{text.name(kept.reviewer_name)}**"
    ticked = text.listing([str(tick + 1) for tick in sorted(kept.ticks)])
    lines = [f"{who} ticked {ticked or 'none of the points'}."]
    if kept.praise:
        lines.append(f"Good: {text.name(kept.praise)}")
    if kept.advice:
        lines.append(f"To add: {text.name(kept.advice)}")
    return "\n".join(lines)


def _fitting(parts: Sequence[str]) -> str:
    shown: list[str] = []
    room = REVIEWS_LIMIT
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            shown.append(f"and {len(parts) - len(shown)} more")
            break
        shown.append(part)
    return "\n\n".join(shown)

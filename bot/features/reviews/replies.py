"""The review form, and the replies to reviewing and voting. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import assert_never, overload

import discord

from bot.core.amounts import in_words, some, span
from bot.features.answers.access import REVIEW_AFTER_REVEAL
from bot.features.answers.messages import quoted
from bot.features.drops.store import Drop
from bot.features.reviews import rules
from bot.features.reviews.outcomes import (
    AllReviews,
    Closed,
    Naming,
    NoReview,
    NotDone,
    NothingLeft,
    NotThere,
    Own,
    ReviewForm,
    Rewritten,
    Saved,
    Stays,
    TakenBack,
    Told,
    TooMuch,
    Unseen,
    Voted,
    Written,
)
from bot.features.reviews.store import StoredReview
from bot.features.scores import rules as pays
from bot.ui import text
from bot.ui.forms import Checks, Form, TextField
from bot.ui.ids import custom_id
from bot.ui.message import GREY, PRIMARY, Button, Message

# A form's text can be scrolled; the whole answer has room, the boxes come below it.
ANSWER_LIMIT = 3600

# Answer and addition together; a mark stands between them.
WHOLE_LIMIT = ANSWER_LIMIT - 50

# A line that comes back is longer than a form's box where somebody sent it without the form.
RETURNED_LIMIT = 3 * rules.LONGEST_LINE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TICKS = "ticks-"

_UNNAMED = "-unnamed"

# Microseconds: these digits reach into the year 5138.
_MOMENT = re.compile(r"[0-9]{1,17}")


@overload
def reply(outcome: ReviewForm, written: Written | None = None) -> Form: ...


@overload
def reply(outcome: Told, written: Written | None = None) -> Message: ...


def reply(outcome: ReviewForm | Told, written: Written | None = None) -> Message | Form:
    """Return what the person reads; what was `written` comes back where it was not taken."""
    match outcome:
        case ReviewForm():
            return _review_form(outcome)
        case Saved():
            return _saved(outcome)
        case TakenBack():
            return _taken_back(outcome)
        case Voted():
            return Message(_voted(outcome))
        case AllReviews():
            return _all_reviews(outcome)
        case Naming(anonymous):
            return Message(_anonymity(anonymous=anonymous))
        case _:
            refused = _refusal(outcome)
            return refused if written is None else _returned(refused, written)


def _review_form(form: ReviewForm) -> Form:
    """Return the form for a review: the answer to read, the rubric to tick, two lines to write."""
    mine = form.mine
    shown = "without your name" if form.unnamed else "with your name"
    # The form remembers which text it shows, whose author may write another one meanwhile, and what it
    # promises: the organisers may choose to show names meanwhile.
    written = (form.answer.created_at - _EPOCH) // timedelta(microseconds=1)
    remembered = f"{_TICKS}{written}{_UNNAMED if form.unnamed else ''}"
    answer = form.answer
    whole = len(answer.text) + len(answer.addition or "") <= WHOLE_LIMIT
    address = text.link(form.drop.guild_id, form.drop.room_id or form.drop.channel_id, answer.message_id)
    longer = "" if whole else f"\n-# It is longer than a form shows: [all of it in the room]({address})"
    return Form(
        custom_id("reviews", "submit", form.answer.id),
        f"Review an answer to {form.drop.called}",
        (
            Checks(
                remembered,
                "What the answer covers",
                form.question.content.rubric,
                "Tick what is there. Nothing ticked is a review too.",
                mine.ticks if mine else frozenset(),
            ),
            _line("praise", "What was good", mine.praise if mine else None, shown),
            _line("advice", "What to add", mine.advice if mine else None, shown),
        ),
        intro=f"**{text.name(answer.user_name)}** on *{form.question.content.title}*{longer}\n"
        f"{quoted(answer, ANSWER_LIMIT)}",
    )


def _line(key: str, label: str, value: str | None, shown: str) -> TextField:
    return TextField(
        key,
        label,
        f"Optional, one line, shown {shown}.",
        value or "",
        longest=rules.LONGEST_LINE,
        long=False,
    )


def read_form(ticked: Mapping[str, frozenset[int]], texts: Mapping[str, str]) -> Written:
    """Return what was written into the form."""
    key = next((key for key in ticked if key.startswith(_TICKS)), "")
    moment = key.removeprefix(_TICKS).removesuffix(_UNNAMED)
    return Written(
        ticked.get(key, frozenset()),
        texts.get("praise", ""),
        texts.get("advice", ""),
        # A forged key may hold any number.
        _EPOCH + timedelta(microseconds=int(moment)) if _MOMENT.fullmatch(moment) else None,
        key.endswith(_UNNAMED),
    )


def _saved(outcome: Saved) -> Message:
    """Return what the review did, and what can be done next."""
    rubric = outcome.question.content.rubric
    ticked = points_line(len(outcome.review.ticks), len(rubric))
    others = outcome.judged.reviews - 1
    lines = [f"Your review {'is changed' if outcome.edited else 'is saved'}: you ticked {ticked}."]
    if others:
        confirmed = points_line(len(outcome.judged.confirmed), len(rubric))
        lines.append(f"With {text.count(others, 'other review')} the answer has {confirmed} confirmed.")
    lines.append(_pay(outcome) + _besides(outcome.besides))
    if outcome.left:
        lines.append(f"{text.count(outcome.left, 'more answer')} to this question can be reviewed.")
    another = (
        (Button("Review another", custom_id("reviews", "another", outcome.drop.id), style=PRIMARY),)
        if outcome.left
        else ()
    )
    row = (*another, Button("Withdraw my review", custom_id("reviews", "withdraw", outcome.answer.id)))
    return Message("\n".join(lines), rows=(row,))


def _pay(outcome: Saved) -> str:
    if outcome.change > 0:
        return f"**{text.count(outcome.change, 'point')}** for you."
    if outcome.paid:
        return f"You keep the {text.count(pays.REVIEW, 'point')} for it."
    lost = f" {text.count(-outcome.change, 'point')} taken back." if outcome.change < 0 else ""
    if outcome.judged.reviews >= pays.REVIEWS_COMPARED_FROM:
        return (
            f"It brings no points: {some(pays.PAID_REVIEWS_A_DAY, 'review')} a day do, and among "
            f"{in_words(pays.REVIEWS_COMPARED_FROM)} or more reviews of an answer those within "
            f"{some(pays.REVIEW_MAY_DIFFER, 'point')} of the middle.{lost}"
        )
    first = text.count(pays.PAID_REVIEWS_A_DAY, "review")
    return f"It brings no points: the first {first} of a day do.{lost}"


def _besides(change: int) -> str:
    if not change:
        return ""
    points = text.count(abs(change), "point")
    return f" Your own answer and your other reviews now bring {points} {'more' if change > 0 else 'less'}."


def _taken_back(outcome: TakenBack) -> Message:
    """Return the confirmation of a withdrawn review."""
    lost = f" {text.count(-outcome.change, 'point')} taken back." if outcome.change < 0 else ""
    again = "**Review** on the answer lets you write it again."
    return Message(f"Your review is withdrawn.{lost}{_besides(outcome.besides)} {again}")


def _voted(outcome: Voted) -> str:
    """Return what the vote did."""
    author = text.name(outcome.answer.user_name)
    stand = f"{text.count(outcome.votes, 'upvote')} now"
    if outcome.given:
        return f"Your upvote for {author}'s answer counts: {stand}. **Upvote** again takes it back."
    return f"Your upvote for {author}'s answer is taken back: {stand}."


def _refusal(outcome: NotDone) -> Message:
    """Return why an act was not done, and the next step."""
    match outcome:
        case NotThere():
            return Message(
                "This answer is not there any more: it was withdrawn or hidden. `/today` shows which answers "
                "wait for a review."
            )
        case Own(drop):
            return Message(
                "That is your own answer: others review it and vote for it. **Review another** offers you "
                "one of theirs.",
                rows=(_another(drop),),
            )
        case Unseen(drop):
            return _unseen(drop)
        case Closed():
            return Message(
                "The time for reviews of this question is over: it ends "
                f"{span(REVIEW_AFTER_REVEAL)} after the reveal. **Upvote** still works, and `/today` shows "
                "which answers wait for a review."
            )
        case Rewritten(answer):
            return Message(
                "The author has replaced this answer while you were reading: press **Review** to read the "
                "new one.",
                rows=(_review(answer.id),),
            )
        case TooMuch(answer, longest):
            return Message(
                f"A line has room for {longest} characters: press **Review** and shorten it.",
                rows=(_review(answer.id),),
            )
        case NoReview() | Stays():
            return Message(_not_withdrawn(outcome))
        case NothingLeft(drop, any_answers):
            return Message(_nothing_left(drop, any_answers=any_answers))
        case _:
            assert_never(outcome)


def _unseen(drop: Drop) -> Message:
    # Whoever withdrew their answer, and everybody in an open room, still reads the others'.
    points = drop.mode == "open"
    what = "Reviews show the points of a good answer: they open" if points else "Reviews and votes open"
    return Message(
        f"{what} to you with an answer of your own, or with the reveal "
        f"{text.when(drop.reveal_at, 'f')}: press **Answer** to write one.",
        rows=((Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY),),),
    )


def _review(answer_id: int) -> tuple[Button, ...]:
    return (Button("Review", custom_id("reviews", "review", answer_id), style=PRIMARY),)


def _another(drop: Drop) -> tuple[Button, ...]:
    return (Button("Review another", custom_id("reviews", "another", drop.id), style=PRIMARY),)


def _not_withdrawn(outcome: NoReview | Stays) -> str:
    if isinstance(outcome, NoReview):
        return "You have no review of this answer to withdraw: **Review** on it writes one."
    return (
        f"Your review stays: it could be changed or withdrawn until {span(REVIEW_AFTER_REVEAL)} after the "
        "reveal. `/today` shows which answers wait for a review."
    )


def _nothing_left(drop: Drop, *, any_answers: bool) -> str:
    if any_answers:
        return f"You have reviewed every answer to {drop.called}, thank you. `/today` shows if others wait."
    return f"Nobody else has answered {drop.called} yet: `/today` shows when an answer waits for a review."


def _returned(refused: Message, written: Written) -> Message:
    """Return a refusal with what was typed, so that it can be copied."""
    typed = [
        f"**{label}** {text.name(text.shortened(line, RETURNED_LIMIT))}"
        for label, line in (("What was good:", written.praise), ("What to add:", written.advice))
        if line.strip()
    ]
    if not typed:
        return refused
    own = discord.Embed(title="What you wrote", description="\n".join(typed), colour=GREY)
    return replace(refused, embeds=(*refused.embeds, own))


def _anonymity(*, anonymous: bool) -> str:
    """Return what was chosen for the reviews of a server."""
    if anonymous:
        return (
            "Reviews are shown without names from now on, those that stand already too. "
            "`/manage reviews anonymous: no` names reviewers again."
        )
    return (
        "Reviews are shown with their reviewers' names from now on; those that were written without stay so. "
        "`/manage reviews anonymous: yes` hides the names."
    )


# An embed's description ends at 4,096 characters, the embeds of a message together at 6,000.
REVIEWS_LIMIT = 3800


def points_line(confirmed: int, of: int) -> str:
    """Return "4 of 6 points"."""
    return f"{confirmed} of {of} points"


def _all_reviews(outcome: AllReviews) -> Message:
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


def _said(kept: StoredReview, *, anonymous: bool) -> str:
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

"""What people read about a reveal before its time, and the form to look at one's own answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never, overload

from bot.core.amounts import in_words
from bot.features.answers.messages import quoted
from bot.features.drops.messages import QUESTION_GONE, question_address, reveal_address
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.reveals.early import AGREE_FROM
from bot.features.reveals.outcomes import (
    Agreed,
    Alone,
    AskEverybody,
    Early,
    LookedAt,
    LookForm,
    MayNotReveal,
    NotAnswered,
    NotNeeded,
    NotPosted,
    NotRevealed,
    OnItsWay,
    Out,
    Revealed,
)
from bot.ui import text
from bot.ui.forms import Checks, Form
from bot.ui.ids import custom_id
from bot.ui.message import DANGER, PRIMARY, Button, Message

# A form's text can be scrolled; the boxes come below it.
ANSWER_LIMIT = 3600

TICKS = "ticks"


@overload
def reply(outcome: LookForm) -> Form: ...


@overload
def reply(outcome: Early | LookedAt | NotRevealed) -> Message: ...


def reply(outcome: Early | LookForm | LookedAt | NotRevealed) -> Message | Form:
    """Return what the person reads."""
    match outcome:
        case LookForm():
            return _look_form(outcome)
        case LookedAt():
            return _looked_at(outcome)
        case NotRevealed(drop):
            return Message(
                f"The model answer comes {text.when(drop.reveal_at, 'R')}: then **How did I do?** on the "
                "reveal compares yours with it."
            )
        case _:
            return _early(outcome)


def _early(outcome: Early) -> Message:
    """Return what pressing Reveal now did, or would do."""
    match outcome:
        case AskEverybody(drop):
            return _ask(drop)
        case Revealed(drop):
            return Message(f"The reveal of {drop.called} is on its way: look in <#{_place(drop)}>.")
        case Agreed(drop, agreed, of, _):
            missing = text.count(of - agreed, "person is", "people are")
            return Message(
                f"{agreed} of {of} agree to a reveal now; {missing} missing. It comes when all who have "
                f"answered have pressed **Reveal now**, or by itself {text.when(drop.reveal_at, 'R')}."
            )
        case NotNeeded(drop):
            return Message(
                "An organiser has hidden your answer, so your agreement is not needed. The reveal comes "
                f"{text.when(drop.reveal_at, 'R')}."
            )
        case _:
            return _not_now(outcome)


def _ask(drop: Drop) -> Message:
    sure = Button("Reveal it", custom_id("reveals", "now_yes", drop.id), style=DANGER)
    have = text.count(drop.answered, "person has", "people have") if drop.answered else "Nobody has"
    if drop.kind == "choice":
        so_far = f"{have} chosen so far; after that nobody can choose"
    elif drop.discussion is not None:
        # Where the server was asked the question before, its answers bring no points anyway.
        so_far = f"{have} answered so far; whoever answers later has seen the solution"
    else:
        so_far = f"{have} answered so far; whoever answers later gets no points"
    return Message(f"Reveal {drop.called} now for everybody? {so_far}.", rows=((sure,),))


def _not_now(
    outcome: Alone | MayNotReveal | NotAnswered | NotPosted | OnItsWay | Out | QuestionGone,
) -> Message:
    match outcome:
        case Alone(drop):
            return Message(
                "Noted. Nobody else has answered so far, or they have left: the reveal comes early when at "
                f"least {in_words(AGREE_FROM)} have answered and all agree, else by itself "
                f"{text.when(drop.reveal_at, 'R')}."
            )
        case MayNotReveal(drop):
            who = (
                "an organiser reveals this question"
                if drop.discussion is None
                else "whoever began this discussion, or an organiser, reveals it"
            )
            return Message(f"Only {who} early: the reveal comes by itself {text.when(drop.reveal_at, 'R')}.")
        case NotAnswered(drop):
            write = Button("Answer", custom_id("answers", "answer", drop.id), style=PRIMARY)
            return Message(
                "Those who have answered can agree to a reveal now: press **Answer** first, or wait until "
                f"{text.when(drop.reveal_at, 'f')}.",
                rows=((write,),),
            )
        case NotPosted(drop):
            return Message(
                f"It is still on its way into <#{drop.channel_id}>: press **Reveal now** when it is there."
            )
        case OnItsWay(drop):
            return Message(f"Its time has come already, the reveal is on its way: look in <#{_place(drop)}>.")
        case Out(drop):
            address = reveal_address(drop)
            if address is None:
                return Message(f"The question is closed already: [look at it]({question_address(drop)}).")
            return Message("The reveal is out.", rows=((Button("To the reveal", url=address),),))
        case QuestionGone():
            return Message(QUESTION_GONE)
        case _:
            assert_never(outcome)


def _place(drop: Drop) -> int:
    return (drop.room_id if drop.channel_kind == "forum" else None) or drop.channel_id


def _look_form(form: LookForm) -> Form:
    """Return the form: one's own answer to read, the rubric to tick."""
    title = f"*{form.question.content.title}*"
    if form.mine is None:
        intro = f"You have not answered {title}. What would you have named?"
    else:
        intro = f"Your answer to {title}\n{quoted(form.mine, ANSWER_LIMIT)}"
    return Form(
        custom_id("reveals", "own", form.drop.id),
        f"How did I do? {form.drop.called.capitalize()}",
        (
            Checks(
                TICKS,
                "What I had named",
                form.question.content.rubric,
                "Only you see this. It brings no points; what is missing goes into your practice.",
                form.ticks,
            ),
        ),
        intro=intro,
    )


def _looked_at(outcome: LookedAt) -> Message:
    """Return what is missing, and what practice asks for it."""
    rubric = outcome.question.content.rubric
    if not outcome.missed:
        return Message(
            f"You named all {len(rubric)} points. Nothing is left to practise here: the follow-up questions "
            "in the reveal go further."
        )
    named = len(rubric) - len(outcome.missed)
    lines = [f"You named {named} of {len(rubric)} points. Still to learn:"]
    lines += [f"- {rubric[point]}" for point in outcome.missed]
    if outcome.items:
        lines.append(
            f"{text.count(outcome.items, 'practice question')} about this "
            f"{'is' if outcome.items == 1 else 'are'} due for you now: `/practice` asks them."
        )
    else:
        lines.append("There are no practice questions about it yet: the references in the reveal go on.")
    return Message("\n".join(lines))


def read_ticks(ticked: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """Return what was ticked in the form."""
    return ticked.get(TICKS, frozenset())

"""Forms, and the replies to a member's acts. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, overload

import discord

from bot.features.answers import outcomes, rules
from bot.features.answers.messages import reveal_now, way_in
from bot.features.answers.outcomes import (
    Accepted,
    Added,
    AddForm,
    AlreadyAnswered,
    AskWithdraw,
    ByButtons,
    HiddenMode,
    Hints,
    Joined,
    KeptOut,
    NoAnswer,
    NoQuestionHere,
    NoReminder,
    NoRoomYet,
    NotYet,
    NotYours,
    ReminderSet,
    TakenDown,
    TooLateToRemind,
    Unfit,
    Withdrawn,
    WriteForm,
)
from bot.features.answers.rules import TooLong, TooShort
from bot.features.answers.store import Answer
from bot.features.drops.messages import QUESTION_GONE
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.rules import LONGEST_ANSWER, SHORTEST_ANSWER, is_held_back
from bot.features.drops.store import Drop
from bot.gateway.rooms import Entry
from bot.ui import text
from bot.ui.forms import Form, TextField
from bot.ui.ids import custom_id
from bot.ui.message import DANGER, GREY, PRIMARY, Button, Message
from bot.ui.refusals import Refusal

# A form's text above its box has to leave room for the box on a phone.
INTRO_LIMIT = 1500

EMBED_LIMIT = 4096

READ_ON = "`/today date:` shows you all answers"

FULL = "Discord lets 1,000 people into a room, and this one is full"

BY_BUTTONS = "This question is answered by its buttons: tap **A**, **B**, **C** or **D** on it."


@overload
def reply(outcome: outcomes.Forms, typed: str = "") -> Form: ...


@overload
def reply(outcome: outcomes.Told, typed: str = "") -> Message: ...


def reply(outcome: outcomes.Forms | outcomes.Told, typed: str = "") -> Message | Form:
    """Return what the person reads; what they `typed` comes back where it is kept nowhere."""
    match outcome:
        case WriteForm():
            return _write_form(outcome)
        case AddForm():
            return _add_form(outcome)
        case Accepted() | KeptOut() | Added() | AskWithdraw() | Withdrawn() | Hints():
            return _done(outcome)
        case ReminderSet() | TooLateToRemind() | NoReminder():
            return Message(_reminded(outcome))
        case Joined() | NotYet() | NoRoomYet():
            return Message(_at_the_door(outcome))
        case Unfit():
            return _refusal(outcome)
        case _:
            return _returned(_refusal(outcome), typed)


def _done(outcome: outcomes.Done) -> Message:
    match outcome:
        case Accepted():
            return _accepted(outcome)
        case KeptOut():
            return _kept_out(outcome)
        case Added():
            return _added(outcome)
        case AskWithdraw():
            return _ask_withdraw(outcome)
        case Withdrawn():
            return _withdrawn(outcome)
        case Hints():
            return _hints(outcome)
        case _:
            assert_never(outcome)


def _write_form(form: WriteForm) -> Form:
    """Return the form for an answer: the question stands above the box."""
    asked = form.question.content
    unscored = "late" if form.drop.state == "revealed" else "again" if form.again else ""
    field = TextField(
        key="text",
        label=f"Your answer ({unscored}, without points)" if unscored else "Your answer",
        description=f"{SHORTEST_ANSWER} to {LONGEST_ANSWER:,} characters; code blocks are kept.",
        value=form.draft[:LONGEST_ANSWER],
        placeholder="Structure first: what you clarify, the parts, the numbers, the trade-offs",
        shortest=1,
        longest=LONGEST_ANSWER,
    )
    return Form(
        custom_id("answers", "answer", form.drop.id),
        form.drop.called.capitalize(),
        (field,),
        intro=f"{_why(form.refused)}**{asked.title}**\n{asked.prompt}"[:INTRO_LIMIT],
    )


def _why(refused: Refusal | None) -> str:
    """Return why a text was given back, above the form that holds it again; nothing where none was."""
    return (
        "" if refused is None else f"Your text was not posted: {refused.why}. Change it and send it again.\n"
    )


def _add_form(form: AddForm) -> Form:
    """Return the form for an addition."""
    field = TextField(
        key="text",
        label="What you add",
        description="It stands below your answer, which stays. Leave it empty to remove what you added.",
        value=form.draft[: rules.LONGEST_ADDITION],
        longest=rules.LONGEST_ADDITION,
    )
    return Form(custom_id("answers", "addition", form.answer.id), "Add to your answer", (field,))


def _accepted(outcome: Accepted) -> Message:
    """Return the confirmation of an answer with the way to its room."""
    drop = outcome.drop
    if outcome.points > 0:
        points = f"**{text.count(outcome.points, 'point')}**."
    elif outcome.answer.late:
        points = "It came after the reveal, so without points."
    elif outcome.answer.round > 1:
        points = "A second answer brings no points."
    else:
        points = "This server was asked the question before, so it brings no points."
    others = "The others are in" if drop.answered else "You are the first; the others will appear in"
    room = f"{others} <#{drop.room_id}>." if drop.room_id else "Its room opens in a moment."
    if is_held_back(drop):
        room = "This channel takes no hidden room any more, so it stays hidden until the reveal."
    elif drop.mode == "blind" and drop.room_id is None and not drop.answered:
        room = "You are the first: your answer opens the room, in a moment."
    early = (reveal_now(drop),) if drop.state == "open" else ()
    then = f" Model answer: {text.when(drop.reveal_at, 'R')}." if drop.state == "open" else ""
    return Message(
        f"Your answer is saved. {points} {room}{then}",
        rows=((*_own_row(outcome.answer, drop), *way_in(drop), *early),),
    )


def _to_room(drop: Drop) -> tuple[Button, ...]:
    """Return the way to the room; into one that is being opened for this answer the bot lets its author."""
    if drop.room_id is not None:
        return (Button("Go to the room", url=text.link(drop.guild_id, drop.room_id)),)
    if drop.mode == "blind":
        return (Button("Go to the room", custom_id("answers", "join", drop.id)),)
    return ()


def _own_row(mine: Answer, drop: Drop) -> tuple[Button, ...]:
    return (
        *_to_room(drop),
        Button("Edit", custom_id("answers", "edit", mine.id)),
        Button("Withdraw", custom_id("answers", "withdraw", mine.id)),
    )


def _refusal(outcome: outcomes.Refusal) -> Message:
    """Return why an act was not done, and the next step, in one sentence."""
    match outcome:
        case AlreadyAnswered(drop, mine):
            return Message(
                "You have answered this question: **Edit** adds to your answer.",
                rows=((*_own_row(mine, drop), *way_in(drop)),),
            )
        case Unfit(why, draft_id):
            if draft_id is None:
                return Message(_unfit_message(why))
            return Message(_unfit(why), rows=((_again(draft_id),),))
        case QuestionGone():
            return Message(_gone(outcome))
        case NotYours():
            return Message(
                "That is somebody else's: **Edit** and **Withdraw** work on your own answer, "
                "**Count as my answer** on a message that you wrote."
            )
        case NoAnswer():
            return Message("There is no answer of yours here any more: press **Answer** to write one.")
        case HiddenMode(drop):
            return Message(_not_by_message(drop))
        case NoQuestionHere():
            return Message(
                "No question is asked in this place: use this on a message in a question's thread, or press "
                "**Answer** on the question."
            )
        case _:
            assert_never(outcome)


def _gone(outcome: QuestionGone) -> str:
    if isinstance(outcome, ByButtons):
        over = outcome.drop.state == "revealed"
        return "This question was answered by its buttons, and its time is over." if over else BY_BUTTONS
    if isinstance(outcome, TakenDown):
        return (
            f"An organiser has hidden your answer to {outcome.drop.called}, so you cannot change it or write "
            "another: ask an organiser to show it again."
        )
    return QUESTION_GONE


def _not_by_message(drop: Drop) -> str:
    if drop.kind == "choice":
        return f"{BY_BUTTONS} Everybody can read your message: delete it if it tells your choice."
    return (
        "Answers to this question are hidden until the reveal, and everybody can read your message: "
        "delete it and press **Answer** on the question instead."
    )


def _returned(refused: Message, typed: str) -> Message:
    """Return a refusal with the text that was typed and is kept nowhere, so that it can be copied."""
    if not typed.strip():
        return refused
    own = discord.Embed(title="What you wrote", description=typed[:EMBED_LIMIT], colour=GREY)
    return replace(refused, embeds=(*refused.embeds, own))


def _unfit(why: TooShort | TooLong) -> str:
    match why:
        case TooShort(0, shortest):
            return (
                f"It holds no text, and an answer needs {shortest} characters: press **Try again** and write "
                "it there."
            )
        case TooShort(length, shortest):
            return (
                f"An answer needs {shortest} characters and this has {length}: press **Try again** and say "
                "a little more, your text is kept."
            )
        case TooLong(length, longest):
            return (
                f"There is room for {longest:,} characters and this has {length:,}: press **Try again** and "
                "shorten it, your text is kept."
            )
        case _:
            assert_never(why)


def _unfit_message(why: TooShort | TooLong) -> str:
    if why == TooShort(0, SHORTEST_ANSWER):
        return (
            "It holds no text that could be an answer: press **Answer** on the question and write it there."
        )
    room = f"at least {why.shortest}" if isinstance(why, TooShort) else f"at most {why.longest:,}"
    return (
        f"An answer has {room} characters and this message has {why.length:,}: edit it and choose "
        "**Apps > Count as my answer** on it, or press **Answer** on the question."
    )


def _again(draft_id: int) -> Button:
    return Button("Try again", custom_id("answers", "again", draft_id), style=PRIMARY)


def _added(outcome: Added) -> Message:
    """Return the confirmation of an addition."""
    what = "stands below your answer" if outcome.answer.addition else "is taken away"
    return Message(f"Saved: your addition {what}.", rows=(_own_row(outcome.answer, outcome.drop),))


def _ask_withdraw(outcome: AskWithdraw) -> Message:
    """Return the question before an answer is withdrawn."""
    paid = outcome.answer.scored and not outcome.answer.hidden
    cost = "All its points go, and a new answer brings none. " if paid else ""
    sure = Button("Withdraw it", custom_id("answers", "withdraw_yes", outcome.answer.id), style=DANGER)
    return Message(
        f"Withdraw your answer to {outcome.drop.called}? {cost}Nobody will see it any more.",
        rows=((sure,),),
    )


def _withdrawn(outcome: Withdrawn) -> Message:
    """Return the confirmation of a withdrawal."""
    lost = f" {text.count(-outcome.points, 'point')} taken back." if outcome.points else ""
    stays = " The room stays open to you." if outcome.drop.mode == "blind" else ""
    then = "**Answer** on the question lets you write a new one."
    if outcome.hidden:
        then = "An organiser has hidden it, so you cannot write another one: ask them to show it again first."
    return Message(f"Your answer is withdrawn.{lost}{stays} {then}")


def _hints(shown: Hints) -> Message:
    """Return the hints so far and the button for the next."""
    lines = [f"**Hint {number} of {shown.of}**\n{hint}" for number, hint in enumerate(shown.texts, start=1)]
    more = len(shown.texts) < shown.of
    if not more and shown.taken_down:
        lines.append("That was the last hint.")
    elif not more:
        lines.append("That was the last hint: press **Answer** and write down what you have.")
    row = (Button("Next hint", custom_id("answers", "next_hint", shown.drop.id)),) if more else ()
    if not shown.taken_down:
        row = (*row, Button("Answer", custom_id("answers", "answer", shown.drop.id), style=PRIMARY))
    return Message("\n\n".join(lines), rows=(row,) if row else ())


def _reminded(outcome: ReminderSet | TooLateToRemind | NoReminder) -> str:
    match outcome:
        case ReminderSet(_, at):
            return (
                f"I will write to you {text.when(at, 'f')} ({text.when(at, 'R')}) unless you have answered "
                "by then. If nothing comes: your privacy settings for this server keep out direct messages."
            )
        case TooLateToRemind(drop):
            return (
                f"The reveal is {text.when(drop.reveal_at, 'R')}, too near for a reminder: "
                "press **Answer** now, ten minutes are enough."
            )
        case NoReminder():
            return "You have answered this question, so there is nothing to remind you of."
        case _:
            assert_never(outcome)


def _no_room_yet(outcome: NoRoomYet) -> str:
    """Return when the room opens, as far as that is known."""
    drop = outcome.drop
    if is_held_back(drop):
        return (
            "This channel takes no hidden room any more, so your answer stays hidden until the reveal: "
            f"the room opens {text.when(drop.reveal_at, 'R')}."
        )
    if outcome.held_up:
        return (
            "I cannot open the room yet. Where I need an organiser for it, they have been told: "
            "press again later."
        )
    if drop.answered or drop.state == "open":
        return "The room is being opened: press again in a moment."
    return "The first answer opens the room, and there is none yet. Press **Answer late** to begin."


def _at_the_door(outcome: Joined | NotYet | NoRoomYet) -> str:
    """Return whether the person is in the room, and where they can read if not."""
    if isinstance(outcome, NotYet):
        return (
            "The room opens to you when you have answered, and to everybody "
            f"{text.when(outcome.drop.reveal_at, 'f')}. Press **Answer** to go in now."
        )
    if isinstance(outcome, NoRoomYet):
        return _no_room_yet(outcome)
    match outcome.entry:
        case Entry.FULL:
            return f"I cannot let you in: {FULL}. {READ_ON} to {outcome.drop.called}."
        case Entry.SHUT:
            return (
                "I cannot let you in: the room is locked. Ask an organiser to unlock it or to allow me "
                f"**Manage Threads**. {READ_ON} to {outcome.drop.called}."
            )
        case Entry.INSIDE:
            return f"You are in: <#{outcome.room_id}>."
        case Entry.OUTSIDE:
            return (
                "I could not let you in: the room was deleted, or I lost the permission. Ask an organiser to "
                "look at `/manage health`."
            )
        case _:
            assert_never(outcome.entry)


def _kept_out(outcome: KeptOut) -> Message:
    accepted = outcome.accepted
    points = f" **{text.count(accepted.points, 'point')}**." if accepted.points > 0 else ""
    match outcome.entry:
        case Entry.FULL:
            said = (
                f"Your answer is saved and stands in its room.{points} You cannot go in: {FULL}. {READ_ON}."
            )
        case Entry.SHUT:
            said = (
                f"Your answer is saved.{points} Its room is locked: it appears there by itself as soon as a "
                f"moderator unlocks the room. {READ_ON}."
            )
    usual = _accepted(accepted)
    rows = tuple(tuple(b for b in row if b.url is None) for row in usual.rows)
    return replace(usual, content=said, rows=rows)

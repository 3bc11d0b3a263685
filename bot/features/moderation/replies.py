"""The form for a report, and the replies to members and organisers. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never, overload

import discord

from bot.features.moderation import messages, rules
from bot.features.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Changed,
    Decided,
    Logging,
    NoReason,
    NoReport,
    NotThere,
    Own,
    Refusal,
    Reported,
    ReportedBefore,
    ReportForm,
    ReportsGo,
    ReportsGoNow,
    Undecided,
    UnfitChannel,
    Unseen,
)
from bot.gateway.directory import ORGANISERS_ALONE, Readers
from bot.gateway.rooms import Entry
from bot.ui import text
from bot.ui.forms import Form, TextField
from bot.ui.ids import custom_id
from bot.ui.message import GREY, Message

Told = Reported | Refusal | NoReason | Case | Decided | Undecided | Logging

NO_REPORT = "There is no such report in this server: `/manage log` says how many wait for a decision."
UNDO = "Its author is told in a direct message; **Show again** on the report undoes it."
CHANGED = (
    "Nothing is decided yet: the answer was changed since. Look at what stands there now and decide again."
)
LOCKED = (
    "its room is locked and I may not change anything there: the text stands until you unlock the room, "
    "allow me **Manage Threads**, or delete the message."
)
LOCKED_AGAIN = (
    "Its room is locked and I may not change anything there: it shows that as soon as you unlock the room or "
    "allow me **Manage Threads**."
)
OWN_MESSAGE = (
    "the message from which it was counted still stands, and everybody there can read it: delete it there if "
    "nobody should."
)
READERS_NAMED = 10
# By the name that Discord gives a permission in a channel's settings.
LABELS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}


@overload
def reply(outcome: ReportForm, typed: str = "") -> Form: ...


@overload
def reply(outcome: Told, typed: str = "") -> Message: ...


def reply(outcome: ReportForm | Told, typed: str = "") -> Message | Form:
    """Return what the person reads; the reason they `typed` comes back where it was not taken."""
    match outcome:
        case ReportForm():
            return _report_form(outcome)
        case Reported():
            return Message(_reported(outcome))
        case Case():
            return messages.report(outcome)
        case Decided():
            return _decided(outcome)
        case NoReport() | Changed() | AlreadyDecided():
            return _undecided(outcome)
        case ReportsGo() | ReportsGoNow() | UnfitChannel():
            return _logging(outcome)
        case _:
            return _returned(_refusal(outcome), typed)


def _report_form(form: ReportForm) -> Form:
    field = TextField(
        key="reason",
        label="What is wrong with it?",
        description="One line. Only organisers read it, with your name.",
        placeholder="It is an insult; it is advertising; it is somebody else's text",
        shortest=1,
        longest=rules.LONGEST,
        long=False,
    )
    whose = text.shortened(text.bare(form.answer.user_name) or "somebody", 20)
    return Form(custom_id("moderation", "send", form.answer.id), f"Report the answer of {whose}", (field,))


def _reported(outcome: Reported) -> str:
    """Return the confirmation of a report."""
    whose = text.name(outcome.answer.user_name)
    return f"Thank you: the organisers will look at the answer of {whose}. Only they learn who reported it."


def _refusal(outcome: Refusal | NoReason) -> Message:
    """Return why nothing was reported, and the next step."""
    match outcome:
        case NotThere():
            said = "This answer is not there any more: it was withdrawn or hidden, so nothing has to be done."
        case Own():
            said = "This is your own answer: **Withdraw** takes it away."
        case Unseen(drop):
            said = (
                "You cannot see the answers to this question yet: press **Answer** on it, or wait for the "
                f"reveal {text.when(drop.reveal_at, 'R')}."
            )
        case ReportedBefore(report):
            said = _before(report.state)
        case NoReason():
            said = (
                f"Say in 1 to {rules.LONGEST} characters what is wrong with the answer: press **Report** on "
                "it again."
            )
        case _:
            assert_never(outcome)
    return Message(said)


def _before(state: rules.State) -> str:
    if state == "open":
        return "You have reported this answer, and nobody has decided yet: tell an organiser if it is urgent."
    if state == "hidden":
        return "You have reported this answer, and an organiser has hidden it: nothing has to be done."
    return "You have reported this answer, and an organiser leaves it as it is: tell one if there is more."


def _returned(refused: Message, typed: str) -> Message:
    """Return a refusal with what was typed, which is kept nowhere."""
    if not typed.strip():
        return refused
    own = discord.Embed(title="What you wrote", description=text.shortened(typed, 4000), colour=GREY)
    return Message(refused.content, embeds=(own,))


def _decided(outcome: Decided) -> Message:
    """Return what a decision did, and what is left to do."""
    case, entry = outcome.case, outcome.entry
    whose = text.name(case.answer.user_name)
    match case.report.state:
        case "hidden":
            return _hidden(outcome, whose, shut=entry is Entry.SHUT)
        case "shown":
            back = f" {text.count(outcome.points, 'point')} given back." if outcome.points else ""
            said = f"The answer of {whose} is shown again.{back}"
            if case.answer.state == "withdrawn":
                said = f"Not hidden any more, but {whose} has withdrawn it: nothing stands in the room."
            elif entry is Entry.SHUT:
                said = f"Not hidden any more: the answer of {whose} counts again.{back} {LOCKED_AGAIN}"
        case "dismissed" | "open":
            said = f"Dismissed: the answer of {whose} stays as it is."
        case _:
            assert_never(case.report.state)
    return Message(said)


def _hidden(outcome: Decided, whose: str, *, shut: bool) -> Message:
    """Return what hiding did; where a text still stands for all to read, say so and lead there."""
    case = outcome.case
    lost = f" {text.count(-outcome.points, 'point')} taken back." if outcome.points else ""
    in_room = messages.to_answer(case) if shut else ()
    own = messages.to_own_message(case)
    stands = [said for said, ways in ((LOCKED, in_room), (OWN_MESSAGE, own)) if ways]
    if not stands:
        return Message(f"Hidden: nobody reads the answer of {whose} any more.{lost} {UNDO}")
    said = f"Hidden: the answer of {whose} does not count any more.{lost} But {' And '.join(stands)} {UNDO}"
    return Message(said, rows=((*in_room, *own),))


def _undecided(outcome: Undecided) -> Message:
    """Return why nothing was decided; what has changed is shown with the buttons that decide about it."""
    if isinstance(outcome, NoReport):
        return Message(NO_REPORT)
    if isinstance(outcome, Changed):
        fresh = messages.report(outcome.case)
        return replace(fresh, content=f"{CHANGED}\n{fresh.content}")
    standing = messages.outcome(outcome.report) or "Nobody has hidden it: press **Hide** first"
    return Message(f"This is decided already. {standing}." if outcome.report.decided_by else f"{standing}.")


def _logging(outcome: Logging) -> Message:
    match outcome:
        case ReportsGo():
            return _reports_go(outcome)
        case ReportsGoNow():
            return _reports_go_now(outcome)
        case UnfitChannel():
            return Message(_unfit_channel(outcome.channel_id, outcome.missing))
        case _:
            assert_never(outcome)


def _reports_go(shown: ReportsGo) -> Message:
    """Return where reports go, what I lack there, and who reads them besides organisers."""
    outcome, missing, readers = shown.log, shown.missing, shown.readers
    waiting = f" Without a decision: {text.count(outcome.waiting, 'report')}." if outcome.waiting else ""
    if outcome.channel_id is None:
        return Message(f"No channel is chosen for reports: {messages.CHOOSE}{waiting}")
    if missing is None:
        return Message(
            "The channel that was chosen for reports is not there any more, or I cannot see it: "
            f"{messages.CHOOSE}{waiting}"
        )
    if missing:
        return Message(f"{_unfit_channel(outcome.channel_id, missing)}{waiting}")
    return Message(
        f"Reports go to <#{outcome.channel_id}>.{waiting} `/manage log channel:` chooses another channel, or "
        f"the same once more: what waits is posted there anew.{_read_by(readers)}"
    )


def _read_by(readers: Readers) -> str:
    """Return who reads a channel besides organisers, and what that means; mentions that ring nobody."""
    if readers == ORGANISERS_ALONE:
        return ""
    who = [f"<@&{role}>" for role in readers.roles] + [f"<@{person}>" for person in readers.people]
    said = "Everybody" if readers.everybody else text.listing(who, most=READERS_NAMED)
    them = "everybody" if readers.everybody else "them" if len(who) > 1 else text.listing(who)
    return (
        f"\n{said} can read that channel. So reports name nobody and quote nothing there: **Show the "
        f"report** shows an organiser the rest. To read them whole there, take **View Channel** from {them} "
        "first."
    )


def _reports_go_now(chosen: ReportsGoNow) -> Message:
    """Return the confirmation of a new channel for reports, and who reads them besides organisers."""
    outcome, readers = chosen.log, chosen.readers
    anew = (
        f" {text.count(outcome.waiting, 'report')} without a decision: posted there now."
        if outcome.waiting
        else ""
    )
    return Message(f"Reports go to <#{outcome.channel_id}> from now on.{anew}{_read_by(readers)}")


def _unfit_channel(channel_id: int, missing: tuple[str, ...] | None) -> str:
    """Return why a channel cannot take reports; no missing permissions: everybody reads it."""
    if missing is None:
        return "I cannot see that channel: give me **View Channel** there, or choose another one."
    if missing:
        names = text.listing([f"**{LABELS[name]}**" for name in missing])
        return f"I lack {names} in <#{channel_id}>: give me that there, or choose another channel."
    return (
        f"Everybody can read <#{channel_id}>, and reports quote answers and name people: choose a channel "
        "that only organisers see, or take **View Channel** from @\u200beveryone there first."
    )

"""The form for a report, and the replies to members and organisers. Pure."""

from __future__ import annotations

from typing import assert_never

import discord

from bot.moderation import render, rules
from bot.moderation.outcomes import (
    AlreadyDecided,
    Case,
    Decided,
    LogChannel,
    NoReason,
    NoReport,
    NotThere,
    Own,
    Refusal,
    Reported,
    ReportedBefore,
    ReportForm,
    Unseen,
)
from bot.ui import text
from bot.ui.forms import Form, TextField
from bot.ui.ids import custom_id
from bot.ui.message import Message

GREY = 0x94A3B8
NO_REPORT = "There is no such report in this server: `/manage log` says how many wait for a decision."
# By the name that Discord gives a permission in a channel's settings.
LABELS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}


def report_form(form: ReportForm) -> Form:
    """Return the form for a report."""
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


def reported(outcome: Reported) -> str:
    """Return the confirmation of a report."""
    whose = text.name(outcome.answer.user_name)
    return f"Thank you: the organisers will look at the answer of {whose}. Only they learn who reported it."


def refusal(outcome: Refusal | NoReason) -> Message:
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


def returned(refused: Message, typed: str) -> Message:
    """Return a refusal with what was typed, which is kept nowhere."""
    if not typed.strip():
        return refused
    own = discord.Embed(title="What you wrote", description=text.shortened(typed, 4000), colour=GREY)
    return Message(refused.content, embeds=(own,))


def show(case: Case) -> Message:
    """Return a report for the organiser who asked, with what can be done about it."""
    return render.report(case)


def decided(outcome: Decided) -> Message:
    """Return what a decision did."""
    case = outcome.case
    whose = text.name(case.answer.user_name)
    match case.report.state:
        case "hidden":
            lost = f" {text.count(-outcome.points, 'point')} taken back." if outcome.points else ""
            said = (
                f"Hidden: nobody reads the answer of {whose} any more.{lost} Its author is told in a direct "
                "message; **Show again** on the report undoes it."
            )
        case "shown":
            back = f" {text.count(outcome.points, 'point')} given back." if outcome.points else ""
            said = f"The answer of {whose} is shown again.{back}"
        case "dismissed" | "open":
            said = f"Dismissed: the answer of {whose} stays as it is."
        case _:
            assert_never(case.report.state)
    return Message(said)


def undecided(outcome: AlreadyDecided | NoReport) -> Message:
    """Return why nothing was decided."""
    if isinstance(outcome, NoReport):
        return Message(NO_REPORT)
    standing = render.outcome(outcome.report) or "Nobody has hidden it: press **Hide** first"
    return Message(f"This is decided already. {standing}." if outcome.report.decided_by else f"{standing}.")


def log_channel(outcome: LogChannel) -> Message:
    """Return where reports go."""
    waiting = f" Without a decision: {text.count(outcome.waiting, 'report')}." if outcome.waiting else ""
    if outcome.channel_id is None:
        return Message(f"No channel is chosen for reports: {render.CHOOSE}{waiting}")
    return Message(
        f"Reports go to <#{outcome.channel_id}>.{waiting} `/manage log channel:` chooses another channel, or "
        "the same once more: what waits is posted there anew."
    )


def log_channel_set(outcome: LogChannel) -> Message:
    """Return the confirmation of a new channel for reports."""
    anew = (
        f" {text.count(outcome.waiting, 'report')} without a decision: posted there now."
        if outcome.waiting
        else ""
    )
    return Message(f"Reports go to <#{outcome.channel_id}> from now on.{anew}")


def unfit_channel(channel_id: int, missing: tuple[str, ...] | None) -> Message:
    """Return why a channel cannot take reports; no missing permissions: everybody reads it."""
    if missing is None:
        return Message("I cannot see that channel: give me **View Channel** there, or choose another one.")
    if missing:
        names = text.listing([f"**{LABELS[name]}**" for name in missing])
        return Message(f"I lack {names} in <#{channel_id}>: give me that there, or choose another channel.")
    return Message(
        f"Everybody can read <#{channel_id}>, and reports quote answers and name people: choose a channel "
        "that only organisers see, or take **View Channel** from @\u200beveryone there first."
    )

"""What organisers are told of trouble, once. Pure."""

from __future__ import annotations

from bot.features.drops.store import Drop
from bot.features.problems.store import Problem
from bot.features.schedules.flaws import flaw_in
from bot.features.schedules.recurrence import show_days, show_time
from bot.features.schedules.store import Schedule
from bot.outbox.message import Trouble
from bot.ui import refusals, text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message

DETAIL_LIMIT = 300
# What is told where the forum was looked at and nothing was posted yet.
TAG_NEEDED = 40067
# What is told without a promise that something goes out when it is mended.
NOTHING_WAITS = (
    Trouble.ROLE_GONE,
    Trouble.NO_QUESTION,
    Trouble.ROOM_FULL,
    Trouble.NOT_HIDDEN,
    Trouble.UNREADABLE,
    Trouble.MY_ERROR,
)


def setting(option: str) -> str:
    """Return what the option of a command sets, in words."""
    return {"zone": "time zone", "reveal": "time of the reveal", "channel": "kind of channel"}.get(
        option, option.replace("_", " ")
    )


def discussion_notice(
    problem: Problem, drop: Drop, title: str, server: str, starter_id: int | None = None
) -> Message:
    """Return what keeps a discussion from going on, for whoever began it.

    `starter_id` names them where it is said in the server, since they take no direct messages.
    """
    whose = f"<@{starter_id}>'s" if starter_id else "your"
    said = f"**{text.name(server)}**: {whose} discussion “{text.name(title)}”"
    detail = text.name(problem.detail[:DETAIL_LIMIT])
    match problem.trouble:
        case Trouble.CHANNEL_GONE:
            return Message(
                f"{said} ended, since its channel was deleted. `/discuss` begins it again in another channel."
            )
        case Trouble.NO_ACCESS | Trouble.NO_PERMISSION:
            what = detail or "a permission"
            why = f"I am missing {what}. Ask an organiser to allow it in the channel's settings"
        case Trouble.ROOM_FULL:
            return Message(
                f"{said} in <#{drop.channel_id}> has the 1,000 people in its room that Discord allows: more "
                "authors read it by `/today date:`. `/discuss` with `mode:open` lets everybody read the next."
            )
        case Trouble.THREAD_LIMIT:
            why = "the server has as many open threads as Discord allows. Ask an organiser to close old ones"
        case (
            Trouble.ROLE_GONE
            | Trouble.NO_QUESTION
            | Trouble.NOT_HIDDEN
            | Trouble.UNREADABLE
            | Trouble.MY_ERROR
            | Trouble.REFUSED
            | Trouble.TAG_NEEDED
            | Trouble.UNREACHABLE
            | Trouble.UNAVAILABLE
        ):
            if (known := refusals.read(problem.detail)) is not None:
                return Message(
                    f"{said} in <#{drop.channel_id}> cannot go on: {known.why}. Ask an organiser, and it "
                    f"goes on by itself. What they do: {known.step}"
                )
            why = f"Discord refuses it ({detail}). Ask an organiser to look at the channel's settings"
    return Message(f"{said} in <#{drop.channel_id}> cannot go on: {why}; then it goes on by itself.")


_CURES = {
    Trouble.CHANNEL_GONE: "the channel was deleted. Choose another with `/manage schedule edit channel:`.",
    Trouble.THREAD_LIMIT: "the server has as many active threads as Discord allows. Close some old threads.",
    Trouble.ROLE_GONE: (
        "the role to ping was deleted; questions are posted without it. "
        "Choose another with `/manage schedule edit ping_role:`."
    ),
    Trouble.NO_QUESTION: (
        "no question is left after the filters. Widen them with `/manage schedule edit categories:`."
    ),
    Trouble.NOT_HIDDEN: (
        "it is no text channel any more, and only those can hide answers: everybody reads them at once. "
        "Choose a text channel with `/manage schedule edit channel:`, or keep it so with `mode:open`."
    ),
    Trouble.MY_ERROR: (
        "an error of mine keeps its question from coming. Whoever runs me finds the reason in my log: tell "
        "them. I go on trying, and at once after each `/manage schedule edit`."
    ),
}


def cure(problem: Problem) -> str:
    """Return what is wrong and the one step that mends it."""
    # What Discord says can be pages long; a field of an embed ends at 1,024 characters.
    detail = text.name(problem.detail[:DETAIL_LIMIT])
    match problem.trouble:
        case Trouble.NO_ACCESS | Trouble.NO_PERMISSION:
            what = detail or "a permission"
            return f"I am missing: {what}. Allow it in the channel's settings > Permissions > my role."
        case Trouble.ROOM_FULL:
            return (
                f"the room of {detail} has the 1,000 members that Discord allows: answers go on into it, but "
                "their authors cannot go in. `/manage schedule edit mode:open` lets everybody read the next."
            )
        case Trouble.UNREADABLE:
            unknown = flaw_in(problem.detail[:DETAIL_LIMIT])
            value = text.name(unknown.value)
            return (
                f"I do not know its {setting(unknown.option)} “{value}”, so no question is posted. "
                f"Choose another with `/manage schedule edit {unknown.option}:`."
            )
        case Trouble.REFUSED | Trouble.TAG_NEEDED | Trouble.UNREACHABLE | Trouble.UNAVAILABLE:
            default = TAG_NEEDED if problem.code == Trouble.TAG_NEEDED.value else 0
            known = refusals.read(problem.detail) or refusals.TABLE.get(default)
            if known is not None:
                return known.sentence
            return f"Discord refused the post ({detail}). Check the channel's settings, then press Try again."
        case _ as trouble:
            return _CURES[trouble]


def notice(problem: Problem, schedule: Schedule, server: str) -> Message:
    """Return what organisers are told once."""
    where = "" if problem.trouble is Trouble.CHANNEL_GONE else f" in <#{schedule.channel_id}>"
    rest = (
        ""
        if problem.trouble in NOTHING_WAITS
        else " What waits goes out by itself once it is mended, a question up to "
        f"{text.count(schedule.late_hours, 'hour')} late."
    )
    sentence = cure(problem)
    return Message(
        f"**{text.name(server)}**: the study group's question{where} needs you: {sentence}{rest} "
        "`/manage health` shows the state.",
        rows=((Button("Try again now", custom_id("daily", "retry", problem.guild_id), style=PRIMARY),),),
    )


def schedule_line(schedule: Schedule) -> str:
    """Return a schedule in one line, as lists and autocomplete show it."""
    paused = " (paused)" if schedule.state == "paused" else ""
    return f"{show_days(schedule.days)} at {show_time(schedule.minutes)} {schedule.zone}{paused}"

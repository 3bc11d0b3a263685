"""What organisers read in /manage health. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.features.drops import lifecycle
from bot.features.drops.messages import question_address
from bot.features.drops.store import Drop
from bot.features.schedules import rules
from bot.features.schedules.messages import cure, schedule_line
from bot.features.schedules.outcomes import Health
from bot.features.schedules.store import Schedule
from bot.outbox.dispatcher import MY_ERROR
from bot.outbox.message import Trouble
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message

# An embed has at most 25 fields and 6,000 characters; some of both are for problems and the footer.
HEALTH_SCHEDULES = 15

HEALTH_ROOM = 5_900

_STATES = {
    "planned": "on its way",
    "open": "open",
    "revealed": "revealed",
    "skipped": "not posted",
}

# A post that lapsed keeps the trouble's code; everything else is kept in words.
_REASONS = {
    Trouble.CHANNEL_GONE.value: lifecycle.CHANNEL_GONE,
    Trouble.NO_ACCESS.value: "I could not see its channel",
    Trouble.NO_PERMISSION.value: "I was missing a permission",
    Trouble.THREAD_LIMIT.value: "too many active threads",
    Trouble.TAG_NEEDED.value: "its forum demands a tag",
    Trouble.ROOM_FULL.value: "its room was full",
    Trouble.REFUSED.value: "Discord refused it",
    Trouble.UNAVAILABLE.value: "Discord was not available",
}

# The kinds of posts, as organisers know them; each feature registers its own by post_kinds().
KINDS = {
    "drop": "question",
    "room": "room",
    "intro": "first message of a room",
    "answer": "answer",
    "reveal": "reveal",
    "choice_reveal": "reveal",
    "reminder": "reminder",
    "notice": "notice to organisers",
    "report": "report of an answer",
    "hidden_notice": "message to the author of a hidden answer",
    "given_back": "message to the author of an answer that Discord refused",
    "quiz_item": "question of a quiz",
    "quiz_end": "end of a quiz",
    "quiz_room": "thread of a quiz",
    "quiz_answers": "answers of a quiz",
    "quiz_notice": "notice about a quiz",
    "back": "notice that I am back",
}


def health(report: Health) -> Message:
    """Return what went out last, what comes next, what failed and the step that mends it."""
    mine = sum(post.reason == MY_ERROR for post in report.waiting)
    good = not report.problems and not mine and report.lost_log is None
    card = discord.Embed(
        title="All is well" if good else "Something needs you", colour=0x22C55E if good else 0xEF4444
    )
    for problem in report.problems[:5]:
        schedule = next((s for s, _ in report.schedules if s.id == problem.schedule_id), None)
        where = f"<#{schedule.channel_id}>: " if schedule else ""
        card.add_field(
            name=f"Since {problem.created_at:%d %b %H:%M} UTC", value=where + cure(problem), inline=False
        )
    if report.lost_log is not None:
        card.add_field(name="Reports of answers", value=_lost_log(report.lost_log), inline=False)
    if mine:
        card.add_field(name="An error of mine", value=_of_mine(mine), inline=False)
    waiting = report.waiting
    if waiting:
        lines = [
            f"- {KINDS.get(post.kind, 'message')}, due {text.when(post.due_at, 'R')}, "
            f"{text.count(post.attempts, 'try', 'tries')}"
            for post in waiting[:5]
        ]
        card.add_field(
            name=text.count(len(waiting), "post") + " waiting", value="\n".join(lines), inline=False
        )
    held = rules.held(report.problems)
    for shown, (schedule, drops) in enumerate(report.schedules):
        history = _history(schedule, drops, held=schedule.id in held)
        name, value = schedule_line(schedule), f"<#{schedule.channel_id}>\n{history}"
        if len(card) + len(name) + len(value) > HEALTH_ROOM or shown == HEALTH_SCHEDULES:
            rest = len(report.schedules) - shown
            card.set_footer(text=f"and {text.count(rest, 'more schedule')}: /manage schedule list")
            break
        card.add_field(name=name, value=value, inline=False)
    again = Button("Try again now", custom_id("daily", "try_again", 0), style=PRIMARY)
    return Message(embeds=(card,), rows=((again,),) if waiting or not good else ())


def _lost_log(channel_id: int) -> str:
    return (
        f"I cannot write in <#{channel_id}>, so they go to another channel, without names and texts. "
        "Choose one that only organisers read with `/manage log channel:`."
    )


def _of_mine(posts: int) -> str:
    return (
        f"{text.count(posts, 'post')} cannot be made. Whoever runs me finds the reason in my log: tell them. "
        "I go on trying."
    )


def _history(schedule: Schedule, drops: Sequence[Drop], *, held: bool) -> str:
    lines: list[str] = []
    if schedule.state == "active" and held:
        lines.append("No next question before that is mended.")
    elif schedule.state == "active":
        lines.append(f"Next {text.when(schedule.next_run_at, 'f')} ({text.when(schedule.next_run_at, 'R')})")
    for drop in drops:
        why = f" ({_REASONS.get(drop.reason, drop.reason)})" if drop.reason else ""
        number = f"question {drop.number}, " if drop.number else ""
        state = _STATES[drop.state]
        if drop.message_id and drop.state != "skipped":
            state = f"[{state}]({question_address(drop)})"
        lines.append(f"{text.when(drop.due_at, 'f')}: {number}{state}{why}")
    return "\n".join(lines) or "Nothing posted yet."

"""What an organiser reads: the panel of a schedule, the list, health, refusals. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import assert_never

import discord

from bot.core.amounts import span
from bot.features.drops.messages import question_card, title
from bot.features.drops.modes import fitting
from bot.features.drops.permissions import PERMISSION_LABELS
from bot.features.drops.rules import SHORTEST_OPEN
from bot.features.schedules import rules
from bot.features.schedules.health_replies import health
from bot.features.schedules.messages import schedule_line, setting
from bot.features.schedules.outcomes import (
    AlreadyPosting,
    CategoryUnknown,
    Change,
    DaysUnread,
    EveryonePinged,
    Health,
    HiddenImpossible,
    Listing,
    NoDayChosen,
    NoneYet,
    NoSchedule,
    NothingLeft,
    NothingMatches,
    NotOrganising,
    Panel,
    Paused,
    Posting,
    Refused,
    Removed,
    Resumed,
    RevealUnread,
    Saved,
    SettingUnknown,
    SeveralThere,
    Skipped,
    TimeUnread,
    TooMany,
    TryingAgain,
    Unchosen,
    UnknownSchedule,
    WrongChannel,
    ZoneUnknown,
)
from bot.features.schedules.recurrence import DAY_NAMES, show_time
from bot.features.schedules.store import Schedule
from bot.ui import text
from bot.ui.ids import custom_id
from bot.ui.message import PRIMARY, Button, Message

BLURPLE = 0x5865F2

TRYING = "Trying again now: `/manage health` shows in a moment how it went."
TRYING_ELSEWHERE = "Trying again now: `/manage health` in the server shows how it went."
NONE_YET = "No question is scheduled yet: `/setup` starts one."

# The name of a suggestion may have 100 characters.
SUGGESTION_LIMIT = 100


DRAWN = " (a minute of its own, so that not every group asks at once; `time:` sets another)"

# What was typed is quoted up to here.
QUOTED = 50

MODES = {"blind": "hidden from each person until they have answered", "open": "open to everybody at once"}

_WRITING_DAYS = [DAY_NAMES[day] for day in sorted(rules.WRITING_DAYS)]
Refusal = Refused | NoSchedule | Unchosen | WrongChannel | NotOrganising
Told = Panel | Listing | Health | Change | Posting | AlreadyPosting | TryingAgain | Refusal

KINDS_OF_DAY = {
    "open": "written answers",
    "choice": "one tap on A to D",
    "mixed": f"written answers on {text.listing(_WRITING_DAYS)}, one tap on A to D on other days",
}


def suggestion(schedule: Schedule, channel_name: str | None) -> str:
    """Return a schedule as autocomplete shows it; None for the name of a channel that was deleted."""
    return f"#{channel_name or 'deleted channel'}: {schedule_line(schedule)}"


def reply(outcome: Told) -> Message:
    """Return what the organiser reads."""
    match outcome:
        case Panel():
            return _panel(outcome)
        case Listing(schedules, held):
            return _schedules(schedules, held)
        case Health():
            return health(outcome) if outcome.schedules else Message(NONE_YET)
        case Paused() | Resumed() | Skipped() | Removed():
            return Message(_changed(outcome))
        case Posting() | AlreadyPosting():
            return Message(_posting(outcome))
        case TryingAgain(elsewhere):
            return Message(TRYING_ELSEWHERE if elsewhere else TRYING)
        case _:
            return Message(_refusal(outcome))


def _changed(outcome: Change) -> str:
    match outcome:
        case Paused(schedule):
            return (
                f"Paused in <#{schedule.channel_id}>. An open question still gets its reveal; "
                "`/manage schedule resume` goes on."
            )
        case Resumed(schedule):
            next_at = f"{text.when(schedule.next_run_at, 'F')} ({text.when(schedule.next_run_at, 'R')})"
            return f"Going on in <#{schedule.channel_id}>: next question {next_at}."
        case Skipped(schedule, occurrence, next_at):
            return _skipped(schedule, occurrence.at, next_at)
        case Removed(schedule, left):
            return _removed(schedule, left)
        case _:
            assert_never(outcome)


def _posting(outcome: Posting | AlreadyPosting) -> str:
    match outcome:
        case Posting(schedule, _):
            return f"On its way: look in <#{schedule.channel_id}>."
        case AlreadyPosting(drop) if drop.state == "planned":
            return (
                f"Question {drop.number} is still waiting to be posted in <#{drop.channel_id}>: "
                "`/manage health` says what for."
            )
        case AlreadyPosting(drop):
            return f"A question was asked for a moment ago: look in <#{drop.channel_id}>."
        case _:
            assert_never(outcome)


def _refusal(outcome: Refusal) -> str:
    match outcome:
        case NoSchedule():
            return "That schedule is not there any more: `/manage schedule list` shows those that are."
        case NoneYet():
            return NONE_YET
        case SeveralThere():
            return "There are several schedules: choose one from the list at `schedule:`."
        case UnknownSchedule():
            return "I do not know that schedule: choose one from the list that appears at `schedule:`."
        case WrongChannel():
            return (
                "A question needs a text, forum or announcement channel: run this there, or choose one with "
                "`channel:`."
            )
        case NotOrganising():
            return "That is for the organisers of a server I am in: ask one of them."
        case _:
            return _refused(outcome)


def _refused(outcome: Refused) -> str:
    """Return why a schedule cannot be as it was typed, and what to type instead."""
    match outcome:
        case TimeUnread() | RevealUnread() | DaysUnread() | ZoneUnknown() | CategoryUnknown():
            return _unread(outcome)
        case SettingUnknown(option, value):
            typed = text.name(value[:QUOTED])
            return (
                f"I do not know the {setting(option)} “{typed}” here: choose another one at `{option}:`. "
                "`/manage schedule edit` changes a schedule that is there already."
            )
        case NoDayChosen():
            return "No day is chosen: name at least one, such as `Mon, Wed, Fri` or `every day`."
        case HiddenImpossible():
            return (
                "Hidden answers need private threads, which only text channels have: "
                "choose a text channel, or `mode: open`."
            )
        case EveryonePinged():
            return "A bot cannot ping @everyone by its role: choose a role that members can have."
        case TooMany():
            return (
                f"This server has {rules.SCHEDULES_A_SERVER} schedules, which is the most: "
                "remove one with `/manage schedule remove` first."
            )
        case NothingMatches(mixed):
            other = "" if mixed else ", or `kind: mixed`"
            return (
                "No question is left with these categories, this difficulty and this kind: "
                f"choose more categories, or `difficulty: any`{other}."
            )
        case NothingLeft():
            return (
                "No question is left with this schedule's filters: widen them with `/manage schedule edit`."
            )
        case _:
            assert_never(outcome)


def _unread(outcome: TimeUnread | RevealUnread | DaysUnread | ZoneUnknown | CategoryUnknown) -> str:
    typed = f"“{outcome.typed[:QUOTED]}”"
    match outcome:
        case TimeUnread():
            return f"I cannot read {typed} as a time: type it as `09:00` or `9 pm`."
        case RevealUnread():
            return (
                f"I cannot read {typed} as the reveal's time: type it as `20:00`, or `default` "
                f"for {span(rules.REVEAL_BEFORE_NEXT)} before the next question."
            )
        case DaysUnread():
            return f"I cannot read {typed} as days: type `every day`, `weekdays` or `Mon, Wed, Fri`."
        case ZoneUnknown(_, near, is_fixed):
            return _which_zone(typed, near, is_fixed=is_fixed)
        case CategoryUnknown(_, known):
            names = ", ".join(f"`{c.key}`" for c in known)
            return f"There is no category {typed}: choose from {names}, or `all`."
        case _:
            assert_never(outcome)


def _which_zone(typed: str, near: Sequence[str], *, is_fixed: bool) -> str:
    """Ask which city is meant."""
    cities = text.listing([f"`{zone}`" for zone in near], joint="or")
    if is_fixed:
        return (
            f"{typed} never changes, so the question would come an hour off for half a year where the clocks "
            f"do: which city do you mean? Choose {cities}, or type yours."
        )
    if len(near) == 1:
        return f"I do not know the time zone {typed}: did you mean {cities}? Choose it, or type your city."
    if near:
        return f"{typed} may be more than one time zone: choose {cities}, or type your city."
    return (
        f"I do not know the time zone {typed}: pick one from the list that appears while "
        "you type your city or country, such as `Europe/Berlin`."
    )


def _panel(shown: Panel) -> Message:
    """Return what /setup answers with: what is set, what is missing, a preview, and the first step."""
    saved, missing = shown.saved, shown.missing
    schedule = saved.schedule
    facts = discord.Embed(title=_title(saved), colour=BLURPLE, description=_facts(saved))
    facts.add_field(name="Permissions", value=_permissions(shown), inline=False)
    if schedule.state == "active":
        nearest = f"{text.when(schedule.next_run_at, 'F')} ({text.when(schedule.next_run_at, 'R')})"
    else:
        nearest = "paused: `/manage schedule resume` goes on"
    facts.add_field(name="Next question", value=nearest, inline=False)
    footer = "Change anything by /setup in this channel, or by /manage schedule edit."
    if saved.others:
        footer += f" {text.count(saved.others, 'other schedule')} of this server: /manage schedule list."
    facts.set_footer(text=footer)
    example = question_card(saved.preview, "*An example of how a question looks.*")
    example.title = f"Preview: {title(saved.preview)}"
    blocked = missing is None or bool(missing) or shown.lacks_tag
    buttons = [
        Button(
            "Post the first question now" if not saved.posted_before else "Post a question now",
            custom_id("daily", "post_now", schedule.id),
            style=PRIMARY,
            disabled=blocked,
        )
    ]
    if blocked:
        buttons.insert(0, Button("Check permissions again", custom_id("daily", "panel", schedule.id)))
    return Message(embeds=(facts, example), rows=(tuple(buttons),))


def _title(saved: Saved) -> str:
    if saved.created:
        return "A further question is set up" if saved.others else "Your study group is set up"
    return "Changed: this is how it is set now" if saved.changed else "This is how it is set"


def _facts(saved: Saved) -> str:
    schedule = saved.schedule
    names = ", ".join(c.name for c in saved.categories) or "all categories"
    level = ", ".join(schedule.difficulties) or "any difficulty"
    reveal = (
        f"at {show_time(schedule.reveal_minutes)}, at least {span(SHORTEST_OPEN)} after the question"
        if schedule.reveal_minutes is not None
        else f"{span(rules.REVEAL_BEFORE_NEXT)} before the next question"
    )
    ping = f"<@&{schedule.role_id}>" if schedule.role_id else "nobody (set `ping_role:`)"
    return "\n".join(
        (
            f"**Where** <#{schedule.channel_id}>",
            f"**When** {schedule_line(schedule)}{DRAWN if saved.drawn else ''}",
            f"**Kind** {KINDS_OF_DAY[schedule.kind]}",
            f"**Questions** {names}, {level} ({_pool(saved)})",
            f"**Answers** {_hidden(schedule)}",
            f"**Reveal** {reveal}",
            f"**Pings** {ping}",
            f"**If the bot was offline** posted up to {text.count(schedule.late_hours, 'hour')} late",
        )
    )


def _pool(saved: Saved) -> str:
    if saved.schedule.kind != "mixed":
        return f"{saved.questions + saved.items} to choose from"
    return f"{saved.questions} to write about, {saved.items} to tap"


def _hidden(schedule: Schedule) -> str:
    choices = "hidden from everybody until the reveal"
    mode = fitting(schedule.channel_kind, schedule.mode)
    match schedule.kind:
        case "open":
            return MODES[mode]
        case "choice":
            return choices
        case "mixed":
            return f"written ones {MODES[mode]}; who chose what {choices}"


def _permissions(shown: Panel) -> str:
    schedule, missing = shown.saved.schedule, shown.missing
    if missing is None:
        return "I cannot find this channel any more: choose another with `/setup channel:`."
    if missing:
        names = "\n".join(f"- {PERMISSION_LABELS[name]}" for name in missing)
        return (
            f"In <#{schedule.channel_id}> I am missing:\n{names}\nChannel settings > Permissions > my role: "
            "allow these, then press **Check permissions again**."
        )
    if shown.lacks_tag:
        return (
            "This forum demands a tag on each post and has none that I may set, so no question can come. "
            "Forum settings > Tags: add one that everybody may use, or do not require tags; or allow my role "
            "Manage Threads. Then press **Check permissions again**."
        )
    if schedule.role_id and not shown.rings:
        return (
            f"All there, but <@&{schedule.role_id}> will not ring: allow **anyone to mention it** in the "
            "role's settings."
        )
    return "All there."


_SHORT: dict[str, str] = {"open": "written answers", "choice": "one tap", "mixed": "written and one tap"}


def _schedules(rows: Sequence[Schedule], held: Collection[int]) -> Message:
    """Return the list of a server's schedules: as an embed, since twenty of them do not fit into a text."""
    if not rows:
        return Message(NONE_YET)
    lines = [f"- <#{s.channel_id}>: {schedule_line(s)}{_coming(s, held)} ({_sort(s)})" for s in rows]
    card = discord.Embed(title="Schedules of this server", colour=BLURPLE, description="\n".join(lines))
    return Message(embeds=(card,))


def _coming(schedule: Schedule, held: Collection[int]) -> str:
    if schedule.state != "active":
        return ""
    if schedule.id in held:
        return ", waits for you: `/manage health`"
    return f", next {text.when(schedule.next_run_at, 'R')}"


def _sort(schedule: Schedule) -> str:
    """Return which kind of question comes; a kind that nothing here knows by its name."""
    return _SHORT.get(schedule.kind, text.name(schedule.kind))


def _removed(gone: Schedule, left: Sequence[Schedule]) -> str:
    """Return what was removed, what goes on in the same channel, and how it comes back."""
    here = [schedule_line(s) for s in left if s.channel_id == gone.channel_id]
    rest = f" Still running there: {'; '.join(here)}." if here else ""
    # /setup would change the one that still runs there.
    again = "`/manage schedule add`" if here else "`/setup`"
    return (
        f"Removed from <#{gone.channel_id}>: {schedule_line(gone)}.{rest} Answers and points stay; "
        f"{again} starts a new one."
    )


def _skipped(schedule: Schedule, at: datetime, next_at: datetime) -> str:
    """Return which question is left out and when the next one comes."""
    then = (
        f"the next one comes {text.when(next_at, 'F')}. Run it again to leave that out too."
        if schedule.state == "active"
        else "the schedule is paused, so nothing comes until `/manage schedule resume`."
    )
    return f"The question of {text.when(at, 'F')} is left out; {then} (<#{schedule.channel_id}>)"

"""Reading what an organiser typed onto a schedule. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.amounts import span
from bot.features.bank.service import Category
from bot.features.drops.modes import ChannelKind, Kind, Mode, mode_for
from bot.features.schedules.outcomes import NoneYet, SeveralThere, Unchosen, UnknownSchedule
from bot.features.schedules.recurrence import find_zone, parse_days, parse_time
from bot.features.schedules.rules import REVEAL_BEFORE_NEXT
from bot.features.schedules.store import Schedule

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """What an organiser typed; None leaves a setting as it is, or at its default for a new schedule."""

    channel_id: int | None = None
    channel_kind: ChannelKind | None = None
    time: str | None = None
    zone: str | None = None
    days: str | None = None
    categories: str | None = None
    difficulty: str | None = None
    mode: Mode | None = None
    kind: Kind | None = None
    role_id: int | None = None
    no_role: bool = False
    reveal: str | None = None
    late_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One sentence: what was wrong and what to do next."""

    sentence: str


def choose(typed: str | None, known: Sequence[Schedule], channel_names: Mapping[int, str]) -> int | Unchosen:
    """Return the id of the schedule that is meant by its id or its channel's name.

    With a single one nothing has to be typed. `channel_names` maps the server's channels.
    """
    if not known:
        return NoneYet()
    if typed is None:
        return known[0].id if len(known) == 1 else SeveralThere()
    if typed.isascii() and typed.isdigit() and int(typed) in {s.id for s in known}:
        return int(typed)
    wanted = typed.strip().removeprefix("#").casefold()
    named = [s.id for s in known if (name := channel_names.get(s.channel_id)) and name.casefold() == wanted]
    return named[0] if len(named) == 1 else UnknownSchedule()


def read_options(
    schedule: Schedule, options: ScheduleOptions, known: Sequence[Category]
) -> Schedule | Refused:
    """Return the schedule as it is wanted; the first thing that cannot be is refused.

    `known` are the categories that the server can choose from.
    """
    changes: Changes = {}
    for read in (_read_channel, _read_time, _read_zone, _read_days, _read_reveal, _read_rest):
        result = read(schedule, options)
        if isinstance(result, Refused):
            return result
        changes |= result
    filters = _read_filters(options, known)
    return filters if isinstance(filters, Refused) else replace(schedule, **(changes | filters))


def _read_channel(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    kind = options.channel_kind or schedule.channel_kind
    wanted = options.mode or (
        schedule.mode if options.channel_kind in {None, schedule.channel_kind} else None
    )
    mode = mode_for(kind, wanted)
    if mode is None:
        return Refused(
            "Hidden answers need private threads, which only text channels have: "
            "choose a text channel, or `mode: open`."
        )
    return {"channel_id": options.channel_id or schedule.channel_id, "channel_kind": kind, "mode": mode}


def _read_time(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.time is None:
        return {"minutes": schedule.minutes}
    minutes = parse_time(options.time)
    if minutes is None:
        return Refused(f"I cannot read “{options.time[:50]}” as a time: type it as `09:00` or `9 pm`.")
    return {"minutes": minutes}


def _read_zone(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.zone is None:
        return {"zone": schedule.zone}
    zone = find_zone(options.zone)
    if zone is None:
        return Refused(
            f"I do not know the time zone “{options.zone[:50]}”: pick one from the list that appears while "
            "you type your city, such as `Europe/Berlin`."
        )
    return {"zone": zone}


def _read_days(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.days is None:
        return {"days": schedule.days}
    days = parse_days(options.days)
    if days is None:
        return Refused(
            f"I cannot read “{options.days[:50]}” as days: type `every day`, `weekdays` or `Mon, Wed, Fri`."
        )
    if days == 0:
        return Refused("No day is chosen: name at least one, such as `Mon, Wed, Fri` or `every day`.")
    return {"days": days}


def _read_reveal(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.reveal is None:
        return {"reveal_minutes": schedule.reveal_minutes}
    if options.reveal.strip().lower() in {"default", "auto"}:
        return {"reveal_minutes": None}
    minutes = parse_time(options.reveal)
    if minutes is None:
        return Refused(
            f"I cannot read “{options.reveal[:50]}” as the reveal's time: type it as `20:00`, or `default` "
            f"for {span(REVEAL_BEFORE_NEXT)} before the next question."
        )
    return {"reveal_minutes": minutes}


def _read_rest(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    late = schedule.late_hours if options.late_hours is None else options.late_hours
    if options.role_id == schedule.guild_id:
        return Refused("A bot cannot ping @everyone by its role: choose a role that members can have.")
    role_id = None if options.no_role else options.role_id or schedule.role_id
    return {"role_id": role_id, "late_hours": late, "kind": options.kind or schedule.kind}


def _read_filters(options: ScheduleOptions, known: Sequence[Category]) -> Changes | Refused:
    filters: Changes = {}
    if options.categories is not None:
        by_name = {c.key.casefold(): c.key for c in known} | {c.name.casefold(): c.key for c in known}
        words = [w.strip() for w in options.categories.split(",") if w.strip()]
        everything = [w.casefold() for w in words] in (["all"], ["any"], [])
        unknown = [] if everything else [w for w in words if w.casefold() not in by_name]
        if unknown:
            names = ", ".join(f"`{c.key}`" for c in known)
            return Refused(f"There is no category “{unknown[0][:50]}”: choose from {names}, or `all`.")
        filters["categories"] = (
            () if everything else tuple(dict.fromkeys(by_name[w.casefold()] for w in words))
        )
    if options.difficulty is not None:
        filters["difficulties"] = () if options.difficulty == "any" else (options.difficulty,)
    return filters

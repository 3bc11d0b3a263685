"""Reading what an organiser typed onto a schedule. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.lines import folded
from bot.features.bank.service import Category
from bot.features.drops.modes import ChannelKind, Kind, Mode, mode_for
from bot.features.schedules.flaws import flaw
from bot.features.schedules.outcomes import (
    CategoryUnknown,
    DaysUnread,
    EveryonePinged,
    HiddenImpossible,
    NoDayChosen,
    NoneYet,
    Refused,
    RevealUnread,
    SettingUnknown,
    SeveralThere,
    TimeUnread,
    Unchosen,
    UnknownSchedule,
    ZoneUnknown,
)
from bot.features.schedules.recurrence import parse_days, parse_time
from bot.features.schedules.store import Schedule
from bot.features.schedules.zones import FIXED, find_zone, nearest_zones

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
    wanted = folded(typed.strip().removeprefix("#"))
    named = [s.id for s in known if (name := channel_names.get(s.channel_id)) and folded(name) == wanted]
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
    if isinstance(filters, Refused):
        return filters
    wanted = replace(schedule, **(changes | filters))
    unknown = flaw(wanted)
    return wanted if unknown is None else SettingUnknown(unknown.option, unknown.value)


def _read_channel(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    kind = options.channel_kind or schedule.channel_kind
    # What is wished for a channel that has become another kind of one stays: it may become what it was.
    stays = options.mode is None and kind == schedule.channel_kind
    mode = schedule.mode if stays else mode_for(kind, options.mode)
    if mode is None:
        return HiddenImpossible()
    return {"channel_id": options.channel_id or schedule.channel_id, "channel_kind": kind, "mode": mode}


def _read_time(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.time is None:
        return {"minutes": schedule.minutes}
    minutes = parse_time(options.time)
    if minutes is None:
        return TimeUnread(options.time)
    return {"minutes": minutes}


def _read_zone(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.zone is None:
        return {"zone": schedule.zone}
    zone = find_zone(options.zone)
    if zone is None:
        is_fixed = folded(options.zone).strip() in FIXED
        return ZoneUnknown(options.zone, tuple(nearest_zones(options.zone)), is_fixed)
    return {"zone": zone}


def _read_days(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.days is None:
        return {"days": schedule.days}
    days = parse_days(options.days)
    if days is None:
        return DaysUnread(options.days)
    if days == 0:
        return NoDayChosen()
    return {"days": days}


def _read_reveal(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    if options.reveal is None:
        return {"reveal_minutes": schedule.reveal_minutes}
    if folded(options.reveal).strip() in {"default", "auto"}:
        return {"reveal_minutes": None}
    minutes = parse_time(options.reveal)
    if minutes is None:
        return RevealUnread(options.reveal)
    return {"reveal_minutes": minutes}


def _read_rest(schedule: Schedule, options: ScheduleOptions) -> Changes | Refused:
    late = schedule.late_hours if options.late_hours is None else options.late_hours
    if options.role_id == schedule.guild_id:
        return EveryonePinged()
    role_id = None if options.no_role else options.role_id or schedule.role_id
    return {"role_id": role_id, "late_hours": late, "kind": options.kind or schedule.kind}


def _read_filters(options: ScheduleOptions, known: Sequence[Category]) -> Changes | Refused:
    filters: Changes = {}
    if options.categories is not None:
        by_name = {folded(c.key): c.key for c in known} | {folded(c.name): c.key for c in known}
        words = [w.strip() for w in options.categories.split(",") if w.strip()]
        everything = [folded(w) for w in words] in (["all"], ["any"], [])
        unknown = [] if everything else [w for w in words if folded(w) not in by_name]
        if unknown:
            return CategoryUnknown(unknown[0], tuple(known))
        filters["categories"] = () if everything else tuple(dict.fromkeys(by_name[folded(w)] for w in words))
    if options.difficulty is not None:
        filters["difficulties"] = () if options.difficulty == "any" else (options.difficulty,)
    return filters

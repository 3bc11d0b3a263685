"""Whether a schedule can post: what keeps it from it, as far as the bot knows its channel and role."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.features.drops import permissions
from bot.features.drops.modes import fitting
from bot.features.schedules import flaws
from bot.features.schedules.store import Schedule
from bot.gateway.directory import Directory
from bot.outbox.message import Trouble

# What a look can find, and therefore can see mended.
OF_THE_CHANNEL = (Trouble.CHANNEL_GONE, Trouble.NO_ACCESS, Trouble.NO_PERMISSION, Trouble.TAG_NEEDED)


def look(directory: Directory, schedule: Schedule) -> dict[Trouble, str | None]:
    """Map what can be wrong with a schedule, its channel and its role to details; None where it is right."""
    unknown = flaws.flaw(schedule)
    settings = {Trouble.UNREADABLE: None if unknown is None else unknown.detail}
    return {**settings, **_channel(directory, schedule), **_role(directory, schedule)}


def compare(
    schedule: Schedule, found: Mapping[Trouble, str | None], known: Collection[tuple[int, str]]
) -> tuple[dict[Trouble, str], list[Trouble]]:
    """Return what is wrong and not known yet, with its details, and what was known and is mended.

    `known` are (schedule_id, code) of the problems that are open.
    """
    new = {
        t: detail for t, detail in found.items() if detail is not None and (schedule.id, t.value) not in known
    }
    mended = [t for t, detail in found.items() if detail is None and (schedule.id, t.value) in known]
    return new, mended


def _channel(directory: Directory, schedule: Schedule) -> dict[Trouble, str | None]:
    """Map what can be wrong with a channel to the details of what is; None where it is all right."""
    kind = directory.kind(schedule.guild_id, schedule.channel_id)
    needed = permissions.needed_permissions(kind or schedule.channel_kind, schedule.mode, schedule.kind)
    missing = directory.missing(schedule.guild_id, schedule.channel_id, needed)
    found: dict[Trouble, str | None] = dict.fromkeys(OF_THE_CHANNEL)
    if missing is None or kind is None:
        return {Trouble.CHANNEL_GONE: ""}
    wants_hidden = schedule.mode == "blind" and schedule.kind != "choice"
    found[Trouble.NOT_HIDDEN] = kind if wants_hidden and fitting(kind, schedule.mode) == "open" else None
    if missing:
        # As Discord would refuse a post, so that this and a post's refusal are told once together.
        trouble = Trouble.NO_ACCESS if "view_channel" in missing else Trouble.NO_PERMISSION
        found[trouble] = ", ".join(permissions.PERMISSION_LABELS[name] for name in missing)
    if directory.lacks_tag(schedule.guild_id, schedule.channel_id):
        found[Trouble.TAG_NEEDED] = ""
    return found


def _role(directory: Directory, schedule: Schedule) -> dict[Trouble, str | None]:
    there = None if schedule.role_id is None else directory.has_role(schedule.guild_id, schedule.role_id)
    if there is None:
        return {}
    return {Trouble.ROLE_GONE: None if there else str(schedule.role_id)}

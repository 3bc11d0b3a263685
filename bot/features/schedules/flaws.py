"""Settings of a schedule that nothing here knows, whoever wrote them. Pure.

An option of a command can be sent by any program, and a database may come from a newer bot or from a machine
with other time zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from bot.core.zones import known_zone
from bot.features.drops.modes import ChannelKind, Kind, Mode
from bot.features.schedules.recurrence import MINUTES_A_DAY
from bot.features.schedules.rules import LATEST_HOURS
from bot.features.schedules.store import NewSchedule
from questions import Difficulty


@dataclass(frozen=True, slots=True)
class Flaw:
    """What cannot be read: the command's option that sets it, and its value."""

    option: str
    value: str

    @property
    def detail(self) -> str:
        """Return it as a problem keeps it."""
        return f"{self.option}={self.value}"


def flaw_in(detail: str) -> Flaw:
    """Return what a problem keeps of a flaw."""
    option, _, value = detail.partition("=")
    return Flaw(option, value)


def flaw(schedule: NewSchedule) -> Flaw | None:
    """Return the first setting of a schedule that nothing here knows, or None."""
    reveal = schedule.reveal_minutes
    for option, value, is_known in (
        ("zone", schedule.zone, known_zone(schedule.zone) is not None),
        ("kind", schedule.kind, schedule.kind in get_args(Kind)),
        ("mode", schedule.mode, schedule.mode in get_args(Mode)),
        ("channel", schedule.channel_kind, schedule.channel_kind in get_args(ChannelKind)),
        ("difficulty", ", ".join(schedule.difficulties), set(schedule.difficulties) <= set(Difficulty)),
        ("reveal", reveal, reveal is None or 0 <= reveal < MINUTES_A_DAY),
        ("late_hours", schedule.late_hours, 1 <= schedule.late_hours <= LATEST_HOURS),
    ):
        if not is_known:
            return Flaw(option, str(value))
    return None

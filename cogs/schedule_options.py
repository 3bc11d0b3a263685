"""The options that the commands about schedules have in common, and what is suggested for them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.core.amounts import span
from bot.core.lines import folded
from bot.features.drops.modes import Kind, Mode
from bot.features.schedules import replies, rules
from bot.features.schedules.options import ScheduleOptions
from bot.features.schedules.recurrence import DAY_NAMES, show_time
from bot.features.schedules.zones import suggest_zones
from bot.services import Host
from bot.ui.commands import CHOICE_NAME_LIMIT, CHOICES_LIMIT, Suggestions
from bot.ui.request import Interaction, Request

Handler = Callable[..., Coroutine[Any, Any, None]]
F = TypeVar("F", bound=Handler)

Hours: Any = app_commands.Range[int, 1, rules.LATEST_HOURS]

_WRITING_DAYS = ", ".join(DAY_NAMES[day] for day in sorted(rules.WRITING_DAYS))

_OPTIONS: dict[str, tuple[Any, str]] = {
    "time": (
        str | None,
        f"Local time of the question, such as 09:00 (default: soon after {show_time(rules.DEFAULT_MINUTES)})",
    ),
    "zone": (str | None, "Time zone: type your city or country"),
    "days": (str | None, "every day, weekdays, or such as Mon, Wed, Fri (default: every day)"),
    "kind": (
        Kind | None,
        f"open: write; choice: tap A to D; mixed: write on {_WRITING_DAYS}, tap on other days (default)",
    ),
    "mode": (
        Mode | None,
        "blind: answers are hidden until one has answered (text channels); open: visible at once",
    ),
    "ping_role": (discord.Role | None, "Role to ping with each question"),
    "reveal": (
        str | None,
        f"Local time of the reveal (default: {span(rules.REVEAL_BEFORE_NEXT)} before the next question)",
    ),
    "categories": (str | None, "Categories, separated by commas (default: all)"),
    "difficulty": (str | None, "Only questions of this difficulty"),
    "late_hours": (
        Hours | None,
        f"How many hours late a question may still go out (default {rules.DEFAULT_LATE_HOURS})",
    ),
}
_LEVELS = [app_commands.Choice(name=name, value=name) for name in ("any", "easy", "medium", "hard")]


async def complete_zone(interaction: Interaction, current: str) -> Suggestions:
    """Offer zones by city, country, abbreviation or hour."""
    found = suggest_zones(current, interaction.created_at)
    return [app_commands.Choice(name=zone, value=zone) for zone in found]


async def complete_days(_: Interaction, current: str) -> Suggestions:
    """Offer the usual sets of days."""
    usual = ("every day", "weekdays", "Mon, Wed, Fri", "Tue, Thu", "weekend")
    return [app_commands.Choice(name=d, value=d) for d in usual if folded(current) in folded(d)]


async def complete_categories(interaction: discord.Interaction[Host], current: str) -> Suggestions:
    """Offer categories; what stands before the last comma is kept, so several can be chosen in turn."""
    known = await interaction.client.services.schedules.list_categories(Request(interaction).guild_id)
    before, _, last = current.rpartition(",")
    chosen = [word.strip() for word in before.split(",") if word.strip()]
    wanted = folded(last).strip()
    choices = [
        ", ".join([*chosen, category.key])
        for category in known
        if category.key not in chosen and wanted in folded(f"{category.key} {category.name}")
    ]
    everything = ["all"] if not chosen and wanted in "all" else []
    return [
        app_commands.Choice(name=value, value=value)
        for value in [*everything, *choices]
        if len(value) <= CHOICE_NAME_LIMIT
    ][:CHOICES_LIMIT]


async def complete_schedule(interaction: discord.Interaction[Host], current: str) -> Suggestions:
    """Offer the server's schedules by channel and time."""
    request = Request(interaction)
    choices: Suggestions = []
    for schedule in await interaction.client.services.schedules.list_all(request.guild_id):
        channel = request.guild and request.guild.get_channel(schedule.channel_id)
        name = replies.suggestion(schedule, channel.name if channel else None)
        if folded(current) in folded(name):
            choices.append(app_commands.Choice(name=name[:CHOICE_NAME_LIMIT], value=str(schedule.id)))
    return choices[:CHOICES_LIMIT]


def schedule_options(handler: Handler) -> Handler:
    """Give a command these options after its own; what was typed arrives as the argument `typed`.

    discord.py reads a command's options from its signature, so the signature is put together here.
    """
    own = inspect.signature(handler, eval_str=True)
    first = [p for name, p in own.parameters.items() if name != "typed"]
    more = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=annotation)
        for name, (annotation, _) in _OPTIONS.items()
    ]

    @functools.wraps(handler)
    async def run(self: object, interaction: Interaction, **options: Any) -> None:
        typed = {name: options.pop(name, None) for name in _OPTIONS}
        role: discord.Role | None = typed.pop("ping_role")
        await handler(
            self, interaction, typed=ScheduleOptions(**typed, role_id=role.id if role else None), **options
        )

    run.__signature__ = own.replace(parameters=[*first, *more])  # pyright: ignore[reportFunctionMemberAccess, reportAttributeAccessIssue] inspect's documented hook
    run = app_commands.describe(**{name: text for name, (_, text) in _OPTIONS.items()})(run)
    run = app_commands.choices(difficulty=_LEVELS)(run)
    return app_commands.autocomplete(zone=complete_zone, days=complete_days, categories=complete_categories)(
        run
    )


def one_schedule(handler: F) -> F:
    """Give a command the option to say which schedule is meant."""
    handler = app_commands.describe(schedule="Which one (not needed when there is only one)")(handler)
    return app_commands.autocomplete(schedule=complete_schedule)(handler)

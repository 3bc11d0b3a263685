"""The options of a schedule, which /setup, /manage schedule add and edit have in common."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import discord
from discord import app_commands

from bot.features.drops.modes import Kind, Mode
from bot.features.schedules.options import ScheduleOptions
from bot.ui import text
from bot.ui.router import Interaction
from cogs.organiser import CHOICES_LIMIT, complete_categories, complete_days, complete_zone

Handler = Callable[..., Coroutine[Any, Any, None]]

Hours: Any = app_commands.Range[int, 1, 48]

_OPTIONS: dict[str, tuple[Any, str]] = {
    "time": (str | None, "Local time of the question, such as 09:00 (default 09:00)"),
    "zone": (str | None, "Time zone: type your city"),
    "days": (str | None, "every day, weekdays, or such as Mon, Wed, Fri (default: every day)"),
    "kind": (
        Kind | None,
        "open: write; choice: tap A to D; mixed: write on Mon, Wed, Fri, tap on other days (default)",
    ),
    "mode": (
        Mode | None,
        "blind: answers are hidden until one has answered (text channels); open: visible at once",
    ),
    "ping_role": (discord.Role | None, "Role to ping with each question"),
    "reveal": (str | None, "Local time of the reveal (default: half an hour before the next question)"),
    "categories": (str | None, "Categories, separated by commas (default: all)"),
    "difficulty": (str | None, "Only questions of this difficulty"),
    "late_hours": (
        Hours | None,
        "How many hours late a question may still go out (default 12)",
    ),
}
_LEVELS = [app_commands.Choice(name=name, value=name) for name in ("any", "easy", "medium", "hard")]


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


def offer_categories(current: str, found: Iterable[tuple[str, str, int]]) -> list[app_commands.Choice[str]]:
    """Return what fits of (key, name, number of questions), the best fit first, as choices."""
    fitting = [
        (fit, key, name, n) for key, name, n in found if (fit := text.matches(current, name)) is not None
    ]
    return [
        app_commands.Choice(name=f"{name} ({count})", value=key)
        for _, key, name, count in sorted(fitting, key=lambda row: row[0])
    ][:CHOICES_LIMIT]

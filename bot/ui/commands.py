"""What commands have in common: who may use them, what may be chosen, and those that stand under a group."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.ui import text

F = TypeVar("F", bound=Callable[..., Awaitable[None]])
Channel = discord.TextChannel | discord.ForumChannel
Suggestions = list[app_commands.Choice[str]]

# So many suggestions are shown, with so many characters each.
CHOICES_LIMIT = 25
CHOICE_NAME_LIMIT = 100

_MARK = "__studyloop_subcommand__"

# Default permissions hide the commands from members; this holds where a server's settings show them.
organisers_only = app_commands.checks.has_permissions(manage_guild=True)


@dataclass(frozen=True, slots=True)
class _Subcommand:
    group: str
    name: str
    description: str


def subcommand(group: str, name: str, description: str) -> Callable[[F], F]:
    """Mark a cog's method as the command `name` of a group that several features share."""

    def marked(method: F) -> F:
        setattr(method, _MARK, _Subcommand(group, name, description))
        return method

    return marked


def subcommands(cog: object) -> Iterator[tuple[str, app_commands.Command[Any, ..., None]]]:
    """Yield the marked commands of a cog, each with its group's name."""
    for _, method in inspect.getmembers(cog, inspect.ismethod):
        mark: _Subcommand | None = getattr(method, _MARK, None)
        if mark is not None:
            yield (
                mark.group,
                app_commands.Command(name=mark.name, description=mark.description, callback=method),
            )


def offer_categories(current: str, found: Iterable[tuple[str, str, int]]) -> Suggestions:
    """Return what fits of (key, name, number of questions), the best fit first, as choices."""
    fitting = [
        (fit, key, name, n) for key, name, n in found if (fit := text.matches(current, name)) is not None
    ]
    return [
        app_commands.Choice(name=f"{name} ({count})", value=key)
        for _, key, name, count in sorted(fitting, key=lambda row: row[0])
    ][:CHOICES_LIMIT]

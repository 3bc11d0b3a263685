"""What the organisers' commands share: who may, what was typed, autocomplete, the panel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.features.drops import permissions
from bot.features.schedules import replies
from bot.features.schedules.options import Refused, ScheduleOptions
from bot.features.schedules.outcomes import Saved
from bot.features.schedules.recurrence import ZONE_OF_LOCALE, suggest_zones
from bot.gateway.directory import channel_kind
from bot.services import Host
from bot.ui.errors import FORBIDDEN_COMMAND
from bot.ui.message import Message
from bot.ui.router import Interaction

Channel = discord.TextChannel | discord.ForumChannel
F = TypeVar("F", bound=Callable[..., Awaitable[None]])
CHOICES_LIMIT = 25
CHOICE_NAME_LIMIT = 100

# Default permissions hide the commands from members; this holds where a server's settings show them.
organisers_only = app_commands.checks.has_permissions(manage_guild=True)


def may_organise(interaction: Interaction) -> str | None:
    """Return why the person may not press an organisers' button, or None where they may."""
    return None if interaction.permissions.manage_guild else FORBIDDEN_COMMAND


def zone_of(interaction: Interaction) -> str:
    """Guess a zone from the server's language; the panel shows it, so it can be corrected."""
    # A server says en-US unless it is a community that chose otherwise: the person's own says more.
    for locale in (interaction.guild_locale, interaction.locale):
        zone = ZONE_OF_LOCALE.get(locale.value) if locale is not None else None
        if zone is not None:
            return zone
    return "UTC"


def wish(channel: object, typed: ScheduleOptions) -> ScheduleOptions | Refused:
    """Put the chosen channel into what was typed; refuse those where no question can be posted.

    Missing permissions are no refusal: what was typed is saved, and the panel names them.
    """
    if channel is None:
        return typed
    kind = channel_kind(channel)
    if kind is None or not isinstance(channel, Channel):
        return Refused(
            "A question needs a text, forum or announcement channel: run this there, or choose one with "
            "`channel:`."
        )
    return replace(typed, channel_id=channel.id, channel_kind=kind)


def panel_of(host: Host, saved: Saved) -> Message:
    """Return a schedule's panel with the permissions as they are now."""
    schedule = saved.schedule
    directory = host.services.directory
    needed = permissions.needed_permissions(schedule.channel_kind, schedule.mode, schedule.kind)
    missing = directory.missing(schedule.guild_id, schedule.channel_id, needed)
    rings = not schedule.role_id or directory.can_ping(
        schedule.guild_id, schedule.channel_id, schedule.role_id
    )
    return replies.panel(saved, missing, rings=rings)


async def complete_zone(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer zones by city."""
    return [app_commands.Choice(name=zone, value=zone) for zone in suggest_zones(current)]


async def complete_days(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the usual sets of days."""
    usual = ("every day", "weekdays", "Mon, Wed, Fri", "Tue, Thu", "weekend")
    return [app_commands.Choice(name=d, value=d) for d in usual if current.casefold() in d.casefold()]


async def complete_categories(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer categories; what stands before the last comma is kept, so several can be chosen in turn."""
    host: Any = interaction.client
    known = await host.services.schedules.list_categories(interaction.guild_id or 0)
    before, _, last = current.rpartition(",")
    chosen = [word.strip() for word in before.split(",") if word.strip()]
    wanted = last.strip().casefold()
    choices = [
        ", ".join([*chosen, category.key])
        for category in known
        if category.key not in chosen and wanted in f"{category.key} {category.name}".casefold()
    ]
    everything = ["all"] if not chosen and wanted in "all" else []
    return [
        app_commands.Choice(name=value, value=value)
        for value in [*everything, *choices]
        if len(value) <= CHOICE_NAME_LIMIT
    ][:CHOICES_LIMIT]


async def complete_schedule(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the server's schedules by channel and time."""
    host: Any = interaction.client
    choices: list[app_commands.Choice[str]] = []
    for schedule in await host.services.schedules.list_all(interaction.guild_id or 0):
        channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
        name = f"#{channel.name if channel else 'deleted channel'}: {replies.schedule_line(schedule)}"
        if current.casefold() in name.casefold():
            choices.append(app_commands.Choice(name=name[:CHOICE_NAME_LIMIT], value=str(schedule.id)))
    return choices[:CHOICES_LIMIT]


async def schedule_id(host: Host, guild_id: int, typed: str | None) -> int | Refused:
    """Return which schedule is meant; with a single one nothing has to be typed."""
    known = await host.services.schedules.list_all(guild_id)
    if not known:
        return Refused("No question is scheduled yet: `/setup` starts one.")
    if typed is None:
        if len(known) == 1:
            return known[0].id
        return Refused("There are several schedules: choose one from the list at `schedule:`.")
    if typed.isascii() and typed.isdigit() and int(typed) in {s.id for s in known}:
        return int(typed)
    guild = host.get_guild(guild_id)
    wanted = typed.strip().removeprefix("#").casefold()
    named = [
        s.id
        for s in known
        if (c := guild and guild.get_channel(s.channel_id)) and c.name.casefold() == wanted
    ]
    if len(named) == 1:
        return named[0]
    return Refused("I do not know that schedule: choose one from the list that appears at `schedule:`.")

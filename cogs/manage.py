"""/manage: the group under which the features put what organisers do with them."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.services import Host
from bot.ui.commands import subcommands


async def setup(host: Host) -> None:
    """Gather the commands of all cogs, which are there before this one."""
    manage = app_commands.Group(
        name="manage",
        description="For organisers: schedules and health.",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )
    groups = {
        "manage": manage,
        "manage schedule": app_commands.Group(
            name="schedule", description="When and where questions go.", parent=manage
        ),
        "manage question": app_commands.Group(name="question", description="What was asked.", parent=manage),
    }
    for cog in host.cogs.values():
        for group, command in subcommands(cog):
            groups[group].add_command(command)
    host.tree.add_command(manage)

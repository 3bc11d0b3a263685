"""The door of commands and of what is suggested for their options: what no command takes is refused here."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import discord
from discord import app_commands

from bot.core import watch
from bot.core.watch import QUIET, Watch
from bot.ui import payload, reply
from bot.ui.errors import CHANGED_COMMAND, DIRECT_ONLY, ErrorPath, command_of, kind_of, no_value
from bot.ui.payload import Given

Interaction = discord.Interaction[Any]
SUGGESTING = discord.InteractionType.autocomplete


class Tree(app_commands.CommandTree[Any]):
    """Sends the errors of commands and suggestions where those of clicks and forms go.

    Discord's own clients send what a command takes. Others send what they like, and a client that has not
    heard of an update yet what the command took before: neither is an error of mine.
    """

    def __init__(self, client: discord.Client, errors: ErrorPath, watching: Watch = QUIET) -> None:
        super().__init__(client)
        self._errors = errors
        self._watch = watching
        self.error(errors.on_command)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Return True if discord.py shall run the command; what is being typed is answered here."""
        try:
            return await self._may_run(interaction)
        except Exception as error:  # noqa: BLE001 the error path logs it with its traceback and replies
            self._end(interaction, await self._errors.handle(interaction, error, None))
            return False

    async def _may_run(self, interaction: Interaction) -> bool:
        data = payload.cleaned(interaction.data)
        options = payload.given(data)
        # discord.py counts on the shape of what it looks for a command in.
        interaction.data = {"name": ""} if options is None else data  # pyright: ignore[reportAttributeAccessIssue] see above
        refused = _refusal(interaction, options or ())
        if interaction.type is SUGGESTING:
            await self._suggest(interaction, () if refused else options or ())
        elif refused:
            await reply.tell(interaction, refused)
            self._end(interaction, watch.UNKNOWN)
        return refused is None and interaction.type is not SUGGESTING

    async def _suggest(self, interaction: Interaction, options: Sequence[Given]) -> None:
        """Answer what is being typed; discord.py would log what goes wrong in it where nobody looks."""
        command: Any = interaction.command
        for option in options:
            if option.focused:
                typed = SimpleNamespace(**{option.name: option.value})
                await command._invoke_autocomplete(interaction, option.name, typed)  # noqa: SLF001 no public way
                self._end(interaction, watch.OK)
                return
        await interaction.response.autocomplete([])
        self._end(interaction, watch.UNKNOWN)

    def _end(self, interaction: Interaction, outcome: str) -> None:
        self._watch.handled(kind_of(interaction), command_of(interaction), outcome)


def _refusal(interaction: Interaction, options: Sequence[Given]) -> str | None:
    """Return why a command does not take what was sent, or None."""
    command = interaction.command
    root = command.root_parent or command if isinstance(command, app_commands.Command) else command
    if root is None:
        return CHANGED_COMMAND
    if root.guild_only and interaction.guild_id is None:
        return DIRECT_ONLY
    if not isinstance(command, app_commands.Command):
        return None if payload.has_target(interaction.data) else CHANGED_COMMAND
    parameters = {parameter.display_name: parameter for parameter in command.parameters}
    if interaction.type is SUGGESTING:
        # Nobody has checked the others yet: they may be half typed too.
        options = [option for option in options if option.focused]
        known = all(option.name in parameters and parameters[option.name].autocomplete for option in options)
        return None if known and all(isinstance(option.value, str) for option in options) else CHANGED_COMMAND
    missing = {name for name, one in parameters.items() if one.required} - {one.name for one in options}
    if missing or any(option.name not in parameters for option in options):
        return CHANGED_COMMAND
    return next((said for option in options if (said := _unfit(option, parameters[option.name]))), None)


def _unfit(option: Given, parameter: app_commands.Parameter) -> str | None:
    """Return why a parameter does not take a value, or None."""
    if option.kind != parameter.type.value:
        return CHANGED_COMMAND
    if payload.fits(option.value, parameter):
        return None
    return no_value(option.value, parameter.min_value, parameter.max_value)

"""One door for clicks and forms: parse the custom_id, call the handler that a cog registered for it.

discord.py keeps views and forms in memory by custom_id; here nothing is kept. Every click loads what it
is about anew, so a button works after a restart, and a forged or outdated one gets a sentence.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from bot.core import watch
from bot.core.watch import QUIET, Watch
from bot.ui import reply
from bot.ui.errors import ErrorPath, kind_of, what
from bot.ui.ids import Address, parse

log = logging.getLogger("studyloop.clicks")
Interaction = discord.Interaction[discord.Client]
Handler = Callable[[Interaction, int], Awaitable[None]]
F = TypeVar("F", bound=Callable[..., Awaitable[None]])

_MARK = "__studyloop_click__"
OLD = "This button is from an older version or not one of mine. `/today` shows what you can do now."


def on_click(feature: str, action: str) -> Callable[[F], F]:
    """Mark a cog's method as the handler of the clicks or forms `feature:action`; it may have several."""

    def mark(method: F) -> F:
        setattr(method, _MARK, (*getattr(method, _MARK, ()), (feature, action)))
        return method

    return mark


def action_of(interaction: Interaction) -> str:
    """Return the action in the custom_id of a click or form that came through the router."""
    data: Any = interaction.data or {}
    address = parse(str(data.get("custom_id", "")))
    return "" if address is None else address.action


class Router:
    """Knows the handlers of all cogs."""

    def __init__(self, errors: ErrorPath, watching: Watch = QUIET) -> None:
        self._errors = errors
        self._watch = watching
        self._handlers: dict[tuple[str, str], Handler] = {}

    def register(self, cog: object) -> None:
        """Take in the marked methods of a cog; ValueError where two handle the same."""
        for _, method in inspect.getmembers(cog, inspect.ismethod):
            keys: tuple[tuple[str, str], ...] = getattr(method, _MARK, ())
            for key in keys:
                if key in self._handlers:
                    raise ValueError(f"two handlers for {key[0]}:{key[1]}")
                self._handlers[key] = method

    async def dispatch(self, interaction: Interaction) -> None:
        """Handle a click or a form; every path ends with a reply."""
        self._watch.arrived(kind_of(interaction), interaction.id)
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        started = time.perf_counter()
        data: Any = interaction.data or {}
        address = parse(str(data.get("custom_id", "")))
        handler = None if address is None else self._handlers.get((address.feature, address.action))
        outcome = watch.OK
        try:
            if address is None or handler is None:
                address, outcome = None, watch.UNKNOWN
                await reply.tell(interaction, OLD)
            else:
                await handler(interaction, address.subject_id)
        except Exception as error:  # noqa: BLE001 the error path logs it with its traceback and replies
            outcome = await self._errors.handle(interaction, error, address)
        self._end(interaction, address, outcome, time.perf_counter() - started)

    def _end(self, interaction: Interaction, address: Address | None, outcome: str, seconds: float) -> None:
        """Count it under its feature: what nobody registered could be called anything."""
        feature = watch.UNKNOWN if address is None else address.feature
        self._watch.handled(kind_of(interaction), feature, outcome)
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s guild=%s what=%s %s in %.0f ms",
                kind_of(interaction),
                interaction.guild_id,
                what(interaction),
                outcome,
                seconds * 1000,
            )

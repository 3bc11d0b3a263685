"""One door for clicks and forms: parse the custom_id, call the handler that a cog registered for it.

discord.py keeps views and forms in memory by custom_id; here nothing is kept. Every click loads what it
is about anew, so a button works after a restart, and a forged or outdated one gets a sentence.
"""

from __future__ import annotations

import functools
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from bot.core import watch
from bot.core.watch import QUIET, Watch
from bot.ui import payload, reply
from bot.ui.errors import FORBIDDEN_COMMAND, ErrorPath, kind_of, what
from bot.ui.ids import Address, parse
from bot.ui.message import Message
from bot.ui.request import Click, Interaction

log = logging.getLogger("studyloop.clicks")
Handler = Callable[[Click], Awaitable[None]]
# The handlers of one sort of click, by (feature, action).
Table = dict[tuple[str, str], Handler]
F = TypeVar("F", bound=Callable[..., Awaitable[None]])
C = TypeVar("C")

_PRESSED, _SUBMITTED = "__studyloop_pressed__", "__studyloop_submitted__"
OLD = "This button is from an older version or not one of mine. `/today` shows what you can do now."


def on_press(feature: str, action: str) -> Callable[[F], F]:
    """Mark a cog's method as the handler of the button `feature:action`; it may have several."""
    return _marked(_PRESSED, feature, action)


def on_submit(feature: str, action: str) -> Callable[[F], F]:
    """Mark a cog's method as the handler of what is sent with the form `feature:action`."""
    return _marked(_SUBMITTED, feature, action)


def _marked(mark: str, feature: str, action: str) -> Callable[[F], F]:
    def marked(method: F) -> F:
        setattr(method, mark, (*getattr(method, mark, ()), (feature, action)))
        return method

    return marked


def organisers_alone(
    method: Callable[[C, Click], Awaitable[None]],
) -> Callable[[C, Click], Awaitable[None]]:
    """Call a handler only for those who have Manage Server; the others get a sentence."""

    @functools.wraps(method)
    async def asked(cog: C, click: Click) -> None:
        if click.organiser:
            await method(cog, click)
        else:
            await click.answer(Message(FORBIDDEN_COMMAND))

    return asked


class Router:
    """Knows the handlers of all cogs. A form never reaches a button's handler, nor a press a form's."""

    def __init__(self, errors: ErrorPath, watching: Watch = QUIET) -> None:
        self._errors = errors
        self._watch = watching
        self._pressed: Table = {}
        self._submitted: Table = {}
        self._tables = {
            discord.InteractionType.component: self._pressed,
            discord.InteractionType.modal_submit: self._submitted,
        }

    def register(self, cog: object) -> None:
        """Take in the marked methods of a cog; ValueError where two handle the same."""
        for _, method in inspect.getmembers(cog, inspect.ismethod):
            for mark, table in ((_PRESSED, self._pressed), (_SUBMITTED, self._submitted)):
                keys: tuple[tuple[str, str], ...] = getattr(method, mark, ())
                for key in keys:
                    if key in table:
                        raise ValueError(f"two handlers for {key[0]}:{key[1]}")
                    table[key] = method

    async def dispatch(self, interaction: Interaction) -> None:
        """Handle a click or a form; every path ends with a reply."""
        self._watch.arrived(kind_of(interaction), interaction.id)
        table = self._tables.get(interaction.type)
        if table is None:
            return
        started = time.perf_counter()
        data: Any = payload.cleaned(interaction.data or {})
        interaction.data = data
        address = parse(str(data.get("custom_id", "")))
        handler = None if address is None else table.get((address.feature, address.action))
        outcome = watch.OK
        try:
            if address is None or handler is None:
                address, outcome = None, watch.UNKNOWN
                await reply.tell(interaction, OLD)
            else:
                await handler(Click(interaction, address))
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

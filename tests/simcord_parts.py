"""simcord made to behave as Discord and as a test wants it: timers, ids, lost answers, what is logged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar
from unittest import mock

import simcord
from simcord.backend import errors
from simcord.backend.models import Interaction
from simcord.enums import InteractionType
from simcord.http import FakeHTTPClient


class QuietEnv(simcord.Env):
    """A world in which the bot's timers move with `advance_time` only, never with the machine's clock."""

    def _schedule_timer(self, *_: Any) -> None:
        """Leave out simcord's fallback to real time: a slow machine would change what happens."""


@dataclass
class Loss:
    """Requests whose answers get lost: `wanted(method, path)` says which, `times` how many are left."""

    wanted: Callable[[str, str], bool]
    times: int


class WireHttp(FakeHTTPClient):
    """simcord's REST with two things of Discord's wire.

    A sent message keeps the numeric ids of its buttons, and an answer can get lost after the effect.
    """

    losses: ClassVar[list[Loss]] = []

    async def request(self, route: Any, **options: Any) -> Any:
        result = await super().request(route, **options)
        self._keep_marks(route, options, result)
        path = str(route.url).removeprefix(route.BASE)
        for loss in self.losses:
            if loss.times > 0 and loss.wanted(route.method, path):
                loss.times -= 1
                raise ConnectionResetError(104, "Connection reset by peer")
        return result

    def _keep_marks(self, route: Any, options: dict[str, Any], result: Any) -> None:
        sent = options.get("json") or {}
        if route.method == "POST" and isinstance(result, dict) and sent.get("nonce"):
            stored = self.backend.messages[int(result["channel_id"])][int(result["id"])]
            for row, wanted in zip(stored.components, sent.get("components", ()), strict=True):
                row["components"][0]["id"] = wanted["components"][0].get("id", 0)


def refuse_forms_to_forms() -> AbstractContextManager[Any]:
    """Have simcord refuse a form as the reply to a form, as Discord does."""
    show = Interaction.show_modal

    def shown(record: Interaction, modal: dict[str, Any]) -> None:
        if record.type == InteractionType.MODAL_SUBMIT:
            raise errors.invalid_form_body("a form is no reply to a form")
        show(record, modal)

    return mock.patch.object(Interaction, "show_modal", shown)


class ErrorLog(logging.Handler):
    """Keeps what is logged as an ERROR."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.name}: {record.getMessage()} {cause!r}")

"""What a person reads on a message or in a reply of simcord's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import simcord

from tests.loopcord import reading


def words(message: Any, cdn: Any = None) -> str:
    """Return all text of a message: content, embeds, buttons, text files."""
    parts = _json(getattr(message, "components", None) or [])
    files = [getattr(file, "url", None) for file in getattr(message, "attachments", ())]
    return "\n".join(
        [
            reading.words(message.content, _json(message.embeds), parts),
            *reading.labels(parts),
            *(str((cdn or {}).get(url, b"")) for url in files),
        ]
    )


def text_of(result: simcord.InteractionResult) -> str:
    """Return all text of a reply."""
    reply = result.response or (result.followups[0] if result.followups else None)
    assert reply is not None, f"no reply: {result}"
    assert reply.ephemeral, f"a reply to one person is public: {reply}"
    return reading.words(reply.content, _json(reply.embeds), _json(reply.components))


def labels(message: Any) -> list[str]:
    """Return the labels of a message's or reply's buttons."""
    if isinstance(message, simcord.InteractionResult):
        message = message.response
    return reading.labels(_json(message.components))


def _json(parts: Iterable[Any]) -> list[dict[str, Any]]:
    """Embeds or components as Discord sends them; discord.py's objects know how they were sent."""
    return [part if isinstance(part, dict) else part.to_dict() for part in parts]

"""What a person reads on a message or in a reply."""

from __future__ import annotations

from typing import Any

import simcord
from simcord.components import walk_components


def words(message: Any, cdn: Any = None) -> str:
    """Return all text of a message: content, embeds, buttons, text files."""
    buttons = walk_components(getattr(message, "components", None) or [])
    files = [getattr(file, "url", None) for file in getattr(message, "attachments", ())]
    return "\n".join(
        [
            message.content,
            *(str(embed if isinstance(embed, dict) else embed.to_dict()) for embed in message.embeds),
            *(str(button.get("label", "")) for button in buttons),
            *(str((cdn or {}).get(url, b"")) for url in files),
        ]
    )


def text_of(result: simcord.InteractionResult) -> str:
    """Return all text of a reply."""
    reply = result.response or (result.followups[0] if result.followups else None)
    assert reply is not None, f"no reply: {result}"
    assert reply.ephemeral, f"a reply to one person is public: {reply}"
    return "\n".join([reply.content, *(str(embed.to_dict()) for embed in reply.embeds)])


def labels(message: Any) -> list[str]:
    """Return the labels of a message's or reply's buttons."""
    if isinstance(message, simcord.InteractionResult):
        message = message.response
    parts = message.components
    if parts and not isinstance(parts[0], dict):
        parts = [part.to_dict() for part in parts]
    return [c["label"] for c in walk_components(parts) if c.get("label")]

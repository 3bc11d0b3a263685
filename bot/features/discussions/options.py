"""What was typed for a discussion."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.drops.modes import ChannelKind, Mode


@dataclass(frozen=True, slots=True)
class DiscussionOptions:
    """What was typed, by whom, and where it shall stand; `mode` None takes the channel's usual one.

    `zone` is guessed from the person's language: it counts where the server has none.
    """

    guild_id: int
    user_id: int
    question: str
    channel_id: int
    channel_kind: ChannelKind
    mode: Mode | None
    zone: str

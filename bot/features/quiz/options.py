"""What was typed for a quiz."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuizOptions:
    """What somebody wants to play: None is any category or difficulty; `seconds` for each question."""

    guild_id: int
    channel_id: int
    user_id: int
    name: str
    category: str | None
    difficulty: str | None
    size: int
    seconds: int

"""What can come of wanting a discussion: small frozen types, matched when the reply is rendered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.features.drops.store import Drop


@dataclass(frozen=True, slots=True)
class Begin:
    """A discussion is on its way; `title` is what it is about, `pays` whether answers bring points."""

    drop: Drop
    title: str
    pays: bool


@dataclass(frozen=True, slots=True)
class NoSuchQuestion:
    """What was typed names no question, or several."""

    typed: str


@dataclass(frozen=True, slots=True)
class AskedNow:
    """The question is open in the server, or on its way into it."""

    drop: Drop


@dataclass(frozen=True, slots=True)
class InQuiz:
    """The question belongs to a quiz that runs in the server."""


@dataclass(frozen=True, slots=True)
class NotHidden:
    """The channel has no private threads, so answers cannot be hidden there."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The bot lacks these permissions (discord.py's names) in the channel; None where it cannot see it."""

    channel_id: int
    missing: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """No discussion can be begun where it was wanted; in a thread `parent_id` is its channel."""

    parent_id: int | None


@dataclass(frozen=True, slots=True)
class MayNotWrite:
    """The person may not write in the channel."""

    channel_id: int

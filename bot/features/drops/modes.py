"""The kinds of channels, questions and answers, and which go together. Pure."""

from __future__ import annotations

from typing import Literal

from bot.gateway.directory import ChannelKind

Mode = Literal["blind", "open"]
DropKind = Literal["open", "choice"]
Kind = Literal["open", "choice", "mixed"]


def mode_for(kind: ChannelKind, wanted: Mode | None) -> Mode | None:
    """Return the mode a channel gets; None where the wanted one is not possible there."""
    if kind == "text":
        return wanted or "blind"
    return None if wanted == "blind" else "open"


def fitting(kind: ChannelKind, wanted: Mode) -> Mode:
    """Return the mode that answers get in a channel: hidden ones need private threads."""
    return mode_for(kind, wanted) or "open"


def drop_mode(kind: DropKind, wanted: Mode) -> Mode:
    """Return how a question's room is opened; a choice question has no answers to hide in it."""
    return "open" if kind == "choice" else wanted

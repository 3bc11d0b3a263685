"""Small pieces of text that look the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import discord

from bot.core.lines import folded, one_line


def when(at: datetime, style: str = "f") -> str:
    """Return a Discord timestamp: each reader sees it in their own zone. Styles: f, F, t, D, R."""
    return f"<t:{int(at.timestamp())}:{style}>"


def link(guild_id: int, channel_id: int, message_id: int | None = None) -> str:
    """Return the address of a channel, thread or message."""
    base = f"https://discord.com/channels/{guild_id}/{channel_id}"
    return base if message_id is None else f"{base}/{message_id}"


_FORMATTING = re.compile(r"([\\*_~|`<>\[\]#])")


def bare(text: str) -> str:
    """Return a person's name on one line, for places that show no formatting and ping nobody."""
    return one_line(text)


def name(text: str) -> str:
    """Return a person's name so that it cannot format, ping or forge anything."""
    # Not discord.py's escape_markdown: within [..](..) it leaves everything as it is.
    return discord.utils.escape_mentions(_FORMATTING.sub(r"\\\1", bare(text)))


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 answer" or "3 answers"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def shortened(words: str, most: int) -> str:
    """Return the text, or its beginning with "…" where it has more than `most` characters."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def listing(words: Sequence[str], most: int = 20, *, joint: str = "and") -> str:
    """Return "Ada", "Ada and Bob" or "Ada, Bob and Cem"; beyond `most` the rest is counted."""
    words = list(words)
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f" {joint} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def matches(typed: str, name: str) -> int | None:
    """Return how well what somebody has typed fits a name: 0 its beginning, 1 a word's, 2 inside; or None."""
    wanted, whole = folded(typed).strip(), folded(name)
    if whole.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in whole.split()):
        return 1
    return 2 if wanted in whole else None

"""The pack that comes with the bot, read once in each process: reading it takes most of a second."""

from __future__ import annotations

from functools import cache

from questions import BUNDLED, Pack, load_pack


@cache
def bundled_pack() -> Pack:
    return load_pack(BUNDLED)

"""What the journeys of choice questions have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import simcord

from tests.features.choices.pack import OPTIONS
from tests.world import World, words

OpenOwn = Callable[..., AbstractAsyncContextManager[World]]
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVEAL = MONDAY + timedelta(hours=23, minutes=30)
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


async def asked_in(world: World, channel: simcord.ChannelHandle, **options: Any) -> Any:
    """Set up choice questions in a channel and wait for the morning's."""
    given = {"kind": "choice", "channel": channel} | options
    await world.command(world.olga, world.daily, "setup", **given)
    await world.travel(to=MONDAY)
    (question,) = world.questions(channel)
    return question


def letter(message: Any, option: int) -> str:
    """Return the letter under which the item's option is shown on a message."""
    found = re.search(rf"\*\*([A-D])\*\*  {re.escape(OPTIONS[option])}", words(message))
    assert found is not None, words(message)
    return found[1]


def where(world: World, channel: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Return where the question and its reveal stand: in a forum that is the post."""
    drop = world.rows("drops")[0]
    return world.channel(drop["room_id"]) if drop["channel_kind"] == "forum" else channel


def primary(result: simcord.InteractionResult) -> list[str]:
    """Return the letters that stand out on a private reply."""
    assert result.response is not None
    rows = [row.to_dict() if not isinstance(row, dict) else row for row in result.response.components]
    return [c["label"] for row in rows for c in row.get("components", [row]) if c.get("style") == 1]


def reveal_in(world: World, place: simcord.ChannelHandle) -> Any:
    """Return the first question's reveal."""
    (found,) = [m for m in world.posted(place) if m.content.startswith("**Reveal · Question 1 · Item")]
    return found

"""What is suggested while somebody types: too late, with an error of mine, and with Discord failing."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from tests.world import World


def refusal(kind: type[discord.HTTPException], status: int, code: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="no")
    return kind(response, {"code": code, "message": "no"})


def noise(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(r.levelname, r.getMessage()) for r in caplog.records if r.levelno >= logging.WARNING]


OPTIONS = [
    ("quiz", "category"),
    ("practice", "category"),
    ("today", "date"),
    ("discuss", "question"),
    ("setup", "zone"),
    ("setup", "categories"),
    ("manage schedule edit", "schedule"),
    ("manage question export", "month"),
]


async def test_a_suggestion_that_comes_too_late_is_one_warning(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.command(world.olga, world.daily, "setup", kind="open")
    late = refusal(discord.NotFound, 404, 10062)
    for command, option in OPTIONS:
        caplog.clear()
        with mock.patch.object(discord.InteractionResponse, "autocomplete", side_effect=late):
            await world.olga.autocomplete(world.daily, command, option, "a")
        ((level, said),) = noise(caplog)
        assert level == "WARNING"
        assert said.startswith("reply came too late guild=")
        assert f"what={command}:" in said


async def test_an_error_while_suggesting_is_told_once_with_a_reference_and_suggests_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.expected.append("a bug of mine")
    broken = mock.AsyncMock(side_effect=ValueError("a bug of mine"))
    with mock.patch.object(world.bot.services.quiz, "list_categories", broken):
        assert await world.ada.autocomplete(world.daily, "quiz", "category", "secret words") == []
    ((level, said),) = noise(caplog)
    assert level == "ERROR"
    assert said.startswith("reference=")
    assert "what=quiz" in said
    assert "ValueError: a bug of mine" in caplog.text
    assert "secret words" not in caplog.text
    assert await world.ada.autocomplete(world.daily, "quiz", "category", ""), "the next one is served again"


async def test_a_discord_that_fails_is_a_warning_without_a_traceback(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    down = refusal(discord.DiscordServerError, 503, 0)
    with mock.patch.object(discord.InteractionResponse, "autocomplete", side_effect=down):
        await world.ada.autocomplete(world.daily, "quiz", "category", "")
    assert {level for level, _ in noise(caplog)} == {"WARNING"}
    assert "Traceback" not in caplog.text

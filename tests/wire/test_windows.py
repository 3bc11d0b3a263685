"""The commands with what Windows lacks taken away (tests/windows.py)."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import windows
from tests.loopcord import Server
from tests.loopcord.waiting import until
from tests.wire.studyloop import ROOT, StudyLoop

pytestmark = pytest.mark.wire

HERE = (sys.executable, "-m", "tests.windows")


async def run(path: Path, *words: str) -> tuple[int, str]:
    """Run a command beside the bot; its exit code and what it said."""
    env = {**os.environ, "DATABASE_URL": f"sqlite+aiosqlite:///{path}", "DISCORD_TOKEN": "a.b.c"}
    process = await asyncio.create_subprocess_exec(
        *HERE, *words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = (await process.communicate())[0].decode()
    assert "Traceback" not in said
    return process.returncode or 0, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, windows.BREAK])
async def test_run_ends_when_it_is_asked_to(tmp_path: Path, number: int) -> None:
    async with Server() as server, StudyLoop(server, tmp_path / "bot.db", command=(*HERE, "run")) as bot:
        await bot.ready()
        bot.process.send_signal(number)
        assert await bot.wait() == 0, bot.tail()
        assert "stopped" in bot.output()
        assert "Traceback" not in bot.output()


async def test_a_backup_while_it_runs_and_a_restore_when_it_does_not(tmp_path: Path) -> None:
    path, copy = tmp_path / "bot.db", tmp_path / "copy.db"
    async with Server() as server, StudyLoop(server, path, command=(*HERE, "run")) as bot:
        await bot.ready()
        code, said = await run(path, "run")
        assert (code, "Another StudyLoop is using the database" in said) == (2, True), said
        code, said = await run(path, "backup", str(copy))
        assert (code, "checked" in said) == (0, True), said
        code, said = await run(path, "restore", str(copy))
        assert (code, "The bot is running" in said) == (1, True), said
        code, said = await run(path, "doctor", "--offline")
        assert "in use by a running bot" in said, said
        await bot.stop()
    code, said = await run(path, "restore", str(copy))
    assert code == 0, said
    assert "is kept as" in said
    code, said = await run(path, "doctor", "--rebuild-totals")
    assert code == 0, said


async def test_a_start_that_fails_waits_and_hears_a_signal(tmp_path: Path) -> None:
    nowhere = {"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}
    async with (
        Server() as server,
        StudyLoop(server, tmp_path / "bot.db", nowhere, command=(*HERE, "run")) as bot,
    ):
        await until(lambda: not bot.running or "ending in 30 s" in bot.output())
        bot.process.send_signal(signal.SIGINT)
        assert await bot.wait() == 2, bot.tail()
        assert "Discord cannot be reached" in bot.output()
        assert "Traceback" not in bot.output()

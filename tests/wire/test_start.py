"""Starts that Discord counts, and a second process on one database."""

import asyncio
import contextlib
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.loopcord import Server
from tests.loopcord.process import Process
from tests.loopcord.waiting import until
from tests.wire.deployment import PATIENCE, Deployment, at
from tests.wire.studyloop import StudyLoop

pytestmark = pytest.mark.wire


async def test_the_number_of_starts_is_logged_and_few_make_it_wait(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        deployment.add_group("blind")
        deployment.server.gateway.start_limit["remaining"] = 7
        deployment.server.gateway.start_limit["reset_after"] = 600_000
        await deployment.launch(at(0, "08:00"))
        await until(lambda: "waiting until" in deployment.bot.output(), PATIENCE)
        assert "Discord allows 7 more starts" in deployment.bot.output()
        assert deployment.server.gateway.identifies == []
        code, _ = await deployment.bot.stop()
        assert code == 0, deployment.bot.tail()
        deployment.server.gateway.start_limit["reset_after"] = 100
        await deployment.launch(at(0, "08:00"))
        await until(lambda: "waiting until" in deployment.bot.output(), PATIENCE)
        deployment.server.gateway.start_limit["remaining"] = 1000
        await deployment.bot.ready()
        assert "Discord allows 1000 more starts today, of 1000" in deployment.bot.output()


async def test_a_fatal_start_pauses_and_a_signal_ends_the_pause(tmp_path: Path) -> None:
    await asyncio.gather(
        *(_paused(tmp_path / f"{number}.db", number) for number in (signal.SIGTERM, signal.SIGINT))
    )


async def _paused(path: Path, number: int) -> None:
    async with Server() as server, StudyLoop(server, path, {"DISCORD_TOKEN": "wrong"}, whole=True) as bot:
        await until(lambda: "ending in 30 s" in bot.output(), PATIENCE)
        assert bot.output().startswith("studyloop: Discord refuses the token")
        await asyncio.sleep(1)
        assert bot.running
        started = time.monotonic()
        bot.process.send_signal(number)
        assert await bot.wait() == 2
        # Half a minute without the signal.
        assert time.monotonic() - started < 25
        assert "Traceback" not in bot.output()


async def test_at_a_terminal_a_fatal_start_ends_at_once(tmp_path: Path) -> None:
    """Nothing starts it again there, and whoever sits before it wants to mend it."""
    async with Server() as server, AtTerminal(server, tmp_path / "a.db", {"DISCORD_TOKEN": "wrong"}) as bot:
        assert await bot.wait() == 2
        await bot.reading
        assert bot.output().strip().startswith("studyloop: Discord refuses the token")
        assert "ending in" not in bot.output()


class AtTerminal(StudyLoop):
    """A process that was typed at a terminal."""

    def launch(self) -> Process:
        """Give it a terminal of its own; what it writes there goes where the others' goes."""
        main, terminal = pty.openpty()
        process = subprocess.Popen(  # noqa: S603 the bot under test, no shell
            self.command, cwd=self.cwd, env=self.env, stdin=terminal, stdout=terminal, stderr=terminal
        )
        os.close(terminal)
        self.reading = asyncio.create_task(asyncio.to_thread(self._read, main))
        return process

    def _read(self, main: int) -> None:
        with self.log_path.open("wb") as log, contextlib.suppress(OSError):
            # Linux ends a terminal that nobody holds any more with EIO.
            while data := os.read(main, 4096):
                log.write(data)
                log.flush()
        os.close(main)


async def test_a_wrong_token_while_it_runs_ends_it_with_its_step(tmp_path: Path) -> None:
    """As Discord does when somebody resets the token: no restart would help."""
    async with Deployment(tmp_path) as deployment:
        deployment.add_group("blind")
        await deployment.start(at(0, "08:00"))
        await deployment.server.gateway.close_with(4004)
        await until(lambda: "ending in 30 s" in deployment.bot.output(), PATIENCE)
        code, _ = await deployment.bot.stop()
        assert code == 2
        assert "reset it on the Bot page of your application" in deployment.bot.output()
        assert "Traceback" not in deployment.bot.output()


async def test_a_wrong_setting_does_not_pause(tmp_path: Path) -> None:
    async with (
        Server() as server,
        StudyLoop(server, tmp_path / "a.db", {"LOG_LEVEL": "loud"}, whole=True) as bot,
    ):
        assert await bot.wait() == 2
        assert "ending in" not in bot.output()


async def test_a_second_process_on_the_same_database_is_refused(tmp_path: Path) -> None:
    async with Deployment(tmp_path) as deployment:
        deployment.add_group("blind")
        await deployment.start(at(0, "08:00"))
        (tmp_path / "link.db").symlink_to(deployment.path)
        for path in (deployment.path, tmp_path / "link.db"):
            async with StudyLoop(deployment.server, path, deployment.env) as second:
                assert await second.wait() == 2
                (line,) = second.output().splitlines()
                assert line.startswith("studyloop: Another StudyLoop is using the database")
        assert len(deployment.server.gateway.identifies) == 1
        # The kernel lets go of a lock whose holder was killed.
        deployment.kill()
        await deployment.start(at(0, "08:10"))


@pytest.mark.explored
async def test_sessions_that_end_at_once_do_not_use_up_the_starts(tmp_path: Path) -> None:
    """Each begins some seconds after the last; how it slows down: tests/gateway/test_starts.py."""
    async with Deployment(tmp_path) as deployment:
        deployment.add_group("blind")
        await deployment.start(at(0, "08:00"))
        begun = len(deployment.server.gateway.identifies)
        for n in range(2):
            deployment.server.gateway.invalidate(resumable=False)
            await until(lambda n=n: len(deployment.server.gateway.identifies) > begun + n, PATIENCE)
        assert deployment.bot.running

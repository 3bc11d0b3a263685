"""A bot as a process of its own: start, wait until it is ready, stop, kill."""

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from tests.loopcord.calls import Call
from tests.loopcord.faults import DROP, Fault
from tests.loopcord.server import Server
from tests.loopcord.waiting import PATIENCE, Turn, turn_to_start, until

_TAIL = 4000
# Who is not ready by then is kept waiting by something: others may start.
_LONGEST_START = 10.0


class Process(Protocol):
    """What is needed of a process: subprocess.Popen, or whoever started one in another way."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


class BotProcess:
    """One run of a bot against a server; its output goes to a file in `folder`.

    `command` starts it in the directory `cwd`. `env` comes on top of the usual environment and has to
    tell the bot `server.api_url` and `server.token`, under the names that this bot reads. Leaving the
    `async with` block kills what still runs.
    """

    def __init__(
        self,
        server: Server,
        command: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        *,
        cwd: Path | None = None,
    ) -> None:
        self.server = server
        self.command = list(command)
        self.cwd = cwd
        self.env = {**os.environ, "PYTHONUNBUFFERED": "1", **env}
        self.log_path = folder / f"bot-{time.monotonic_ns()}.log"
        self._process: Process | None = None
        self._before = (0, 0)
        self._turn: asyncio.Task[None] | None = None

    @property
    def process(self) -> Process:
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, turn: Turn) -> None:
        """Start it in one's turn, which ends when it is ready; ready() says when that is."""
        self._before = (len(self.server.gateway.identifies), self.server.syncs)
        self._process = self.launch()
        self._turn = asyncio.create_task(self._end_turn(turn))

    def launch(self) -> Process:
        """Make the process; whoever knows a quicker way to start the same bot overrides this."""
        with self.log_path.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the bot under test, no shell
                self.command,
                cwd=self.cwd,
                env=self.env,
                # Not the terminal of whoever runs the tests: a bot may behave otherwise at one.
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def _end_turn(self, turn: Turn) -> None:
        try:
            with contextlib.suppress(TimeoutError):
                await until(lambda: self._there() or not self.running, _LONGEST_START)
        finally:
            turn.end()

    def _there(self) -> bool:
        identified = len(self.server.gateway.identifies) > self._before[0]
        return identified and self.server.syncs > self._before[1]

    async def ready(self, within: float = PATIENCE) -> None:
        """Until the server has seen its IDENTIFY and its commands. Starts it if need be."""
        if self._process is None:
            self.start(await turn_to_start())

        def there() -> bool:
            if not self.running:
                raise RuntimeError(f"the bot ended with {self.process.returncode}:\n{self.tail()}")
            return self._there()

        try:
            await self.server.until(there, within)
        except TimeoutError:
            raise TimeoutError(f"the bot was not ready within {within} s:\n{self.tail()}") from None

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    async def stop(self, within: float = PATIENCE) -> tuple[int, float]:
        """SIGTERM; the exit code and how many seconds it took. TimeoutError kills it first."""
        started = time.monotonic()
        self.process.terminate()
        code = await self.wait(within)
        return code, time.monotonic() - started

    async def wait(self, within: float = PATIENCE) -> int:
        """Until it ends by itself; its exit code."""
        try:
            await until(lambda: not self.running, within)
        except TimeoutError:
            self.kill()
            raise TimeoutError(f"the bot did not end within {within} s:\n{self.tail()}") from None
        return self.process.returncode

    def kill_at(
        self,
        method: str,
        path: str,
        *,
        when: Literal["before", "after"] = "before",
        skip: int = 0,
        match: Callable[[Any], bool] | None = None,
    ) -> Fault:
        """Kill it at a request: `before` its effect (which then does not happen) or `after` it.

        `skip` matching requests pass first. `await fault.wait()` waits for the moment.
        """

        async def strike(call: Call) -> str:
            del call
            self.kill()
            return DROP

        return self.server.faults.add(
            method, path, kind="callback", when=when, skip=skip, match=match, callback=strike
        )

    def output(self) -> str:
        """Its output so far, stdout and stderr together."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def tail(self) -> str:
        return self.output()[-_TAIL:]

    async def __aenter__(self) -> Self:
        self.start(await turn_to_start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running:
            self.kill()

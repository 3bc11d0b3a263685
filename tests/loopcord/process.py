"""A bot as a process of its own: start, wait until it is ready, stop, kill."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.loopcord.calls import Call
from tests.loopcord.faults import DROP, Fault
from tests.loopcord.server import Server
from tests.loopcord.waiting import until

_TAIL = 4000


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
        self._process: subprocess.Popen[bytes] | None = None
        self._before = (0, 0)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; ready() says when it is there."""
        self._before = (len(self.server.gateway.identifies), self.server.syncs)
        self._process = self.launch()

    def launch(self) -> subprocess.Popen[bytes]:
        """Make the process; whoever knows a quicker way to start the same bot overrides this."""
        with self.log_path.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the bot under test, no shell
                self.command, cwd=self.cwd, env=self.env, stdout=log, stderr=subprocess.STDOUT
            )

    async def ready(self, within: float = 20.0) -> None:
        """Until the server has seen its IDENTIFY and its commands. Starts it if need be."""
        if self._process is None:
            self.start()

        def there() -> bool:
            if not self.running:
                raise RuntimeError(f"the bot ended with {self.process.returncode}:\n{self.tail()}")
            identified = len(self.server.gateway.identifies) > self._before[0]
            return identified and self.server.syncs > self._before[1]

        try:
            await self.server.until(there, within)
        except TimeoutError:
            raise TimeoutError(f"the bot was not ready within {within} s:\n{self.tail()}") from None

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    async def stop(self, within: float = 15.0) -> tuple[int, float]:
        """SIGTERM; the exit code and how many seconds it took. TimeoutError kills it first."""
        started = time.monotonic()
        self.process.terminate()
        code = await self.wait(within)
        return code, time.monotonic() - started

    async def wait(self, within: float = 15.0) -> int:
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
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running:
            self.kill()

"""Bots that start from a process in which everything is imported already.

Of what `python -m bot run` computes until it is ready, nine tenths are Python's import of the libraries.
forkserver_main.py imports them once and makes a copy of itself for each bot that is asked for: a process of
its own, with its own environment, output and signals, that runs the same command and dies as any other does.
What imports and Python's first moments do is the subject of tests that start Python itself (`whole=True`).
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Forked:
    """A process that the fork server made; as subprocess.Popen, as far as tests need it."""

    def __init__(self, server: ForkServer, pid: int) -> None:
        self._server = server
        self.pid = pid
        self.returncode: int | None = None
        # It says that the process has ended without asking anybody.
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self._reap()
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            select.select([self._handle], [], [])
            self._reap()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        # Whoever was not reaped keeps its number: nobody else can be hit.
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _reap(self) -> None:
        self.returncode = self._server.ask(reap=self.pid)
        os.close(self._handle)


class ForkServer:
    """The program as a child of this process: one for all tests of a worker."""

    def __init__(self) -> None:
        # Commands wait in threads of their own.
        self._asking = threading.Lock()
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.wire.forkserver_main"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, **order: Any) -> int:
        """Give an order and return the number it is answered with."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        with self._asking:
            self._program.stdin.write(json.dumps(order).encode() + b"\n")
            self._program.stdin.flush()
            answer = self._program.stdout.readline()
        if not answer:
            raise RuntimeError("the fork server has ended, see above")
        return int(answer)

    def fork(
        self,
        env: Mapping[str, str],
        output: Path,
        *,
        words: Sequence[str] = ("run",),
        errors: Path | None = None,
        folder: Path = ROOT,
    ) -> Forked:
        """Start `python -m bot` with these words; its output goes to files, errors to the same by default."""
        places = {"output": str(output), "errors": str(errors or output), "folder": str(folder)}
        return Forked(self, self.ask(env=dict(env), words=list(words), **places))

    def close(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait()


@cache
def fork_server() -> ForkServer | None:
    """Return this process's fork server; None where the system has no handles of processes."""
    if not hasattr(os, "pidfd_open"):
        return None
    made = ForkServer()
    atexit.register(made.close)
    return made


def command(
    words: Sequence[str], env: Mapping[str, str], folder: Path, *, whole: bool = False
) -> tuple[int, str, str]:
    """Run a command of `python -m bot` to its end; its exit code, what it said, and its errors."""
    with tempfile.TemporaryDirectory() as name:
        output, errors = Path(name, "output"), Path(name, "errors")
        home = None if whole else fork_server()
        if home is not None:
            code = home.fork(env, output, words=words, errors=errors, folder=folder).wait()
        else:
            with output.open("wb") as out, errors.open("wb") as err:
                program = [sys.executable, "-m", "bot", *words]
                code = subprocess.run(  # noqa: S603 our own program
                    program, cwd=folder, env=env, stdout=out, stderr=err, check=False
                ).returncode
        return code, output.read_text(), errors.read_text()

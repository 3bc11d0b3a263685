"""A copy of the tree with a line broken: for tests that start programs, and lines outside of functions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.mutants.breaker import End, State
from tests.mutants.mutant import ROOT, Mutant

# What pytest says: a test failed, or a module could not even be imported.
NOTICED = {1, 2}


class Copy:
    """The tree as it is now, beside it."""

    _moments = count(int(time.time()))

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def judge(self, mutant: Mutant, tests: Sequence[str], longest: float) -> End:
        """Run tests in their order until one fails."""
        began = time.monotonic()
        with self._broken(mutant):
            state, told = self._run(tests, longest)
        return End(state, told, len(tests), round(time.monotonic() - began, 1))

    @contextmanager
    def _broken(self, mutant: Mutant) -> Iterator[None]:
        path = self._folder / mutant.path
        source = path.read_text()
        self._write(path, mutant.applied(source))
        try:
            yield
        finally:
            self._write(path, source)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        # Python knows what it has compiled by the file's second and size, which may both be the same.
        moment = next(self._moments)
        os.utime(path, (moment, moment))

    def _run(self, tests: Sequence[str], longest: float) -> tuple[State, str]:
        names = self._folder / ".wanted"
        names.write_text("\n".join(tests))
        command = [sys.executable, "-m", "pytest", "-x", "-rfE", "--tb=no", "-m", "not explored"]
        try:
            done = subprocess.run(
                [*command, "-p", "tests.mutants.reach", f"@{names}"],
                cwd=self._folder,
                env=os.environ | {"ORDERED": "yes"},
                check=False,
                capture_output=True,
                text=True,
                timeout=longest,
            )
        except subprocess.TimeoutExpired:
            return State.NOTICED, "no test's end"
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        if done.returncode in NOTICED and failed:
            return State.NOTICED, failed[0].split(" - ")[0].split(maxsplit=1)[1]
        if done.returncode == 0:
            return State.MISSED, ""
        return State.BROKEN, (done.stdout + done.stderr)[-300:]

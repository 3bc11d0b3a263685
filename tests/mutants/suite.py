"""What is known of the tests: how long each takes and which functions it calls."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutants.mutant import ROOT, Mutant, functions

KEPT = ROOT / ".mutants"
# What runs in the process of the tests. The others start programs, of which nobody sees what they call.
FOLDERS = (
    "features",
    "outbox",
    "gateway",
    "ui",
    "core",
    "db",
    "ops",
    "cli",
    "journeys",
    "test_app.py",
    "test_settings.py",
)
MIRRORED, SAME_WORD, ELSEWHERE = range(3)


@dataclass(frozen=True)
class Test:
    """One test; `calls` are functions such as `bot/app.py::StudyBot.wake`."""

    name: str
    seconds: float
    calls: frozenset[str]

    @property
    def file(self) -> str:
        """The file in which it stands."""
        return self.name.partition("::")[0]


class Suite:
    """The tests as they were when they ran last."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tests

    def calling(self, mutant: Mutant) -> list[Test]:
        """Return the tests that call the function of a mutant, the nearest and quickest first."""
        source = (ROOT / mutant.path).read_text()
        function = f"{mutant.path}::{mutant.function(source)}"
        constant = mutant.constant(source)
        if function.endswith("::") and constant:
            users = {
                f"{mutant.path}::{name}"
                for name, (start, end) in functions(source).items()
                if constant in source[start:end]
            }
            found = [t for t in self._tests if users & t.calls]
        elif function.endswith("::"):  # outside of all functions: whoever calls any of the file's
            found = [t for t in self._tests if any(call.startswith(function) for call in t.calls)]
        else:
            found = [t for t in self._tests if function in t.calls]
        name = function.rpartition(".")[2].rpartition("::")[2]
        return sorted(found, key=lambda test: (_distance(mutant.path, name, test.file), test.seconds))


@cache
def _distance(path: str, name: str, test: str) -> tuple[bool, int]:
    """Return how far a test's file is from a function: one that names it is nearer than any other."""
    is_named = bool(name) and re.search(rf"\b{re.escape(name)}\(", (ROOT / test).read_text()) is not None
    return not is_named, _steps(path, test)


def _steps(path: str, test: str) -> int:
    mirrored = "tests/" + path.removeprefix("bot/").rpartition("/")[0]
    if path.startswith("bot/") and test.startswith(mirrored + "/"):
        return MIRRORED
    words = set(path.removesuffix(".py").split("/")) - {
        "bot",
        "features",
        "service",
        "store",
        "rules",
        "posts",
    }
    return SAME_WORD if words & set(test.removesuffix(".py").replace("/", "_").split("_")) else ELSEWHERE


def load(jobs: int) -> Suite:
    """Return what is known, after running the files of tests that have changed since."""
    known = _known()
    digests = {path: _digest(path) for path in _files()}
    changed = sorted(path for path, digest in digests.items() if known.get(path, {}).get("digest") != digest)
    if changed:
        sys.stdout.write(f"Looking what the tests in {len(changed)} files call ...\n")
        sys.stdout.flush()
        found = _run(changed, jobs)
        known |= {path: {"digest": digests[path], "tests": found.get(path, {})} for path in changed}
    known = {path: known[path] for path in digests}
    KEPT.mkdir(exist_ok=True)
    (KEPT / "calls.json").write_text(json.dumps(known))
    return Suite(
        [
            Test(name, test["seconds"], frozenset(test["calls"]))
            for of_file in known.values()
            for name, test in of_file["tests"].items()
        ]
    )


def _known() -> dict[str, dict]:
    path = KEPT / "calls.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _files() -> Iterator[str]:
    for name in FOLDERS:
        place = ROOT / "tests" / name
        for path in [place] if place.is_file() else sorted(place.rglob("test_*.py")):
            yield path.relative_to(ROOT).as_posix()


def _digest(path: str) -> str:
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def _run(files: Sequence[str], jobs: int) -> dict[str, dict]:
    """Run these files; map each to its tests that pass, with their seconds and calls."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("-m", "not explored", "--timeout", "1200", "-o", "faulthandler_timeout=1500")
        command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.reach", *options]
        subprocess.run(
            [*command, "-n", str(jobs), "--dist", "worksteal", *files],
            cwd=ROOT,
            env=os.environ | {"REACH": folder},
            check=False,
        )
        return gather(Path(folder))


def gather(folder: Path) -> dict[str, dict]:
    """Return what the plugin has written, by the tests' files."""
    found: dict[str, dict] = {}
    for path in folder.glob("*.json"):
        for name, test in json.loads(path.read_text()).items():
            if test["passed"]:
                kept = {"seconds": test["seconds"], "calls": test["calls"]}
                found.setdefault(name.partition("::")[0], {})[name] = kept
    return found

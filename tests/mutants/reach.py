"""A plugin of pytest: which functions each test calls, and the order in which tests are asked for.

`REACH` in the environment names the folder for what is found, one file a process; with `ORDERED` the tests
run as they stand on the command line, whatever order the suite has else.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = tuple(f"{ROOT / folder}{os.sep}" for folder in ("bot", "cogs", "questions"))


class Reach:
    """Notes the functions that are called while a test runs, in all threads of the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._codes: dict[int, tuple[CodeType, str]] = {}
        self._called: set[int] = set()
        self._found: dict[str, dict[str, Any]] = {}

    def _trace(self, frame: FrameType, event: str, argument: object) -> None:
        del event, argument
        code = frame.f_code
        if id(code) not in self._codes:
            # It is kept, so that no other gets its id.
            self._codes[id(code)] = (code, name_of(code))
        self._called.add(id(code))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        self._called = set()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type] as its documentation says

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = self._found.setdefault(report.nodeid, {"seconds": 0.0, "passed": True})
        found["seconds"] = round(found["seconds"] + report.duration, 3)
        found["passed"] = found["passed"] and report.passed
        called = list(self._called)  # at once: what reads it is traced too
        found["calls"] = sorted({self._codes[one][1] for one in called} - {""})

    def pytest_sessionfinish(self) -> None:
        if self._found:
            path = self._folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{os.getpid()}.json"
            path.write_text(json.dumps(self._found))


def name_of(code: CodeType) -> str:
    """Return a function of ours as `bot/app.py::StudyBot.wake`; empty for others'."""
    if not code.co_filename.startswith(SOURCE):
        return ""
    return f"{Path(code.co_filename).relative_to(ROOT).as_posix()}::{code.co_qualname}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have the tests run in the order of the command line."""
    if "ORDERED" in os.environ:
        places = {name: place for place, name in enumerate(config.args)}
        items.sort(key=lambda item: places.get(item.nodeid, len(places)))


def pytest_configure(config: pytest.Config) -> None:
    """Note calls where that is asked for, in the processes that run tests."""
    folder = os.environ.get("REACH")
    if folder and not (config.getoption("numprocesses", 0) and "PYTEST_XDIST_WORKER" not in os.environ):
        config.pluginmanager.register(Reach(Path(folder)))

"""A plugin of pytest that runs chosen tests again and again, each time with another line broken.

Everything is imported and collected once. For each mutant a process is forked in which the function's code is
another one; nothing is written to any file. So a mutant costs what its tests cost, and no start.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.mutants.mutant import ROOT, Mutant

LOOK_SECONDS = 0.02
# What is said of a test that did not fail by itself: the machine may only have been busy.
LIMIT = ", by its time limit"
# Where the tests' prepared database comes from: what is broken there has to be done anew.
MAKERS = ("bot/db/", "bot/features/bank/")


class NotInPlaceError(Exception):
    """A line is outside of functions, or its function cannot get other code: only a copy of the tree can."""


@dataclass(frozen=True)
class Task:
    """A mutant with the tests that may notice it, in their order."""

    mutant: Mutant
    tests: Sequence[str]


class State(StrEnum):
    """How a task can end."""

    NOTICED = "noticed"
    MISSED = "missed"
    NOT_IN_PLACE = "not in place"
    BROKEN = "broken"  # neither: the tests could not run


@dataclass(frozen=True)
class End:
    """How a task ended: `by` names the test that noticed; `ran` is how many tests were begun."""

    state: State
    by: str = ""
    ran: int = 0
    seconds: float = 0.0


@dataclass
class _Child:
    task: Task
    began: float
    told: Path


class Breaker:
    """Takes the place of pytest's loop over the tests."""

    def __init__(
        self, tasks: Sequence[Task], jobs: int, longest: float, ended: Callable[[Task, End], None]
    ) -> None:
        self._tasks = list(tasks)
        self._jobs = jobs
        self._longest = longest
        self._ended = ended
        self._prepared: Path | None = None
        self._functions: dict[str, list[FunctionType]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> Path | None:
        """Give the prepared database that is there already."""
        if fixturedef.argname != "prepared" or self._prepared is None:
            return None
        fixturedef.cached_result = (self._prepared, fixturedef.cache_key(request), None)
        return self._prepared

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork a process for each task, some at a time."""
        for task in self._tasks:
            # The cogs are imported when a bot is put together, which would be too late.
            importlib.import_module(task.mutant.path.removesuffix(".py").replace("/", "."))
        self._functions = _living_functions()
        items = {item.nodeid: item for item in session.items}
        folder = session.config._tmp_path_factory.mktemp("told")  # type: ignore[attr-defined] pytest's own
        self._prepared = _prepare(folder)
        running: dict[int, _Child] = {}
        waiting = list(enumerate(self._tasks))[::-1]
        while waiting or running:
            while waiting and len(running) < self._jobs:
                number, task = waiting.pop()
                told = folder / f"{number}.json"
                sys.stdout.flush()
                child = os.fork()
                if not child:
                    self._be_broken(task, [items[name] for name in task.tests if name in items], told)
                running[child] = _Child(task, time.monotonic(), told)
            self._look(running)
            time.sleep(LOOK_SECONDS)
        return True

    def _look(self, running: dict[int, _Child]) -> None:
        """Take note of processes that have ended, and end those that do not."""
        for number, child in list(running.items()):
            seconds = time.monotonic() - child.began
            if seconds > self._longest:
                os.kill(number, signal.SIGKILL)
            ended, _ = os.waitpid(number, os.WNOHANG)
            if not ended:
                continue
            del running[number]
            if child.told.exists():
                end = End(**json.loads(child.told.read_text()))
            elif seconds > self._longest:
                end = End(State.NOTICED, "no test's end")
            else:
                end = End(State.BROKEN, "its process ended")
            self._ended(child.task, replace(end, state=State(end.state), seconds=round(seconds, 1)))

    def _be_broken(self, task: Task, items: Sequence[pytest.Item], told: Path) -> None:
        """Run the tests with the line broken, in the forked process, which ends here."""
        try:
            with _silence():
                if task.mutant.path.startswith(MAKERS):
                    self._prepared = None
                end = _end_of(task.mutant, items, self._functions)
            told.write_text(json.dumps(asdict(end)))
        finally:
            os._exit(0)


def _end_of(mutant: Mutant, items: Sequence[pytest.Item], functions: dict[str, list[FunctionType]]) -> End:
    try:
        put_in_place(mutant, functions)
    except NotInPlaceError:
        return End(State.NOT_IN_PLACE)
    return _run(items)


def put_in_place(mutant: Mutant, functions: dict[str, list[FunctionType]]) -> None:
    """Give the function of a mutant, and those around it, their broken code."""
    path = ROOT / mutant.path
    source = path.read_text()
    codes = dict(_codes(compile(mutant.applied(source), str(path), "exec")))
    name = mutant.function(source)
    if not name and mutant.constant(source):
        _put_constants(mutant, source)
        return
    parts = name.split(".<locals>.")
    around = [".<locals>.".join(parts[: n + 1]) for n in range(len(parts))]
    found = [(living, codes[one]) for one in around for living in functions.get(f"{mutant.path}::{one}", ())]
    if not name or not found:
        raise NotInPlaceError(mutant.name)
    try:
        for living, code in found:
            living.__code__ = code
    except ValueError as error:
        raise NotInPlaceError(mutant.name) from error


def _put_constants(mutant: Mutant, source: str) -> None:
    """Make a module's own constant anew, with those that come after it and may be made of it."""
    module = sys.modules[mutant.path.removesuffix(".py").replace("/", ".")]
    reached = False
    for node in ast.parse(mutant.applied(source)).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Name):
            continue
        reached = reached or target.id == mutant.constant(source)
        if reached and target.id.startswith("_"):
            made = compile(ast.Module([node], []), module.__file__ or "", "exec")
            exec(made, module.__dict__)  # noqa: S102 the source of the tree itself


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner.co_qualname, inner
            yield from _codes(inner)


def _living_functions() -> dict[str, list[FunctionType]]:
    """Map our functions, such as `bot/app.py::StudyBot.wake`, to the objects that stand for them."""
    gc.unfreeze()
    found: dict[str, list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(ROOT)):
            path = Path(one.__code__.co_filename).relative_to(ROOT).as_posix()
            found.setdefault(f"{path}::{one.__code__.co_qualname}", []).append(one)
    gc.collect()
    gc.freeze()
    return found


def _prepare(folder: Path) -> Path:
    """Make the database that most tests copy, in a process of its own: none of its threads is forked."""
    path = folder / "prepared.db"
    child = os.fork()
    if not child:
        try:
            import asyncio  # noqa: PLC0415 as the rest, only here

            from bot.core.clock import Clock  # noqa: PLC0415 as above
            from bot.db import Database  # noqa: PLC0415 as above
            from bot.db.upgrades import prepare  # noqa: PLC0415 as above
            from bot.features.bank.service import BankService  # noqa: PLC0415 as above
            from questions import BUNDLED  # noqa: PLC0415 as above

            async def load() -> None:
                db = Database(f"sqlite+aiosqlite:///{path}")
                await BankService(db, Clock()).load(BUNDLED)
                await db.close()

            prepare(f"sqlite+aiosqlite:///{path}")
            asyncio.run(load())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return path


def _run(items: Sequence[pytest.Item]) -> End:
    """Run tests until one fails."""
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        began = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            long = time.monotonic() - began >= float(item.config.getoption("timeout"))
            return End(State.NOTICED, f"{item.nodeid}{LIMIT if long else ''}", number + 1)
    return End(State.MISSED, ran=len(items))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    yield

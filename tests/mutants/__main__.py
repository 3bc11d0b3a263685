"""Breaks the lines, one after the other, and tells which nobody noticed."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.mutants import suite
from tests.mutants.breaker import Breaker, End, State, Task
from tests.mutants.copy import Copy
from tests.mutants.lists import SUBJECTS, everything
from tests.mutants.mutant import ROOT, Mutant, StaleError
from tests.mutants.suite import KEPT, Suite

WANTED = 0.95
# One test that goes round in circles has noticed; so has what takes so many times as long as it should.
TEST_SECONDS, TIMES = 120, 4
RESULTS = KEPT / "results.json"


class Results:
    """How each mutant ended, this time and before."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._kept: dict[str, dict[str, object]] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        self.ends: dict[str, End] = {}
        self.for_copies: list[Task] = []

    def noticed_before(self) -> set[str]:
        """Return the names of those that were noticed when they ran last."""
        return {name for name, end in self._kept.items() if end["state"] == State.NOTICED}

    def put(self, task: Task, end: End) -> None:
        """Keep how a task ended, and tell it."""
        if end.state is State.NOT_IN_PLACE:
            self.for_copies.append(task)
            return
        name = task.mutant.name
        self.ends[name] = end
        self._kept[name] = asdict(end)
        RESULTS.write_text(json.dumps(self._kept, indent=1))
        place = f"{len(self.ends)}/{self._wanted}"
        print(
            f"{place:>8} {end.state:8}{end.seconds:6.1f} s  {name}  <- {end.by or f'{end.ran} tests'}",
            flush=True,
        )


def chosen(words: Sequence[str], but_not: set[str]) -> list[Mutant]:
    """Return the mutants whose subject is, or whose name holds, one of the words."""
    return [
        mutant
        for subject, mutants in SUBJECTS.items()
        for mutant in mutants
        if mutant.name not in but_not
        and not mutant.same
        and (not words or any(word == subject or word in mutant.name for word in words))
    ]


def planned(mutant: Mutant, known: Suite, patience: float) -> Task:
    """Return the tests that may notice a mutant, as many as fit into a time."""
    tests: list[str] = []
    for test in known.calling(mutant):
        patience -= test.seconds
        if tests and patience < 0:
            break
        tests.append(test.name)
    return Task(mutant, (*mutant.tests, *tests))


def run(tasks: Sequence[Task], results: Results, jobs: int, patience: float) -> None:
    """Judge the mutants: in forked processes where that can be, else in a copy of the tree."""
    forked = [task for task in tasks if not task.mutant.tests]
    results.for_copies += [task for task in tasks if task.mutant.tests]
    files = sorted({name.partition("::")[0] for task in forked for name in task.tests})
    if files:
        options = ("-q", "-s", "--no-header", "-m", "not explored", "--timeout", str(TEST_SECONDS))
        breaker = Breaker(forked, jobs, TIMES * patience, results.put)
        pytest.main([*options, *files], plugins=[breaker])
    if results.for_copies:
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            copy = Copy(Path(folder))
            for task in results.for_copies:
                results.put(task, copy.judge(task.mutant, task.tests, TIMES * patience))


def report(mutants: Sequence[Mutant], ends: dict[str, End]) -> str:
    """Return what is to be read of a run."""
    by_state = {s: [m for m in mutants if m.name in ends and ends[m.name].state is s] for s in State}
    noticed, ran = len(by_state[State.NOTICED]), max(1, len(ends))
    lines = [f"{noticed} of {len(ends)} broken lines were noticed ({noticed / ran:.1%}).", ""]
    for state in (State.MISSED, State.BROKEN):
        if by_state[state]:
            told = (f"- {m.name} ({ends[m.name].ran} tests {ends[m.name].by})" for m in by_state[state])
            lines += [f"{state}:", *told, ""]
    same = [m for m in everything() if m.same]
    lines += ["change nothing, and are not counted:", *(f"- {m.name}: {m.same}" for m in same), ""]
    return "\n".join(lines)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("words", nargs="*", help="subjects, or parts of names")
    parser.add_argument("--again", action="store_true", help="only those that were not noticed the last time")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--patience", type=float, default=240.0, help="seconds of tests for each at most")
    asked = parser.parse_args()
    try:
        for mutant in everything():
            mutant.place((ROOT / mutant.path).read_text())
    except StaleError as error:
        print(f"{error}\nThe source has changed: bring the list in step.")
        return 2
    known = suite.load(asked.jobs)
    before = Results(0).noticed_before() if asked.again else set[str]()
    mutants = chosen(asked.words, before)
    results = Results(len(mutants))
    tasks = [planned(mutant, known, asked.patience) for mutant in mutants]
    run(tasks, results, asked.jobs, asked.patience)
    text = report(mutants, results.ends)
    (KEPT / "report.md").write_text(text)
    print("\n" + text)
    noticed = sum(end.state is State.NOTICED for end in results.ends.values())
    return 0 if noticed >= WANTED * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())

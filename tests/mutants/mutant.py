"""One line, broken as a person could break it by mistake."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class StaleError(Exception):
    """A mutant's text is not found, or found more than once: the source has changed."""


@dataclass(frozen=True)
class Mutant:
    """A change of one line that somebody has to notice.

    `at` is a file and, where the text stands in it more than once, the function: `bot/app.py::StudyBot.wake`.
    `old` becomes `new`; `harm` is what a person would notice. `tests` run first: those that start processes,
    of which nobody can see what they call. `same` says why nobody can notice it: the mutant changes nothing.
    """

    at: str
    old: str
    new: str
    harm: str
    tests: tuple[str, ...] = ()
    same: str = ""

    @property
    def path(self) -> str:
        """The file."""
        return self.at.partition("::")[0]

    @property
    def name(self) -> str:
        """Return what it is called in a report."""
        return f"{self.at}: {self.harm}"

    def place(self, source: str) -> tuple[int, int]:
        """Return from where to where `old` stands in the file; StaleError where that is not one place."""
        start, end = 0, len(source)
        if function := self.at.partition("::")[2]:
            if function not in (spans := functions(source)):
                raise StaleError(f"{self.name}: there is no {function}")
            start, end = spans[function]
        found = source[start:end].count(self.old)
        if found != 1:
            raise StaleError(f"{self.name}: its text stands there {found} times")
        at = source.index(self.old, start)
        return at, at + len(self.old)

    def applied(self, source: str) -> str:
        """Return the file with the line broken."""
        start, end = self.place(source)
        return source[:start] + self.new + source[end:]

    def function(self, source: str) -> str:
        """Return the innermost function around the line, by its qualified name; empty outside of all."""
        start, _ = self.place(source)
        around = [
            (end - begin, name) for name, (begin, end) in functions(source).items() if begin <= start < end
        ]
        return min(around, default=(0, ""))[1]

    def constant(self, source: str) -> str:
        """Return the module's own constant, such as `_NEXT_DUE`, that the line is part of; else empty."""
        start, _ = self.place(source)
        line = source.count("\n", 0, start) + 1
        for node in ast.parse(source).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and node.lineno <= line <= (node.end_lineno or 0):
                return target.id if target.id.startswith("_") else ""
        return ""


@cache
def functions(source: str) -> dict[str, tuple[int, int]]:
    """Map the functions of a file, by qualified name, to where their text begins and ends."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[str, tuple[int, int]] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                found[prefix + child.name] = (starts[first - 1], starts[child.end_lineno or first])
                inner = f"{prefix}{child.name}.<locals>."
            elif isinstance(child, ast.ClassDef):
                inner = f"{prefix}{child.name}."
            visit(child, inner)

    visit(ast.parse(source), "")
    return found

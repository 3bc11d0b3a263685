"""The source as the meta tests see it: modules, what they import, their functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Import:
    """One imported module, or one name of it."""

    module: str
    name: str | None


@dataclass(frozen=True)
class Module:
    """One file of bot/, cogs/ or questions/."""

    path: Path

    @property
    def short(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Return it as it is imported, such as bot.features.schedules.rules."""
        return self.short.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(self._imports())

    def _imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.short} has a relative import"
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    if whole in names():
                        yield Import(whole, None)
                    else:
                        yield Import(str(node.module), alias.name)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Yield the calls of a function or method of this name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                called = node.func
                found = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
                if found == name:
                    yield node

    @staticmethod
    def calls_in(function: ast.AST, *names: str) -> list[ast.Call]:
        """Return the calls of functions or methods of these names inside a function."""
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        return [c for c in calls if getattr(c.func, "attr", getattr(c.func, "id", None)) in names]


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of ours, the migrations included."""
    paths = [path for folder in ("bot", "cogs", "questions") for path in (ROOT / folder).rglob("*.py")]
    return tuple(Module(path) for path in sorted(paths))


@cache
def names() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def under(*prefixes: str) -> list[Module]:
    """Return the modules whose dotted name is or begins with one of these."""
    return [m for m in modules() if any(m.name == p or m.name.startswith(p + ".") for p in prefixes)]

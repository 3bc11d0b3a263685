"""Points are named in one table: no text of bot/ or cogs/ holds a number of points of its own."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.meta.source import Module, under

NUMBER = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|a single)"
# "10 points", "two more points", "brings its author 1", "wrong: 1".
NAMED = re.compile(
    rf"\b{NUMBER}( \w+)? points?\b"
    rf"|\b(brings?|pays|worth|right|wrong)\b:?( \w+){{0,3}} \d+",
    re.IGNORECASE,
)
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE) ")


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the string constants and the parts of f-strings, without docstrings; "…" is what is filled in."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values)
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


def named(tree: ast.AST) -> list[str]:
    return [found[0] for text in texts(tree) if not SQL.match(text) for found in NAMED.finditer(text)]


@pytest.mark.parametrize("module", under("bot", "cogs"), ids=lambda m: m.name)
def test_no_text_holds_a_number_of_points(module: Module) -> None:
    assert not named(module.tree), module.short


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "brings 10 points"', ["brings 10"]),
        ('x = f"{some}. 10 points each: {names}"', ["10 points"]),
        ('x = "within one point of the middle"', ["one point"]),
        ('x = "two more points"', ["two more points"]),
        ('x = f"**Upvote** brings its author 1. {other}"', ["brings its author 1"]),
        ('x = f"Right: {worth}; wrong: 1"', ["wrong: 1"]),
        ('x = "A second answer brings no points."', []),
        ('x = f"It brings {count} until {when}"', []),
        ('def f():\n    """Return 10 points."""', []),
        ('x = "SELECT 0 points"', []),
    ],
)
def test_a_number_would_be_found(source: str, found: list[str]) -> None:
    assert named(ast.parse(source)) == found

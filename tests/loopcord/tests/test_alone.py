"""loopcord stands alone: this package and what is installed, nothing of the project around it."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = {"aiohttp", "discord", "jsonschema", "pytest", "referencing", "simcord", "yarl", "zstandard"}
SERVE = """
import asyncio
from tests.loopcord import Server

async def serve():
    async with Server() as server:
        return server.api_url

print(asyncio.run(serve()))
"""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from tests import x` may mean a module.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_it_imports_nothing_of_the_project(path: Path) -> None:
    for name in imported(path):
        root = name.split(".")[0]
        known = root in INSTALLED or root in sys.stdlib_module_names
        assert known or name.startswith("tests.loopcord."), name


def test_it_serves_with_nothing_around_it(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "tests" / "loopcord", ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(  # noqa: S603 - this interpreter, no shell
        (sys.executable, "-c", SERVE), cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("http://127.0.0.1:")

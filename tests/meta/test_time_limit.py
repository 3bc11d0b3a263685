"""A test that never ends fails, wherever it waits, and those after it run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.source import ROOT

ENDLESS = """
import asyncio
import threading


async def test_awaits_for_ever():
    await asyncio.Event().wait()


async def test_goes_round_in_circles():
    while True:
        await asyncio.sleep(0)


def test_waits_for_a_loop_in_another_thread():
    thread = threading.Thread(target=asyncio.run, args=(asyncio.sleep(3600),), daemon=True)
    thread.start()
    thread.join()


def test_ends():
    pass
"""


def test_a_test_that_never_ends_fails_and_the_next_ones_run(tmp_path: Path) -> None:
    (tmp_path / "test_endless.py").write_text(ENDLESS)
    # The repository's own settings, but for the number of seconds.
    settings = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "--timeout", "1")
    done = subprocess.run(  # noqa: S603 our own
        [sys.executable, "-m", "pytest", *settings, "-v", "-v", "--tb=line", "test_endless.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 failed, 1 passed" in done.stdout, done.stdout[-3000:]
    assert done.stdout.count("Timeout (>1.0s) from pytest-timeout") >= 3


def test_the_limit_is_generous_and_no_test_is_without(pytestconfig: pytest.Config) -> None:
    assert float(pytestconfig.getini("timeout")) >= 120
    assert pytestconfig.getini("timeout_method") == "signal"

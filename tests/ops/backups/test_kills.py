"""kill -9 at every call that a backup and a restore make to the disk."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.meta.source import ROOT
from tests.ops.backups.samples import damage, filled, pay

pytestmark = pytest.mark.explored

OLD, NEW = 5, 2


def left_behind(act: str, folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.ops.backups.kills", act, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 our own program
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert [one["killed"] for one in found] == [True] * (len(found) - 1) + [False]
    return found


def crashed(folder: Path) -> None:
    """A database with an answer that stands only in its log, as after a kill of the bot."""
    path = filled(folder / "studyloop.db", OLD - 1)
    script = (
        "import os, sqlite3, sys; from tests.ops.backups.samples import pay\n"
        "c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL'); pay(c, 90); c.commit()\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True)  # noqa: S603 our own program
    assert (folder / "studyloop.db-wal").stat().st_size > 0


@pytest.mark.parametrize("state", ["closed", "crashed"])
def test_a_restore_leaves_the_old_or_the_new(tmp_path: Path, state: str) -> None:
    if state == "crashed":
        crashed(tmp_path)
    else:
        filled(tmp_path / "studyloop.db", OLD)
    filled(tmp_path / "copy.db", NEW)
    found = left_behind("restore", tmp_path)
    assert len(found) > 30
    assert all(one["studyloop"] in ([True, OLD], [True, NEW]) for one in found), found
    assert all(one["copy"] == [True, NEW] for one in found)
    for one in found:
        if one["studyloop"] == [True, NEW]:
            assert one["asides"] == [[True, OLD]], one
    assert {one["studyloop"][1] for one in found[:-1]} == {OLD, NEW}
    assert found[-1]["studyloop"] == [True, NEW]


def test_a_restore_over_a_damaged_database_keeps_what_there_was(tmp_path: Path) -> None:
    damage(filled(tmp_path / "studyloop.db", OLD))
    filled(tmp_path / "copy.db", NEW)
    found = left_behind("restore", tmp_path)
    assert all(one["studyloop"] == [True, NEW] or not one["studyloop"][0] for one in found), found
    assert found[-1]["studyloop"] == [True, NEW]
    assert len(found[-1]["asides"]) == 1


def test_a_restore_where_only_the_log_of_a_deleted_database_was_left(tmp_path: Path) -> None:
    crashed(tmp_path)
    (tmp_path / "studyloop.db").unlink()
    filled(tmp_path / "copy.db", NEW)
    found = left_behind("restore", tmp_path)
    assert all(one["studyloop"] in (None, [True, NEW]) for one in found), found
    assert found[-1]["studyloop"] == [True, NEW]


def test_a_backup_leaves_the_last_one_or_the_new_one(tmp_path: Path) -> None:
    filled(tmp_path / "studyloop.db", OLD)
    filled(tmp_path / "copy.db", NEW)
    found = left_behind("backup", tmp_path)
    assert len(found) > 15
    assert all(one["studyloop"] == [True, OLD] for one in found)
    assert all(one["copy"] in ([True, OLD], [True, NEW]) for one in found), found
    assert found[-1]["copy"] == [True, OLD]


def test_the_sample_of_a_crash_is_one(tmp_path: Path) -> None:
    crashed(tmp_path)
    with sqlite3.connect(f"file:{tmp_path / 'studyloop.db'}?immutable=1", uri=True) as without_the_log:
        assert without_the_log.execute("SELECT count(*) FROM totals").fetchone() == (OLD - 1,)
    without_the_log.close()
    with sqlite3.connect(tmp_path / "studyloop.db") as with_it:
        pay(with_it, 91)
        assert with_it.execute("SELECT count(*) FROM totals").fetchone() == (OLD + 1,)
    with_it.close()

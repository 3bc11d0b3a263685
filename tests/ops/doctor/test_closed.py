"""What this user may not open or write: the operator's commands say so, each in a sentence."""

import json
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.db import engine, lock
from bot.db.upgrades import HEAD, KNOWN, DatabaseError
from bot.ops.doctor.machine import rules
from bot.ops.doctor.machine.facts import look_at_database
from tests.db.files import closed, powerless
from tests.ops.backups.samples import change, filled, pay, people, sql
from tests.test_settings import NAMES

LOCK = "studyloop.db.lock"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in a folder of its own, a backup beside that, and settings that name both."""
    (tmp_path / "data").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'data' / 'studyloop.db'}")
    filled(tmp_path / "copy.db", 2)
    return filled(tmp_path / "data" / "studyloop.db")


def typed(*words: str) -> Result:
    done = CliRunner().invoke(app, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


def refused(*words: str) -> str:
    """Return the one line that the command says."""
    done = typed(*words)
    assert done.exit_code == 1, done.output
    (line,) = done.output.splitlines()
    assert line.startswith("studyloop: ")
    assert line.endswith(".")
    return line


def findings(part: str) -> list[dict[str, Any]]:
    said = json.loads(typed("doctor", "--offline", "--json").output)
    return [one for one in said["findings"] if one["part"] == part]


def test_where_a_backup_was_restored_to_is_said_in_full(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(database.parent)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///studyloop.db")
    done = typed("restore", "../copy.db")
    assert f"Restored ../copy.db to {database.resolve()}: schema " in done.output
    assert people(database) == 2


def test_what_was_left_of_a_deleted_database_is_named(database: Path) -> None:
    database.unlink()
    database.with_name("studyloop.db-wal").write_text("a log")
    (said,) = [
        line for line in typed("restore", "../copy.db").output.splitlines() if "is gone had left" in line
    ]
    (log,) = database.parent.glob("*-before-restore-*-wal")
    assert str(log) in said
    assert people(database) == 2


def test_a_lock_that_cannot_be_taken(database: Path) -> None:
    database.with_name(LOCK).mkdir()
    assert "cannot be used" in refused("restore", "../copy.db")
    assert "cannot be used" in refused("doctor", "--rebuild-totals")
    assert people(database) == 3


def test_a_lock_that_is_closed(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lock.exclusive(database):
        pass
    closed(monkeypatch, LOCK)
    (found,) = findings("database")
    assert (found["level"], found["todo"]) == ("problem", "Try again in a moment, as the bot's user.")
    assert "Permission denied" in found["what"]
    assert LOCK in found["what"]
    (disk,) = findings("disk")
    assert "0 bytes" not in disk["what"]
    assert "checked." in typed("backup", "another.db").output


@pytest.mark.parametrize("inner", ["", "more"])
def test_a_folder_that_is_closed(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: str
) -> None:
    path = database.parent / inner / "studyloop.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("BACKUP_DIR", str(database.parent / "backups"))
    closed(monkeypatch, "data")
    first, second, third = findings("database")
    assert "Permission denied" in first["what"]
    assert second["what"].startswith(f"This user may not write to the folder {path.parent}, ")
    assert third["what"] == f"This user may not write to {path}."
    (backups,) = findings("backups")
    assert backups["level"] == "problem"
    assert "Permission denied" in backups["what"]
    for words in (
        ("backup", "new.db"),
        ("restore", str(tmp_path / "copy.db")),
        ("doctor", "--rebuild-totals"),
    ):
        assert "Permission denied" in (said := refused(*words))
        assert f"check that {database.parent}" in said or f"check that {database.parent.parent}" in said


def test_a_file_of_settings_that_is_closed_or_no_text(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    Path(".env").write_bytes(b"\xff")
    (found,) = findings("settings")
    assert found["what"] == ".env cannot be read (it is not UTF-8 from byte 0 on)."
    closed(monkeypatch, ".env")
    (found,) = findings("settings")
    assert found["what"] == ".env cannot be read (Permission denied)."


def test_a_part_that_does_not_exist_is_one_finding(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del database
    monkeypatch.setenv("LOG_LEVELS", "outbx=DEBUG")
    (found,) = findings("settings")
    assert found["what"].startswith("LOG_LEVELS: there is no part 'outbx'; the parts are alarm, answers, ")


def test_totals_on_a_full_disk(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for user in range(2_000):
            pay(connection, user)
        connection.execute("DELETE FROM totals")
    change(database, "VACUUM")
    set_up = engine._set_up_connection
    pages = database.stat().st_size // 4096

    def full(connection: Any, record: Any) -> None:
        set_up(connection, record)
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

    monkeypatch.setattr(engine, "_set_up_connection", full)
    said = refused("doctor", "--rebuild-totals")
    assert "the disk is full" in said
    assert "Nothing was changed" in said
    assert sql(database, "SELECT count(*) FROM totals") == [(0,)]


def test_totals_of_a_file_that_is_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="studyloop-tests-") as name:
        path = filled(Path(name) / "studyloop.db")
        with lock.exclusive(path):
            pass
        Path(name).chmod(0o755)
        path.chmod(0o444)
        monkeypatch.chdir(name)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
        with powerless():
            said = refused("doctor", "--rebuild-totals")
    assert "the database may only be read" in said


@pytest.mark.parametrize("has_database", [False, True])
def test_a_folder_in_which_this_user_may_not_write(*, has_database: bool) -> None:
    """As a bind mount is that Docker has made for root: `run` cannot start there, and doctor says so."""
    with tempfile.TemporaryDirectory(prefix="studyloop-tests-") as name:
        folder = Path(name).resolve()
        path = folder / "studyloop.db"
        if has_database:
            filled(path).chmod(0o666)
        folder.chmod(0o555)
        with powerless():
            facts, _ = look_at_database(f"sqlite+aiosqlite:///{path}", HEAD, datetime.now(UTC))
            with pytest.raises(DatabaseError, match="cannot be used"), lock.exclusive(path):
                pass
    said = [one.what for one in rules.database(facts, KNOWN, HEAD) if one.level == "problem"]
    assert said == [f"This user may not write to the folder {folder}, so the bot cannot start."]


def test_folders_are_named_in_full(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for here, url in ((database.parent, "studyloop.db"), (database.parent.parent / "home", "../data/x.db")):
        monkeypatch.chdir(here)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{url}")
        monkeypatch.setenv("BACKUP_DIR", "..")
        (disk,) = findings("disk")
        assert disk["what"].endswith(f" are free on the disk of {database.parent}.")
        (backups,) = findings("backups")
        assert f" in {here.parent} " in backups["what"]

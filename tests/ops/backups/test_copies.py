"""Making one backup: beside a writer, over and over, and every way in which it cannot be made."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.db import lock
from bot.db.upgrades import prepare, upgrade
from bot.ops.backups import copies, files, store
from bot.ops.backups.copies import BackupError
from bot.ops.backups.rules import size_text
from tests.db.files import url_of
from tests.ops.backups.samples import change, damage, filled, names, pay, people, sql


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return filled(tmp_path / "studyloop.db")


@contextmanager
def refused(*parts: str) -> Iterator[None]:
    with pytest.raises(BackupError) as caught:
        yield
    said = str(caught.value)
    assert "\n" not in said
    for part in parts:
        assert part in said


def test_a_backup_is_one_file_that_the_bot_could_use(database: Path, tmp_path: Path) -> None:
    made = copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["copy.db", "studyloop.db"]
    assert people(tmp_path / "copy.db") == 3
    assert made.size == (tmp_path / "copy.db").stat().st_size
    assert made.rows == 3 + 3 + 1  # ledger, totals, version
    assert made.differing == 0
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    prepare(url_of(tmp_path / "copy.db"))


def test_nothing_is_made_beside_a_database_that_nobody_uses(database: Path, tmp_path: Path) -> None:
    change(database, "PRAGMA journal_mode = WAL")
    copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["copy.db", "studyloop.db"]


def test_what_stands_only_in_the_log_is_in_the_backup(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            pay(writer, 9)
        copies.make(database, tmp_path / "copy.db")
    assert people(tmp_path / "copy.db") == 4


class Writer(threading.Thread):
    """Pays somebody 10 points again and again, some hundred times a second, and grows the file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.written, self.slowest, self.enough = path, 0, 0.0, threading.Event()

    def run(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            while not self.enough.wait(0.002):
                started = time.monotonic()
                with connection:
                    pay(connection, self.written)
                    if self.written % 20 == 0:
                        connection.execute("UPDATE ledger SET reason = ? WHERE rowid % 7 = 0", ("x" * 900,))
                self.slowest = max(self.slowest, time.monotonic() - started)
                self.written += 1


def test_while_somebody_writes_hundreds_of_times_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = filled(tmp_path / "studyloop.db", people=2_000)
    monkeypatch.setattr(store, "PAGES", 5)
    writer = Writer(database)
    # A copy that began anew at each write would never end.
    stop = threading.Event()
    patience = threading.Timer(60, stop.set)
    patience.start()
    writer.start()
    seen: list[int] = []
    try:
        while not writer.written:
            time.sleep(0.01)
        for n in range(5):
            before = writer.written
            with lock.exclusive(database):
                made = copies.make(database, tmp_path / f"{n}.db", stop=stop, breath=0.002)
            seen.append(writer.written - before)
            assert made.differing == 0
    finally:
        patience.cancel()
        writer.enough.set()
        writer.join()
    assert all(written > 0 for written in seen), seen
    counts = [sql(tmp_path / f"{n}.db", "SELECT count(*) FROM ledger")[0][0] for n in range(5)]
    assert counts == sorted(counts)
    assert all(people(tmp_path / f"{n}.db") >= 2_000 for n in range(5))
    assert sql(database, "SELECT count(*) FROM ledger") == [(2_000 + writer.written,)]


@pytest.mark.parametrize("points", [99, 9])
def test_what_differs_in_the_database_is_said_and_copied(database: Path, tmp_path: Path, points: int) -> None:
    change(database, "UPDATE totals SET points = ? WHERE user_id = 1", points)
    assert copies.make(database, tmp_path / "copy.db").differing == 1


def test_a_database_of_an_older_version(tmp_path: Path) -> None:
    upgrade(tmp_path / "old.db", "0001")
    copies.make(tmp_path / "old.db", tmp_path / "copy.db")
    assert sql(tmp_path / "copy.db", "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_file_that_exists_stays_unless_forced(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with refused(str(target), "--force"):
        copies.make(database, target)
    assert target.read_text() == "precious"
    copies.make(database, target, force=True)
    assert people(target) == 3


def test_where_no_file_can_be(database: Path, tmp_path: Path) -> None:
    with refused("does not exist", str(tmp_path / "none")):
        copies.make(database, tmp_path / "none" / "copy.db")
    with refused("is a folder"):
        copies.make(database, tmp_path, force=True)
    with refused("the database itself"):
        copies.make(database, database, force=True)
    (tmp_path / "link.db").symlink_to(database)
    with refused("the database itself"):
        copies.make(database, tmp_path / "link.db", force=True)
    with refused("no database at", "start the bot once"):
        copies.make(tmp_path / "not.db", tmp_path / "copy.db")
    assert names(tmp_path) == ["link.db", "studyloop.db"]
    assert people(database) == 3


def test_another_database_in_use_is_not_overwritten(database: Path, tmp_path: Path) -> None:
    other = filled(tmp_path / "other.db")
    with closing(sqlite3.connect(other)) as user:
        user.execute("PRAGMA journal_mode = WAL")
        with user:
            pay(user, 4)
        with refused("some program is using"):
            copies.make(database, other, force=True)
    assert people(other) == 4


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("exists", [True, False])
def test_beside_the_log_of_another_database(
    database: Path, tmp_path: Path, ending: str, *, exists: bool
) -> None:
    """SQLite would apply it to the copy."""
    target = tmp_path / "copy.db"
    if exists:
        target.write_text("precious")
    (tmp_path / f"copy.db{ending}").write_text("a log")
    before = names(tmp_path)
    with refused(str(tmp_path / f"copy.db{ending}"), "name another file"):
        copies.make(database, target, force=True)
    assert names(tmp_path) == before
    (tmp_path / f"copy.db{ending}").write_text("")
    copies.make(database, target, force=True)
    assert people(target) == 3


@pytest.mark.parametrize("harm", ["pages", "text", "foreign", "empty", "references"])
def test_a_database_that_is_not_whole_is_not_kept(database: Path, tmp_path: Path, harm: str) -> None:
    if harm == "pages":
        damage(database)
    elif harm == "references":
        change(
            database,
            "INSERT INTO question_versions (id, question_id, version, category, content, created_at) "
            "VALUES (1, 99, 'v', 'c', '{}', 0)",
        )
    elif harm == "foreign":
        database.unlink()
        change(database, "CREATE TABLE notes (id INTEGER)")
    else:
        database.write_bytes(b"" if harm == "empty" else b"Notes about interviews. " * 999)
    with refused("cannot be backed up", "No copy was kept"):
        copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["studyloop.db"]


def small_disk(monkeypatch: pytest.MonkeyPatch, pages: int = 20) -> None:
    """Have SQLite find no room for more than some pages in every file that is opened for writing."""
    connect = sqlite3.connect

    def limited(address: str | Path, **options: Any) -> sqlite3.Connection:
        connection = connect(address, **options)
        if "mode=ro" not in str(address):
            connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(store.sqlite3, "connect", limited)


def test_a_full_disk_for_sqlite(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_disk(monkeypatch)
    with refused(f"The disk of {tmp_path} is full", "free some space", "Nothing was changed"):
        copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["studyloop.db"]


def test_a_disk_that_would_be_full_afterwards(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = database.stat().st_size
    usage = SimpleNamespace(free=size + 19_999_999)
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: usage)
    with refused(
        f"The disk of {tmp_path} has {size_text(usage.free)} left", "20.0 MB to spare", "free some space"
    ):
        copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["studyloop.db"]
    usage.free += 1
    copies.make(database, tmp_path / "copy.db")


def test_what_stands_in_the_log_needs_room_too(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            pay(writer, 9)
        size = database.stat().st_size + files.beside(database, "-wal").stat().st_size
        usage = SimpleNamespace(free=size + 19_999_999)
        monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: usage)
        with refused("20.0 MB to spare"):
            copies.make(database, tmp_path / "copy.db")
        usage.free += 1
        copies.make(database, tmp_path / "copy.db")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_for_the_system(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("the last good one")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, call, full)
    with refused("is full"):
        copies.make(database, target, force=True)
    assert names(tmp_path) == ["copy.db", "studyloop.db"]
    assert target.read_text() == "the last good one"


def test_a_folder_that_is_closed(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(**_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files.tempfile, "mkstemp", closed)
    with refused("Permission denied", "this user may write there"):
        copies.make(database, tmp_path / "copy.db")


def test_a_copy_that_went_wrong_is_not_kept(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = store.copy

    def lossy(connection: sqlite3.Connection, target: Path, after_step: Any) -> None:
        copy(connection, target, after_step)
        change(target, "DELETE FROM ledger WHERE user_id = 1")

    monkeypatch.setattr(store, "copy", lossy)
    with refused("not the same", "ledger", "try again"):
        copies.make(database, tmp_path / "copy.db")
    assert names(tmp_path) == ["studyloop.db"]


def test_stopped_between_two_steps(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAGES", 1)
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    with refused("was stopped"):
        copies.make(database, tmp_path / "copy.db", stop=stop, breath=5)
    timer.join()
    assert names(tmp_path) == ["studyloop.db"]

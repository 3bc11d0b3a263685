"""Putting a backup back, and every file that is none."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.db import lock
from bot.db.upgrades import HEAD, KNOWN, prepare, upgrade
from bot.ops.backups import copies, restores
from bot.ops.backups.copies import BackupError
from tests.db.files import url_of
from tests.db.test_upgrades import OF_0001
from tests.meta.source import ROOT
from tests.ops.backups.samples import NOW, change, damage, filled, names, pay, people, sql
from tests.ops.backups.test_copies import small_disk

ASIDE = "studyloop-before-restore-2026-03-02T10-15-00Z.db"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return filled(tmp_path / "studyloop.db", 5)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return filled(tmp_path / "copy.db", 2)


@contextmanager
def refused(database: Path, *parts: str) -> Iterator[None]:
    """Nothing changes, and one line says why."""
    before = names(database.parent)
    with pytest.raises(BackupError) as caught:
        yield
    said = str(caught.value)
    assert "\n" not in said
    for part in parts:
        assert part in said
    assert names(database.parent) == before
    assert people(database) == 5


def test_the_backup_is_in_place_and_the_old_one_aside(database: Path, copy: Path, tmp_path: Path) -> None:
    database.chmod(0o640)
    done = restores.restore(copy, database, NOW)
    assert names(tmp_path) == ["copy.db", ASIDE, "studyloop.db"]
    assert done.aside == tmp_path / ASIDE
    assert (done.version, done.is_older) == (HEAD, False)
    assert people(database) == people(copy) == 2
    assert people(tmp_path / ASIDE) == 5
    assert database.stat().st_mode & 0o777 == 0o640
    prepare(url_of(database))


def test_twice_in_one_second_keeps_both(database: Path, copy: Path, tmp_path: Path) -> None:
    restores.restore(copy, database, NOW)
    done = restores.restore(copy, database, NOW)
    assert done.aside is not None
    assert done.aside.name == ASIDE.replace(".db", "-1.db")
    assert people(tmp_path / ASIDE) == 5
    assert people(done.aside) == 2


def test_where_there_was_no_database(copy: Path, tmp_path: Path) -> None:
    done = restores.restore(copy, tmp_path / "studyloop.db", NOW)
    assert done.aside is None
    assert people(tmp_path / "studyloop.db") == 2
    assert (tmp_path / "studyloop.db").stat().st_mode & 0o777 == 0o600


LEFT = ("studyloop.db-wal", "studyloop.db-journal", "studyloop.db-shm")


def killed_and_deleted(database: Path) -> bytes:
    """The log of a bot that was killed, whose database somebody has deleted; return what stands in it."""
    script = (
        "import os, sqlite3, sys; from tests.ops.backups.samples import pay\n"
        "c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL')\n"
        "for user in range(100, 400): pay(c, user)\n"
        "c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(database)], cwd=ROOT, check=True)  # noqa: S603 our own program
    database.unlink()
    log = database.with_name("studyloop.db-wal").read_bytes()
    assert log
    return log


def test_the_log_of_a_database_that_was_deleted_is_not_applied(
    database: Path, copy: Path, tmp_path: Path
) -> None:
    log = killed_and_deleted(database)
    done = restores.restore(copy, database, NOW)
    assert people(database) == 2
    assert done.aside is None
    assert (tmp_path / f"{ASIDE}-wal") in done.logs
    assert (tmp_path / f"{ASIDE}-wal").read_bytes() == log


def test_every_left_file_is_kept_and_none_of_an_earlier_try_is_overwritten(
    copy: Path, tmp_path: Path
) -> None:
    for name in LEFT:
        (tmp_path / name).write_text("first")
    assert len(restores.restore(copy, tmp_path / "studyloop.db", NOW).logs) == 3
    (tmp_path / "studyloop.db").unlink()
    (tmp_path / "studyloop.db-journal").write_text("second")
    assert restores.restore(copy, tmp_path / "studyloop.db", NOW).logs == (
        tmp_path / f"{ASIDE.removesuffix('.db')}-1.db-journal",
    )
    assert (tmp_path / f"{ASIDE}-journal").read_text() == "first"
    done = restores.restore(copy, tmp_path / "studyloop.db", NOW)
    assert done.aside == tmp_path / f"{ASIDE.removesuffix('.db')}-2.db"
    assert people(done.aside) == 2


def test_a_link_to_the_database_stays_one(database: Path, copy: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    link = tmp_path / "other" / "link.db"
    link.symlink_to(database)
    restores.restore(copy, link, NOW)
    assert link.is_symlink()
    assert people(database) == 2
    assert names(link.parent) == ["link.db"]


def test_a_file_system_without_second_names(
    database: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", none)
    restores.restore(copy, database, NOW)
    assert names(tmp_path) == ["copy.db", ASIDE, "studyloop.db"]
    assert (people(database), people(tmp_path / ASIDE)) == (2, 5)


@pytest.mark.parametrize("version", KNOWN)
def test_of_every_version(tmp_path: Path, database: Path, version: str) -> None:
    old = tmp_path / "old.db"
    upgrade(old, version)
    if version == KNOWN[0]:
        with closing(sqlite3.connect(old)) as connection, connection:
            connection.executescript(OF_0001)
    copies.make(old, tmp_path / "copy.db")
    done = restores.restore(tmp_path / "copy.db", database, NOW)
    assert (done.version, done.is_older) == (version, version != HEAD)
    prepare(url_of(database))
    assert sql(database, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    if version == KNOWN[0]:
        assert sql(database, "SELECT text FROM answers") == [("kept",)]


def test_a_backup_with_its_own_log_beside_it(tmp_path: Path, database: Path) -> None:
    """Somebody copied all three files of a running bot."""
    other = filled(tmp_path / "other.db", 1)
    with closing(sqlite3.connect(other)) as user:
        user.execute("PRAGMA journal_mode = WAL")
        with user:
            pay(user, 70)
        restores.restore(other, database, NOW)
    assert people(database) == 2


def test_posts_get_no_number_that_one_of_the_lost_time_may_have(database: Path, copy: Path) -> None:
    (first,) = sql(copy, "SELECT seq FROM sqlite_sequence WHERE name = 'posts'")[0]
    restores.restore(copy, database, NOW)
    (then,) = sql(database, "SELECT seq FROM sqlite_sequence WHERE name = 'posts'")[0]
    assert then - first == 10_000
    assert then < 2**31


def test_a_running_bot_is_refused(database: Path, copy: Path) -> None:
    with lock.exclusive(database), pytest.raises(lock.Busy):
        restores.restore(copy, database, NOW)
    assert people(database) == 5
    assert names(database.parent) == ["copy.db", "studyloop.db"]


def test_a_program_that_is_reading_is_refused(
    database: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(database, "PRAGMA journal_mode = WAL")
    monkeypatch.setattr("bot.ops.backups.store.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM totals").fetchone()
        with pytest.raises(BackupError, match="locked"):
            restores.restore(copy, database, NOW)
    assert people(database) == 5
    assert people(copy) == 2


@pytest.mark.parametrize("kind", ["damaged", "cut", "text", "empty", "foreign"])
def test_what_is_no_backup(database: Path, copy: Path, kind: str) -> None:
    match kind:
        case "damaged":
            damage(copy)
        case "cut":
            copy.write_bytes(copy.read_bytes()[:150_000])
        case "foreign":
            copy.unlink()
            change(copy, "CREATE TABLE notes (id INTEGER)")
        case _:
            copy.write_bytes(b"" if kind == "empty" else b"My notes about interviews. " * 400)
    with refused(database, str(copy), "was not restored", "name another backup"):
        restores.restore(copy, database, NOW)


def test_of_a_newer_version(database: Path, copy: Path) -> None:
    change(copy, "UPDATE alembic_version SET version_num = '9999'")
    with refused(database, "newer StudyLoop", "9999", HEAD):
        restores.restore(copy, database, NOW)


def test_of_what_is_no_file(database: Path, tmp_path: Path) -> None:
    with refused(database, "There is no file"):
        restores.restore(tmp_path / "none.db", database, NOW)
    with refused(database, "is a folder"):
        restores.restore(tmp_path, database, NOW)
    with refused(database, "is the database itself"):
        restores.restore(database, database, NOW)
    (tmp_path / "link.db").symlink_to(database)
    with refused(database, "is the database itself"):
        restores.restore(tmp_path / "link.db", database, NOW)


def test_to_where_no_database_can_be(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="does not exist"):
        restores.restore(copy, tmp_path / "none" / "studyloop.db", NOW)
    (tmp_path / "studyloop.db").mkdir()
    with pytest.raises(BackupError, match="not a database"):
        restores.restore(copy, tmp_path / "studyloop.db", NOW)


def test_on_a_full_disk(database: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_disk(monkeypatch)
    with refused(database, "is full", "free some space", "Nothing was changed"):
        restores.restore(copy, database, NOW)


@pytest.mark.parametrize("how", ["pages", "text"])
def test_over_a_damaged_database(database: Path, copy: Path, tmp_path: Path, how: str) -> None:
    if how == "pages":
        damage(database)
    else:
        database.write_text("rubbish " * 999)
    was = database.read_bytes()
    (tmp_path / "studyloop.db-wal").write_bytes(b"what stood in its log")
    restores.restore(copy, database, NOW)
    # Looked at before anybody opens the new one: SQLite would apply it.
    assert not (tmp_path / "studyloop.db-wal").exists()
    assert people(database) == 2
    assert (tmp_path / ASIDE).read_bytes() == was


def test_a_log_that_cannot_be_brought_in_goes_with_the_old_database(
    database: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: Path) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(restores.store, "fold_log", damaged)
    log = tmp_path / "studyloop.db-wal"
    log.write_bytes(b"what stood in its log")
    restores.restore(copy, database, NOW)
    assert not log.exists(), "SQLite would apply it to the new one"
    assert (tmp_path / f"{ASIDE}-wal").read_bytes() == b"what stood in its log"
    assert people(database) == 2

import logging
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.db import lock
from bot.db.upgrades import DatabaseError
from tests import windows
from tests.db.files import closed, powerless

HOLD = """
import sys
from pathlib import Path
from bot.db import lock
with lock.exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def another_process(path: str, folder: Path = ROOT) -> Generator[subprocess.Popen[str]]:
    """Give a process that holds the database, as it was started in `folder`."""
    with subprocess.Popen(  # noqa: S603 our own words
        [sys.executable, "-c", HOLD, path],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    with another_process(str(path)):
        assert lock.held_by_other(path)
        said = r"Another StudyLoop is using the database .*studyloop.db: end"
        with pytest.raises(lock.Busy, match=said), lock.exclusive(path):
            raise AssertionError("two hold it")
    with lock.exclusive(path):
        pass
    assert issubclass(lock.Busy, DatabaseError)


def test_what_was_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    with another_process(str(path)) as process:
        process.kill()
        process.wait()
        assert not lock.held_by_other(path)
        with lock.exclusive(path):
            assert lock.held_by_other(path)
    assert not lock.held_by_other(path)


def test_relative_paths_and_links_lead_to_the_same_lock(tmp_path: Path) -> None:
    path = tmp_path / "data" / "studyloop.db"
    path.parent.mkdir()
    path.touch()
    (tmp_path / "linked.db").symlink_to(path)
    (tmp_path / "folder").symlink_to(path.parent)
    with another_process("data/studyloop.db", tmp_path):
        for way in (path, tmp_path / "linked.db", tmp_path / "folder" / "studyloop.db"):
            assert lock.held_by_other(way), way
            with pytest.raises(lock.Busy), lock.exclusive(way):
                raise AssertionError(way)
        assert not lock.held_by_other(tmp_path / "data" / "another.db")


def test_asking_makes_no_file_and_takes_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    assert not lock.held_by_other(path)
    assert list(tmp_path.iterdir()) == []
    with lock.exclusive(path):
        assert lock.held_by_other(path)
        assert lock.held_by_other(path)


def test_the_lock_of_another_user_can_be_taken_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | 0o055)
    with lock.exclusive(path):
        pass
    with powerless(), lock.exclusive(path):
        assert lock.held_by_other(path)


def test_a_lock_that_is_closed_to_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "studyloop.db"
    with lock.exclusive(path):
        pass
    closed(monkeypatch, "studyloop.db.lock")
    with pytest.raises(DatabaseError, match="this user may write"), lock.exclusive(path):
        raise AssertionError
    with pytest.raises(PermissionError):
        lock.held_by_other(path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseError, match="check that its folder exists"),
        lock.exclusive(tmp_path / "none" / "studyloop.db"),
    ):
        raise AssertionError


def test_a_system_without_locks_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", None)
    path = tmp_path / "studyloop.db"
    with caplog.at_level(logging.WARNING), lock.exclusive(path), lock.exclusive(path):
        assert not lock.held_by_other(path)
    assert "see to it that only one runs" in caplog.text


@pytest.fixture
def windows_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", windows.msvcrt())
    monkeypatch.setattr(lock, "PAUSE_SECONDS", 0)


@pytest.mark.usefixtures("windows_locks")
def test_windows_locks_refuse_a_second_process(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    assert not lock.held_by_other(path)
    with another_process(str(path)) as process:
        assert lock.held_by_other(path)
        with pytest.raises(lock.Busy), lock.exclusive(path):
            raise AssertionError("two hold it")
        process.kill()
        process.wait()
    assert not lock.held_by_other(path)
    with lock.exclusive(path):
        assert lock.held_by_other(path)


@pytest.mark.usefixtures("windows_locks")
def test_who_only_asks_on_windows_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A doctor that asks at the same moment holds the lock: it lets go, and whoever starts tries again."""
    path = tmp_path / "studyloop.db"
    asking = os.open(lock.lock_file(path), os.O_RDONLY | os.O_CREAT)
    lock.msvcrt.locking(asking, lock.msvcrt.LK_NBLCK, 1)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 1:
            os.close(asking)

    monkeypatch.setattr(time, "sleep", pause)
    with lock.exclusive(path):
        assert len(pauses) == 1

"""One reading of DATABASE_URL: who writes to a file, locks it, looks at it or copies it mean the same."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.run import RunError, run_bot
from bot.db import Database, lock
from bot.db.address import path_of, real, url_of
from bot.db.upgrades import HEAD, DatabaseError, prepare
from bot.ops.backups import copies, restores
from bot.ops.doctor.machine import facts
from bot.ops.health.service import _measure  # pyright: ignore[reportPrivateUsage]
from bot.settings import Settings, SettingsError, load_settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
# Ways to write one file, from the folder that it is in and where a link to it stands.
WAYS = {
    "relative": "sqlite+aiosqlite:///the data.db",
    "without the driver": "sqlite:///the data.db",
    "a dot": "sqlite:///./the data.db",
    "percent-encoded": "sqlite:///the%20data.db",
    "absolute": "sqlite:///{folder}/the data.db",
    "doubled slashes": "sqlite:///{folder}//the data.db",
    "a step back": "sqlite:///inside/../the data.db",
    "a link": "sqlite:///linked.db",
    "from home": "sqlite:///~/the data.db",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that is home too."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "linked.db").symlink_to(tmp_path / "the data.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def url(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an address as the settings have read it."""
    monkeypatch.setenv("DATABASE_URL", request.param.format(folder=folder))
    return load_settings().database_url


@pytest.fixture
def written(url: str) -> Iterator[Path]:
    """Give the file that a bot with this address has made and written to; its log is not folded in yet."""
    prepare(url)
    with closing(sqlite3.connect(Path("the data.db"))) as kept:
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("PRAGMA wal_autocheckpoint = 0")
        kept.execute("INSERT INTO guilds (guild_id, zone, created_at) VALUES (10, 'UTC', 0)")
        kept.commit()
        yield Path("the data.db")


def names() -> list[str]:
    return sorted(one.name for one in Path().iterdir())


async def test_the_bot_writes_to_the_file_that_the_others_look_at(url: str) -> None:
    prepare(url)
    db = Database(url)
    async with db.transaction() as tx:
        await tx.execute(sa.text("INSERT INTO guilds (guild_id, zone, created_at) VALUES (10, 'UTC', 0)"))
    await db.close()
    with closing(sqlite3.connect(path_of(url))) as found:
        assert found.execute("SELECT guild_id FROM guilds").fetchall() == [(10,)]
    assert names() == ["inside", "linked.db", "the data.db"]


def test_doctor_backup_and_health_see_what_stands_in_the_log_too(url: str, written: Path) -> None:
    database, _ = facts.look_at_database(url, HEAD, NOW)
    assert database.contents is not None
    assert database.contents.rows["guilds"] == 1
    copies.make(path_of(url), Path("copy.db"))
    with closing(sqlite3.connect("copy.db")) as copy:
        assert copy.execute("SELECT guild_id FROM guilds").fetchall() == [(10,)]
    log = written.with_name("the data.db-wal").stat().st_size
    assert log > 0
    assert (_measure(url, None, NOW).database, _measure(url, None, NOW).wal) == (written.stat().st_size, log)


def test_a_backup_comes_back_to_the_same_file(url: str) -> None:
    prepare(url_of(Path("backup.db")))
    done = restores.restore(Path("backup.db"), path_of(url), NOW)
    assert done.version == HEAD
    prepare(url)
    assert Path("the data.db").is_file()
    assert Path("linked.db").is_symlink()


async def test_a_second_bot_is_refused_however_the_file_is_written(url: str) -> None:
    with lock.exclusive(Path("the data.db")):
        assert lock.held_by_other(path_of(url))
        with pytest.raises(RunError, match=r"^Another StudyLoop is using the database "):
            await run_bot(Settings(database_url=url), "no token")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("sqlite+aiosqlite:///x.db?timeout=5", "takes no options"),
        ("sqlite:///file:x.db?mode=ro&uri=true", "takes no options"),
        ("sqlite:///file:x.db", "must be a path without `file:`"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite+aiosqlite://", "must name a file"),
        ("sqlite:///%20", "must name a file"),
        ("sqlite:///x%00.db", "must name a file"),
        ("sqlite://x.db", "needs three slashes"),
        ("sqlite://ada:secret@host/x.db", "needs three slashes"),
        ("sqlite+pysqlite:///x.db", "must start with"),
        ("sqlite:x.db", "must start with"),
        ("x.db", "must start with"),
        ("sqlite:///~nobody-of-that-name/x.db", "that user has no folder here"),
    ],
)
def test_what_names_no_file_is_refused_with_the_step(
    monkeypatch: pytest.MonkeyPatch, folder: Path, typed: str, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", typed)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("DATABASE_URL: ")
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert not list(folder.glob("*x.db*"))


def test_a_step_back_from_a_linked_folder_is_taken_where_the_link_leads() -> None:
    Path("inside", "deep").mkdir()
    Path("elsewhere").symlink_to(Path("inside", "deep"))
    with lock.exclusive(path_of("sqlite:///elsewhere/../x.db")):
        assert lock.held_by_other(Path("inside", "x.db"))
    prepare("sqlite:///elsewhere/../x.db")
    assert Database("sqlite:///elsewhere/../x.db").url.database == str(Path("inside", "x.db").resolve())
    assert not Path("x.db").exists()


def test_links_in_a_circle_are_a_sentence() -> None:
    Path("one.db").symlink_to("two.db")
    Path("two.db").symlink_to("one.db")
    with pytest.raises(DatabaseError, match=r"cannot be used"), lock.exclusive(Path("one.db")):
        prepare("sqlite:///one.db")


@given(st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_an_address_made_of_a_path_leads_back_to_it(name: str) -> None:
    path = Path(os.sep, "data", name, "x.db")
    assert path_of(url_of(path).render_as_string()) == path_of(url_of(path)) == real(path)

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.db import Database
from bot.db.upgrades import upgrade
from bot.features.bank.statistics import store
from bot.features.bank.statistics.rules import ItemFigures
from bot.features.bank.statistics.service import Measured, Unreadable, measure
from tests.db.files import powerless, template, url_of
from tests.features.bank.statistics.samples import ITEMS, able, answer, database, load, training, write
from tests.questions.samples import changed


def measured(path: Path, pack: str = "small") -> dict[str, ItemFigures]:
    found = measure(path, pack)
    assert isinstance(found, Measured), found
    return {item.slug: item.figures for item in found.items}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_figures_of_a_pack(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(2, keyed_wrong=True))
    found = measured(path)
    assert list(found) == list(ITEMS)
    assert found["choose-one"].chosen == (6, 2, 2, 2)
    assert found["choose-three"].chosen == (6, 6, 0, 0)
    assert found["choose-one"].discrimination == pytest.approx(1)
    assert found["choose-three"].discrimination == pytest.approx(-1)


async def test_the_first_answer_counts_over_all_sources_and_servers(tmp_path: Path) -> None:
    path = await database(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        write(connection, 7, "choose-one", 2, at=30, source="quiz")
        write(connection, 7, "choose-one", 1, at=10, source="practice")
        write(connection, 7, "choose-one", 0, at=20, source="drop")
        write(connection, 8, "choose-one", 3, at=10)
        write(connection, 8, "choose-one", 0, at=10)
        connection.execute("UPDATE item_answers SET guild_id = id")
        connection.commit()
    found = measure(path, "small")
    assert isinstance(found, Measured)
    assert found.people == 2
    assert [(item.slug, item.figures.chosen) for item in found.items] == [("choose-one", (0, 1, 0, 1))]


async def test_answers_to_an_earlier_version_are_left_out(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(0))
    text = training(*ITEMS)
    head, tail = text.split("choose-two")
    db = Database(url_of(path))
    await load(db, tmp_path / "small", head + "choose-two" + tail.replace("smallest", "least", 1))
    await db.close()
    answer(path, [{"choose-two": 3}])
    found = measured(path)
    assert found["choose-two"].chosen == (0, 0, 0, 1)
    assert found["choose-one"].chosen == (6, 2, 2, 2)


async def test_items_that_are_not_asked_any_more_are_left_out(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(0))
    db = Database(url_of(path))
    await load(db, tmp_path / "small", training(*ITEMS[:4]))
    await db.close()
    assert list(measured(path)) == list(ITEMS[:4])


async def test_another_pack_counts_for_people_and_is_not_listed(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(0))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE questions SET pack = 'other' WHERE slug <> 'choose-one'")
        connection.commit()
    found = measured(path)
    assert list(found) == ["choose-one"]
    assert found["choose-one"].discrimination == pytest.approx(1)


@pytest.mark.parametrize("size", [1, 3, 5, 60])
async def test_a_person_may_be_split_over_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = await database(tmp_path)
    answer(path, able(2, keyed_wrong=True))
    whole = measure(path, "small")
    monkeypatch.setattr(store, "BATCH", size)
    assert measure(path, "small") == whole


# The file


async def test_nothing_is_written(tmp_path: Path) -> None:
    path = await database(tmp_path)
    before = path.read_bytes()
    with store.opened(path) as tx:
        store.list_items(tx)
        with pytest.raises(store.DBAPIError, match="readonly"):
            tx.exec_driver_sql("DELETE FROM item_answers")
        tx.rollback()
    assert path.read_bytes() == before


async def test_a_running_bot_is_not_disturbed(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(0))
    db = Database(url_of(path))
    async with db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE item_answers SET option = 3")
        # Not committed: the old state is what counts.
        assert measured(path)["choose-one"].chosen == (6, 2, 2, 2)
    assert measured(path)["choose-one"].chosen == (0, 0, 0, 12)
    await db.close()


@pytest.mark.parametrize("name", ["with space.db", "100%25#?.db", "ünicode&x=1.db"])
async def test_any_name_of_a_file(tmp_path: Path, name: str) -> None:
    path = (await database(tmp_path)).rename(tmp_path / name)
    assert measured(path) == {}
    assert names_in(tmp_path) <= {"small", name, f"{name}-wal", f"{name}-shm"}


async def test_a_backup_without_a_log(tmp_path: Path) -> None:
    path = await database(tmp_path)
    answer(path, able(0))
    copy = tmp_path / "backup.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    assert set(measured(copy)) == set(ITEMS)


async def test_a_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    sentence = f"There is no database {path}: the bot's first start makes it."
    assert measure(path, "small") == Unreadable(sentence)
    assert measure(tmp_path, "small") == Unreadable(sentence.replace(str(path), str(tmp_path)))
    assert names_in(tmp_path) == set()


async def test_a_file_of_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    upgrade(path, "0001")
    sentence = f"The database {path} is from an older StudyLoop; the next start of the bot updates it."
    assert measure(path, "small") == Unreadable(sentence)


async def test_files_of_others(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    assert measure(path, "small") == Unreadable(f"The database {path} is none of StudyLoop's.")
    path.write_text(changed("no database at all", "at all", "x" * 4096))
    sentence = f"The database {path} cannot be read (file is not a database)."
    assert measure(path, "small") == Unreadable(sentence)


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "reason"),
    [(0o755, 0o000, "unable to open database file"), (0o000, 0o644, "Permission denied")],
)
def test_a_file_that_may_not_be_read(folder_mode: int, file_mode: int, reason: str) -> None:
    # pytest's own folders are closed to others.
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name), Path(name, "studyloop.db")
        path.write_bytes(template().read_bytes())
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        with powerless():
            found = measure(path, "small")
        folder.chmod(0o755)
    assert found == Unreadable(f"The database {path} cannot be read ({reason}).")

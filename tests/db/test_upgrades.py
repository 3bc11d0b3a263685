import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory

import bot.app  # noqa: F401 its features declare all tables
from bot.db import metadata
from bot.db.upgrades import HEAD, KNOWN, MIGRATIONS, DatabaseError, prepare, upgrade
from bot.outbox import rules
from tests.db.files import powerless, template, url_of


def schema_of(path: Path) -> dict[str, Any]:
    """Return all that SQLAlchemy and SQLite can say about the tables of a file."""
    engine = sa.create_engine(f"sqlite:///{path}")
    inspector = sa.inspect(engine)
    strict = sql(path, "SELECT name FROM pragma_table_list WHERE strict")
    found: dict[str, Any] = {}
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)
            ),
            "primary key": inspector.get_pk_constraint(name),
            "unique": by_name(inspector.get_unique_constraints(name)),
            "foreign keys": by_name(inspector.get_foreign_keys(name)),
            "checks": by_name(inspector.get_check_constraints(name)),
            "indexes": by_name(inspector.get_indexes(name)),
            "where": {row[0]: where(row[1]) for row in sql(path, INDEXES, name)},
            "strict": (name,) in strict,
            "autoincrement": "AUTOINCREMENT" in sql(path, TABLE, name)[0][0],
        }
    engine.dispose()
    return found


INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
TABLE = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"


def sql(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def where(statement: str) -> str:
    return statement.partition(" WHERE ")[2]


def by_name(items: Any) -> dict[str, str]:
    # An index's condition is compared as text, see "where".
    shown = [{k: str(v) for k, v in sorted(item.items()) if k != "dialect_options"} for item in items]
    return {item["name"]: repr(item) for item in shown}


def test_the_migrations_make_what_the_stores_declare(tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = sa.create_engine(f"sqlite:///{declared}")
    metadata.create_all(engine)
    engine.dispose()
    migrated = schema_of(template())
    assert migrated == schema_of(declared)
    assert set(migrated) == set(metadata.tables)
    assert all(table["strict"] for table in migrated.values())


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_every_constraint_has_a_name(name: str) -> None:
    statement = sql(template(), TABLE, name)[0][0]
    # SQLAlchemy writes a key that never uses a number again beside its column, where it has no name.
    constraints = re.findall(
        r"(CONSTRAINT \w+ )?(PRIMARY KEY(?! AUTOINCREMENT)|UNIQUE|FOREIGN KEY|CHECK)", statement
    )
    assert constraints
    assert all(named for named, _ in constraints), statement
    indexes = sql(template(), "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", name)
    automatic = {index for (index,) in indexes if index.startswith("sqlite_autoindex")}
    assert all(index.startswith(("ix_", "uq_")) for (index,) in indexes if index not in automatic)


def test_head_is_alembics_head_and_every_revision_is_known() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_heads() == [HEAD]
    assert sorted(KNOWN) == sorted(revision.revision for revision in script.walk_revisions())


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    prepare(url_of(path))
    before = path.read_bytes()
    prepare(url_of(path))
    assert path.read_bytes() == before
    assert sql(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    path.touch()
    prepare(url_of(path))
    assert schema_of(path) == schema_of(template())


@pytest.mark.parametrize(
    "name", ["a b.db", "a%20b.db", "100%.db", "%s.db", "ü#1.db", "what?.db", "~.db", "C:x.db"]
)
def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    prepare(url_of(path))
    prepare(url_of(path))
    assert sql(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert [found.name for found in tmp_path.iterdir()] == [name]


def downgrade(path: Path, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = f"sqlite:///{path}"
    command.downgrade(config, revision)


def test_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    prepare(url_of(path))
    downgrade(path, "base")
    assert sql(path, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'") == [
        ("alembic_version",)
    ]
    prepare(url_of(path))
    assert schema_of(path) == schema_of(template())


def test_post_ids_start_anywhere_below_31_bits(tmp_path: Path) -> None:
    firsts: set[int] = set()
    for name in ("one.db", "two.db", "three.db"):
        path = tmp_path / name
        prepare(url_of(path))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "INSERT INTO posts (guild_id, kind, subject_id, part, channel_id, due_at, not_after, "
                "next_try_at, state, attempts) VALUES (1, 'drop', 1, 0, 1, 0, 0, 0, 'pending', 0)"
            )
            firsts.add(connection.execute("SELECT id FROM posts").fetchone()[0])
    assert len(firsts) == 3
    assert all(1 < first <= 2**30 for first in firsts), firsts


# What an operator is told


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that everybody can enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="studyloop-tests-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def one_sentence(*words: str) -> Iterator[None]:
    with pytest.raises(DatabaseError) as caught:
        yield
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    for word in words:
        assert word in text


def test_a_missing_folder(tmp_path: Path) -> None:
    with one_sentence(str(tmp_path / "none"), "check that its folder exists"):
        prepare(url_of(tmp_path / "none" / "studyloop.db"))


@pytest.mark.parametrize("mode", [0o555, 0o000], ids=["not to be written in", "not even to be entered"])
def test_a_folder_that_is_closed_to_us(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with powerless(), one_sentence("this user may write there"):
        prepare(url_of(folder / "studyloop.db"))
    folder.chmod(0o755)


def test_a_file_that_is_read_only(folder: Path) -> None:
    path = folder / "studyloop.db"
    path.write_bytes(template().read_bytes())
    path.chmod(0o444)
    with powerless(), one_sentence("this user may write there"):
        prepare(url_of(path))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    path.write_text("These are my notes about interviews. " * 100)
    with one_sentence("not a database", "it is damaged or no database", "restore FILE", "DATABASE_URL"):
        prepare(url_of(path))
    assert path.read_text().startswith("These are my notes")


def test_a_file_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    whole = template().read_bytes()
    path.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))
    with one_sentence("it is damaged or no database", "restore FILE", "DATABASE_URL"):
        prepare(url_of(path))


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    before = path.read_bytes()
    with one_sentence(str(path), "is no database of StudyLoop", "correct DATABASE_URL"):
        prepare(url_of(path))
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE notes")
    prepare(url_of(path))


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with one_sentence(str(tmp_path)):
        prepare(url_of(tmp_path))


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    path.write_bytes(template().read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    with one_sentence("newer StudyLoop", "9999", HEAD):
        prepare(url_of(path))
    assert path.read_bytes() == before


def test_a_database_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "studyloop.db"
    path.write_bytes(template().read_bytes())
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **more, timeout=0))
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with one_sentence("locked"):
            prepare(url_of(path))


@pytest.mark.parametrize("statement", range(1, 25, 6))
def test_a_first_start_that_is_cut_off_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    path = tmp_path / "cut.db"
    count = 0
    execute = op.create_table

    def cut(*args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count * 2 > statement:
            raise KeyboardInterrupt
        return execute(*args, **options)

    monkeypatch.setattr(op, "create_table", cut)
    with pytest.raises(KeyboardInterrupt):
        prepare(f"sqlite+aiosqlite:///{path}")
    monkeypatch.undo()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()
    prepare(f"sqlite+aiosqlite:///{path}")
    prepare(f"sqlite+aiosqlite:///{path}")


def test_what_was_there_before_quizzes_stays_and_asks_what_it_asked(tmp_path: Path) -> None:
    path = tmp_path / "studyloop.db"
    upgrade(path, "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(OF_0001)
    prepare(url_of(path))
    assert sql(path, "SELECT id, minutes, mode, kind FROM schedules") == [(1, 540, "blind", "open")]
    assert sql(path, "SELECT id, number, state, kind, shuffle FROM drops") == [(7, 3, "open", "open", None)]
    assert sql(path, "SELECT text FROM answers") == [("kept",)]
    assert sql(path, "PRAGMA foreign_key_check") == []


def test_what_waited_before_priorities_has_its_own_and_goes_back_with_its_numbers(tmp_path: Path) -> None:
    kinds = ("drop", "quiz_item", "quiz_end", "quizzes", "reveal", "answer")
    path = tmp_path / "studyloop.db"
    upgrade(path, "0004")
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, kind in enumerate(kinds, 1):
            connection.execute(
                "INSERT INTO posts (guild_id, kind, subject_id, part, channel_id, due_at, not_after,"
                " next_try_at, state, attempts) VALUES (1, ?, ?, 0, 2, 3, 4, 5, 'pending', 0)",
                (kind, number),
            )
    before = sql(path, "SELECT * FROM posts ORDER BY id")
    prepare(url_of(path))
    found = dict(sql(path, "SELECT kind, priority FROM posts"))
    assert found == {kind: rules.priority(kind) for kind in kinds}
    downgrade(path, "0004")
    assert sql(path, "SELECT * FROM posts ORDER BY id") == before


OF_0001 = """
INSERT INTO guilds VALUES (10, 'UTC', 0);
INSERT INTO questions (id, guild_id, slug, pack, category, kind, difficulty, active)
  VALUES (5, 0, 'a', 'p', 'c', 'open', 'easy', 1);
INSERT INTO question_versions VALUES (6, 5, 'v', 'c', '{}', 0);
INSERT INTO schedules (id, guild_id, channel_id, channel_kind, minutes, zone, days, categories, difficulties,
  mode, late_hours, state, next_run_at, created_by, created_at)
  VALUES (1, 10, 20, 'text', 540, 'UTC', 127, '[]', '[]', 'blind', 12, 'active', 0, 30, 0);
INSERT INTO drops (id, guild_id, schedule_id, number, version_id, question_id, mode, channel_id, channel_kind,
  due_at, reveal_at, state, answered, revision, shown_revision)
  VALUES (7, 10, 1, 3, 6, 5, 'blind', 20, 'text', 0, 0, 'open', 1, 1, 1);
INSERT INTO answers (drop_id, guild_id, user_id, user_name, text, source, state, round, scored, late,
  created_at, revision, shown_revision)
  VALUES (7, 10, 40, 'Ada', 'kept', 'form', 'live', 1, 1, 0, 0, 0, 0);
"""

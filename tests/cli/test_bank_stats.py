import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import terminal
from bot.cli.bank import app
from tests.features.bank.statistics.samples import ITEMS, able, answer, database
from tests.questions.samples import pack_files

runner = CliRunner()
COUNTS = ["count\tagents\topen\t0\t0\t1\t1", "count\ttraining\tchoice\t1\t0\t0\t1"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, without settings; return the small pack's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "pack"
    folder.mkdir()
    for name, content in pack_files().items():
        (folder / name).write_bytes(content)
    return folder


def made(folder: Path, *, keyed_wrong: bool = False) -> Path:
    """Make a database with twelve people's answers."""
    path = asyncio.run(database(folder))
    answer(path, able(2, keyed_wrong=keyed_wrong))
    return path


def test_counts_where_there_is_no_database() -> None:
    result = runner.invoke(app, ["stats", "--pack", "pack"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == COUNTS
    assert result.stderr == "There is no database studyloop.db: the bot's first start makes it.\n"
    assert not Path("studyloop.db").exists()


def test_the_bundled_pack_is_counted_without_a_directory() -> None:
    result = runner.invoke(app, ["stats"])
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert {row[0] for row in rows} == {"count"}
    assert sum(int(row[-1]) for row in rows if row[2] == "open") == 44
    assert sum(int(row[-1]) for row in rows if row[2] == "choice") == 120
    assert all(int(row[-1]) == sum(map(int, row[3:6])) for row in rows)


def test_a_named_database_should_be_there() -> None:
    result = runner.invoke(app, ["stats", "--pack", "pack", "--database", "none.db"])
    assert result.exit_code == 1
    assert result.stdout.splitlines() == COUNTS
    assert result.stderr == "There is no database none.db: the bot's first start makes it.\n"


@pytest.mark.parametrize("prefix", ["", "sqlite:///", "sqlite+aiosqlite:///"])
def test_answers(tmp_path: Path, prefix: str) -> None:
    path = made(tmp_path)
    result = runner.invoke(app, ["stats", "--pack", "pack", "--database", f"{prefix}{path}"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        *COUNTS,
        *(f"item\t{slug}\t12\t50\t6* 2 2 2\t1.00" for slug in ITEMS),
    ]
    assert result.stderr == (
        "Answered by 12. An item is judged from 10 answers on. Judged: 5 of 5; looking wrong: 0.\n"
    )


def test_an_item_with_a_wrong_key(tmp_path: Path) -> None:
    path = made(tmp_path, keyed_wrong=True)
    result = runner.invoke(app, ["stats", "--pack", "pack", "--database", str(path)])
    wrong = [line for line in result.stdout.splitlines() if line.startswith("wrong")]
    assert wrong == [
        (
            "wrong\tchoose-three\t12\tpeople who are good at the other items miss it more often than the rest"
            " (point-biserial -1.00), check the key; with 12 answers this may be chance"
        )
    ]
    assert result.stderr.endswith("Judged: 5 of 5; looking wrong: 1.\n")


def test_the_database_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path).rename(tmp_path / "elsewhere.db")
    (tmp_path / ".env").write_text(f"DATABASE_URL=sqlite:///{path}\n")
    assert "item\tchoose-one\t12" in runner.invoke(app, ["stats", "--pack", "pack"]).stdout
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    result = runner.invoke(app, ["stats", "--pack", "pack"])
    assert result.stdout.splitlines() == COUNTS
    assert result.stderr.startswith(
        "The settings are wrong: DATABASE_URL: must start with sqlite+aiosqlite:///"
    )


def test_another_kind_of_database() -> None:
    result = runner.invoke(app, ["stats", "--pack", "pack", "--database", "postgresql+asyncpg:///x"])
    assert result.exit_code == 1
    assert result.stderr == (
        "--database: must start with sqlite+aiosqlite:///, such as sqlite+aiosqlite:///studyloop.db\n"
    )


def test_nobody_has_answered(tmp_path: Path) -> None:
    path = asyncio.run(database(tmp_path))
    result = runner.invoke(app, ["stats", "--pack", "pack", "--database", str(path)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == COUNTS
    assert result.stderr == "Nobody has answered a choice item of this pack yet.\n"


def test_a_broken_pack_says_why(place: Path) -> None:
    (place / "agents.yaml").write_text("category: agents\n")
    result = runner.invoke(app, ["stats", "--pack", "pack"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "agents.yaml:1: questions: is missing; add it\n"


def test_tables_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_person_reading", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    path = made(tmp_path, keyed_wrong=True)
    drawn = runner.invoke(app, ["stats", "--pack", "pack", "--database", str(path)]).stdout
    for words in (
        "A small pack: questions",
        "Answers",
        "Items that look wrong",
        "point-biserial",
        "6* 2 2 2",
    ):
        assert words in drawn
    assert "\t" not in drawn

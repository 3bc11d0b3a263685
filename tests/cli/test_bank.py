import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import terminal
from bot.cli.bank import app
from tests.bundled import bundled_pack
from tests.questions.samples import AGENTS, changed, pack_files

runner = CliRunner()


def written(directory: Path, agents: str = AGENTS) -> Path:
    directory.mkdir()
    for name, content in pack_files(agents).items():
        (directory / name).write_bytes(content)
    return directory


def test_check_without_a_directory_checks_the_bundled_pack() -> None:
    result = runner.invoke(app, ["check"])
    assert result.exit_code == 0
    balance, summary = result.output.splitlines()
    assert re.fullmatch(
        r"ai-engineer: 120 choice items: right option longest in \d+ %, shortest in \d+ %,"
        r" positions \d\d/\d\d/\d\d/\d\d %",
        balance,
    )
    assert summary == "ai-engineer: 44 open questions and 120 choice questions in 9 categories, no mistakes"


def test_what_a_few_items_give_away_together_is_no_figure(tmp_path: Path) -> None:
    result = runner.invoke(app, ["check", str(written(tmp_path / "pack"))])
    assert result.output == "small: 1 open question and 1 choice question in 2 categories, no mistakes\n"


def test_check_prints_each_mistake_and_a_summary_for_each_pack(tmp_path: Path) -> None:
    good = written(tmp_path / "good")
    text = changed(changed(AGENTS, "minutes: 20", "minutes: 90"), "difficulty: hard", "difficulty: high")
    bad = written(tmp_path / "bad", text)
    result = runner.invoke(app, ["check", str(good), str(bad)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "small: 1 open question and 1 choice question in 2 categories, no mistakes",
        "agents.yaml:7: difficulty: is high; easy, medium or hard is needed",
        "agents.yaml:8: minutes: is 90; 5 to 45 are allowed",
        "small: 2 mistakes",
    ]


def test_check_counts_content_mistakes_too(tmp_path: Path) -> None:
    text = changed(AGENTS, "agents stop in time", "agents stop in time.")
    result = runner.invoke(app, ["check", str(written(tmp_path / "pack", text))])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "agents.yaml:6: title: ends with a full stop; remove it",
        "small: 1 open question and 1 choice question in 2 categories, 1 mistake",
    ]


def test_a_missing_directory_is_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    for arguments in (["check", str(missing)], ["list", str(missing)]):
        result = runner.invoke(app, arguments)
        assert result.exit_code == 1
        first = result.output.splitlines()[0]
        assert first.endswith("none: this directory does not exist; name the one that holds pack.yaml")


def test_list_writes_lines_with_tabs_where_nobody_looks() -> None:
    result = runner.invoke(app, ["list"])
    rows = [line.split("\t") for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert len(rows) == 44
    assert {len(row) for row in rows} == {5}
    first = bundled_pack().questions[0].question
    assert rows[0][0] == first.slug
    assert rows[0][1:3] == ["system-design", first.difficulty]


def test_list_of_a_broken_pack_says_why(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad", changed(AGENTS, "minutes: 20", "minutes: 90"))
    result = runner.invoke(app, ["list", str(bad)])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "agents.yaml:8: minutes: is 90; 5 to 45 are allowed\n"


def test_list_draws_a_table_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = changed(AGENTS, "How do agents stop in time", '"How do [red]agents[/red] stop"')
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(terminal, "is_person_reading", lambda: True)
    drawn = runner.invoke(app, ["list", str(written(tmp_path / "pack", text))]).output
    assert "A small pack" in drawn
    # Not taken for rich's markup.
    assert "How do [red]agents[/red] stop" in drawn
    row = next(line for line in drawn.splitlines() if "first-question" in line)
    assert [cell.strip() for cell in row.strip("│ \n").split("│")][1:4] == ["agents", "hard", "20"]


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = {"ruamel.yaml", "rapidfuzz", "rich.table", "discord", "sqlalchemy", "aiosqlite"}
    code = f"import sys, bot.cli.bank, questions; print({heavy} & set(sys.modules))"
    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"


@pytest.mark.parametrize("command", ["check", "list", "stats"])
def test_without_a_folder_it_is_the_pack_that_the_bot_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    own = written(tmp_path / "pack")
    bundled = runner.invoke(app, [command]).output
    monkeypatch.setenv("QUESTIONS_DIR", str(own))
    of_the_bot = runner.invoke(app, [command]).output
    named = runner.invoke(app, [command, *(["--pack"] if command == "stats" else []), str(own)]).output
    assert of_the_bot == named != bundled


def test_wrong_settings_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHARD_IDS", "a")
    result = runner.invoke(app, ["check"])
    assert result.exit_code == 1
    assert "The settings are wrong: SHARD_IDS" in result.output

"""Each command on a terminal or a pipe that cannot write all characters: a line, never a traceback."""

import io
import json
import sys
from pathlib import Path

import pytest

from bot import __main__ as entry
from bot.cli import terminal
from tests.questions.samples import AGENTS, changed, pack_files

pytestmark = pytest.mark.usefixtures("logging_as_before")

ENCODINGS = ("ascii", "latin-1", "cp1252", "cp932")
# The command line, its exit code, and what has to be legible of it.
COMMANDS: list[tuple[list[str], int, str]] = [
    (["version"], 0, "studyloop "),
    (["--help"], 0, "Usage: "),
    (["bank", "--help"], 0, "Usage: "),
    (["bank", "list", "{good}"], 0, "first-question"),
    (["bank", "list", "{good}", "--choice"], 0, "choose-one"),
    (["bank", "check", "{good}"], 0, "no mistakes"),
    (["bank", "check", "{bad}"], 1, "agents.yaml:"),
    (["bank", "check", "{none}"], 1, "does not exist"),
    (["bank", "list", "{bad}"], 1, "agents.yaml:"),
    (["bank", "stats", "--pack", "{good}"], 0, "agents"),
    (["bank", "stats", "--database", "{none}"], 1, "説明"),
    (["bank", "説明 🔒"], 2, "No such command"),
    (["bank", "list", "--説明"], 2, "No such option"),
    (["doctor", "--offline"], 1, "DISCORD_TOKEN"),
    (["backup", "{none}/b.db"], 1, "studyloop: "),
    (["restore", "{none}/b.db"], 1, "studyloop: "),
    (["run"], 2, "DISCORD_TOKEN is not set"),
    (["try", "--tz", "Zürich/説明", "--port", "0", "--no-open"], 2, "no such time zone"),
]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Packs in folders and with titles that few encodings have; nothing of this machine's settings."""
    home = tmp_path / "説明 Zürich"
    home.mkdir()
    monkeypatch.chdir(home)
    for name in ("DISCORD_TOKEN", "QUESTIONS_DIR", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    text = changed(AGENTS, "title: How", "title: 説明 🔒 … Zürich")
    packs = {"good": text, "bad": changed(text, "difficulty: hard", "difficulty: 難しい 🔒")}
    for name, agents in packs.items():
        (home / name).mkdir()
        for file, content in pack_files(agents).items():
            (home / name / file).write_bytes(content)
    return {name: str(home / name) for name in ("good", "bad", "none")}


def run(
    monkeypatch: pytest.MonkeyPatch, command: list[str], encoding: str, *, person: bool
) -> tuple[object, str, str]:
    """Run a command as a process would; return its exit code and what it wrote to both streams."""
    raws: list[io.BytesIO] = []
    for name in ("stdout", "stderr"):
        raws.append(io.BytesIO())
        written = io.TextIOWrapper(raws[-1], encoding=encoding)
        written.isatty = lambda: person  # type: ignore[method-assign]  # a terminal, as far as one asks
        monkeypatch.setattr(sys, name, written)
    monkeypatch.setattr(sys, "argv", ["bot", *command])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    out, err = (raw.getvalue().decode(encoding) for raw in raws)
    return ended.value.code, out, err


@pytest.mark.parametrize(
    ("encoding", "person"), [("ascii", False), ("latin-1", False), ("cp1252", True), ("cp932", True)]
)
@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: " ".join(case[0]))
def test_a_command_is_never_stopped_by_what_it_has_to_say(
    folders: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[list[str], int, str],
    encoding: str,
    *,
    person: bool,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    command, code, part = case
    ended, out, err = run(monkeypatch, [word.format(**folders) for word in command], encoding, person=person)
    assert "Traceback" not in err
    assert ended == code, out + err
    plain = part.encode(encoding, "replace").decode(encoding)
    assert plain in out + err


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.usefixtures("folders")
def test_the_doctors_json_is_whole_in_every_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setenv("QUESTIONS_DIR", "説明-none")
    _, out, _ = run(monkeypatch, ["doctor", "--offline", "--json"], encoding, person=False)
    assert "説明-none" in json.dumps(json.loads(out), ensure_ascii=False)


def test_a_table_is_drawn_with_what_the_terminal_has(
    folders: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for encoding, line in (("utf-8", "━"), ("latin-1", "-")):
        _, out, _ = run(monkeypatch, ["bank", "list", folders["good"]], encoding, person=True)
        assert line in out
    assert terminal.is_person_reading()

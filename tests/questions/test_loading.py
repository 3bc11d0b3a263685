import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from questions import Mistake, PackError, check_pack, examine_files, examine_pack, load_pack
from tests.questions.samples import AGENTS, CHOICE, MANIFEST, changed, mistakes_in, pack_files


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, content in pack_files().items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Take all permissions from the directory, and from us if we are root, to whom they mean nothing."""
    directory.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)
        directory.chmod(0o700)


# What a mistake looks like


def test_a_mistake_is_one_line() -> None:
    message = "has 112 characters; at most 100 are allowed"
    mistake = Mistake("system-design.yaml", 12, "rubric.3", message)
    assert str(mistake) == f"system-design.yaml:12: rubric.3: {message}"
    assert str(Mistake("pack.yaml", 0, "", "is missing")) == "pack.yaml: is missing"
    assert str(Mistake("pack.yaml", 3, "", "has a tab")) == "pack.yaml:3: has a tab"


def test_mistakes_are_ordered_by_file_line_and_field() -> None:
    first, second, third = Mistake("a", 2, "b", "z"), Mistake("a", 10, "a", "z"), Mistake("b", 1, "a", "z")
    assert sorted([third, second, first]) == [first, second, third]


# A good pack


def test_load_and_check_a_good_pack(directory: Path) -> None:
    pack = load_pack(directory)
    assert pack.manifest.pack == "small"
    assert [entry.question.kind for entry in pack.questions] == ["open", "choice"]
    assert check_pack(directory) == []


def test_load_refuses_with_all_mistakes_of_all_files(directory: Path) -> None:
    (directory / "agents.yaml").write_text(
        changed(changed(AGENTS, "hard\n", "high\n"), "minutes: 20", 'minutes: "20"')
    )
    (directory / "training.yaml").write_text(changed(CHOICE, "easy", "simple"))
    with pytest.raises(PackError) as caught:
        load_pack(directory)
    allowed = "easy, medium or hard is needed"
    assert caught.value.mistakes == (
        Mistake("agents.yaml", 7, "difficulty", f"is high; {allowed}"),
        Mistake("agents.yaml", 8, "minutes", "is the text 20; a whole number without quotes is needed"),
        Mistake("training.yaml", 6, "difficulty", f"is simple; {allowed}"),
    )
    assert str(caught.value).splitlines()[0] == f"agents.yaml:7: difficulty: is high; {allowed}"
    assert check_pack(directory) == list(caught.value.mistakes)


def test_content_rules_are_told_by_check_but_do_not_stop_load(directory: Path) -> None:
    (directory / "agents.yaml").write_text(changed(AGENTS, "agents stop in time", "agents stop in time."))
    assert [mistake.field for mistake in check_pack(directory)] == ["title"]
    assert load_pack(directory).manifest.pack == "small"
    assert examine_pack(directory).pack is not None


# Fields


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("    hints:", "    hint:", 13, "hint", "is not a field here; did you mean hints?"),
        ("    hints:", "    hint:", 4, "hints", "is missing; add it"),
        (
            "        url: ",
            "        zzz: 1\n        url: ",
            28,
            "references.1.zzz",
            "is not a field here; allowed: title, url, cited_for",
        ),
        ("    difficulty: hard\n", "", 4, "difficulty", "is missing; add it"),
        ("category: agents\n", "", 2, "category", "is missing; add it"),
        ("    kind: open\n", "", 4, "kind", "is missing; open or choice is needed"),
        ("kind: open", "kind: opne", 5, "kind", "is the text opne; open or choice is needed"),
        ("kind: open", "kind: [open]", 5, "kind", "is a list; open or choice is needed"),
        ("kind: open", "kind:", 5, "kind", "has no value; open or choice is needed"),
        ("minutes: 20", "minutes:", 8, "minutes", "has no value; a whole number without quotes is needed"),
        (
            "minutes: 20",
            "minutes: 2.5",
            8,
            "minutes",
            "is 2.5 without quotes, which is not surely text; a whole number without quotes is needed",
        ),
        (
            "minutes: 20",
            "minutes: true",
            8,
            "minutes",
            "is true without quotes; a whole number without quotes is needed",
        ),
        (
            "    hints:",
            "    hints: think\n    hint:",
            13,
            "hints",
            "is the text think; a list is needed, each entry on its own line after a dash",
        ),
        (
            "      - Names a hard limit on steps, time or money",
            "      - Names a hard limit: steps, time or money",
            19,
            "rubric.1",
            "is a group of fields; text is needed, put it in quotes",
        ),
        ("How do agents stop in time", "[a, b]", 6, "title", "is a list; text is needed, put it in quotes"),
        ("How do agents stop in time", "", 6, "title", "has no value; text is needed"),
        (
            "https://arxiv.org/abs/2210.03629",
            "http://arxiv.org/abs/2210.03629",
            28,
            "references.1.url",
            "is http://arxiv.org/abs/2210.03629; only addresses that start with https:// are allowed",
        ),
        (
            "category: agents",
            "category: agent",
            2,
            "category",
            "is agent, which is not in pack.yaml; did you mean agents?",
        ),
        (
            "category: agents",
            "category: cooking",
            2,
            "category",
            "is cooking, which is not in pack.yaml; allowed: agents, training",
        ),
        (
            "category: agents",
            "category: training",
            1,
            "category",
            "is training, which is taken by agents.yaml; one file a category is allowed",
        ),
    ],
)
def test_fields(old: str, new: str, line: int, field: str, message: str) -> None:
    file = "training.yaml" if "taken" in message else "agents.yaml"
    assert Mistake(file, line, field, message) in mistakes_in(changed(AGENTS, old, new))


@pytest.mark.parametrize(
    "scalar",
    [
        "yes",
        "No",
        "ON",
        "y",
        "null",
        "~",
        "Null",
        "1.0",
        "-.5e3",
        "0o17",
        "0x1F",
        "017",
        "1_000",
        ".inf",
        ".NaN",
        "12:30:45",
        "2024-01-01",
        "+5",
        "1" * 20,
    ],
)
def test_what_might_not_be_text_has_to_be_quoted(scalar: str) -> None:
    title = "How do agents stop in time"
    expected = f"is {scalar} without quotes, which is not surely text; text is needed, put it in quotes"
    assert mistakes_in(changed(AGENTS, title, scalar)) == [Mistake("agents.yaml", 6, "title", expected)]
    [quoted] = mistakes_in(changed(AGENTS, title, f'"{scalar}{"x" * 80}"'))
    assert quoted.message.endswith("at most 72 are allowed")


@pytest.mark.parametrize(("scalar", "shown"), [("17", "the number 17"), ("true", "true without quotes")])
def test_numbers_and_booleans_are_no_text(scalar: str, shown: str) -> None:
    expected = f"is {shown}; text is needed, put it in quotes"
    text = changed(AGENTS, "How do agents stop in time", scalar)
    assert mistakes_in(text) == [Mistake("agents.yaml", 6, "title", expected)]


def test_a_slug_that_stands_twice_names_both_places() -> None:
    message = "is first-question in training.yaml:3 and in agents.yaml:4; a slug may stand once in a pack"
    training = changed(CHOICE, "slug: choose-one", "slug: first-question")
    assert mistakes_in(training=training) == [Mistake("training.yaml", 3, "slug", message)]
    # Also when the questions themselves are wrong.
    broken = changed(training, "easy", "simple")
    assert Mistake("training.yaml", 3, "slug", message) in mistakes_in(training=broken)


# The directory


def test_ten_megabytes_are_not_parsed(directory: Path) -> None:
    (directory / "agents.yaml").write_text(AGENTS + "# padding\n" * 1024 * 1024)
    start = time.process_time()
    found = check_pack(directory)
    assert time.process_time() - start < 1
    assert found == [Mistake("agents.yaml", 0, "", "is too large; at most 1,024 KiB are allowed")]


def test_too_many_files(directory: Path) -> None:
    for i in range(30):
        (directory / f"more{i}.yaml").write_text("a: 1")
    [mistake] = check_pack(directory)
    assert mistake.message == "has too many files; at most 26 are allowed, pack.yaml among them"


def test_no_directory(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    expected = re.escape("this directory does not exist; name the one that holds pack.yaml")
    with pytest.raises(PackError, match=expected):
        load_pack(missing)
    [mistake] = check_pack(missing)
    assert (mistake.line, mistake.field) == (0, "")


def test_a_file_instead_of_a_directory(directory: Path) -> None:
    [mistake] = check_pack(directory / "pack.yaml")
    assert mistake.message == "cannot be read as a directory: Not a directory"


def test_an_unreadable_directory(directory: Path) -> None:
    with locked(directory):
        [mistake] = check_pack(directory)
    assert mistake.message == "cannot be read as a directory: Permission denied"
    assert (mistake.line, mistake.field) == (0, "")


def test_an_unreadable_file(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *args: Any) -> Any:
        if path.name == "agents.yaml":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, *args)

    monkeypatch.setattr(Path, "open", refuse)
    assert check_pack(directory) == [Mistake("agents.yaml", 0, "", "cannot be read: Permission denied")]


def test_no_manifest(directory: Path) -> None:
    (directory / "pack.yaml").unlink()
    expected = "is missing; add it, it names the pack and its categories"
    assert check_pack(directory) == [Mistake("pack.yaml", 0, "", expected)]


def test_no_category_file() -> None:
    expected = "has no questions beside it; add a .yaml file for a category"
    found = examine_files("small", {"pack.yaml": MANIFEST.encode()}).mistakes
    assert found == (Mistake("pack.yaml", 0, "", expected),)


@pytest.mark.parametrize("name", ["agents.yml", "agents.YAML"])
def test_a_wrong_ending_is_told(directory: Path, name: str) -> None:
    (directory / name).write_text(AGENTS)
    assert check_pack(directory) == [Mistake(name, 0, "", "is not read; its name has to end in .yaml")]


def test_other_and_hidden_files_are_left_alone(directory: Path) -> None:
    (directory / "README.md").write_text("# About")
    (directory / ".agents.yaml").write_text("- no pack")
    assert check_pack(directory) == []


def test_what_is_no_regular_file_is_not_opened(directory: Path) -> None:
    (directory / "x.yaml").mkdir()
    os.mkfifo(directory / "y.yaml")
    expected = "is no regular file; remove it or rename it"
    assert check_pack(directory) == [Mistake("x.yaml", 0, "", expected), Mistake("y.yaml", 0, "", expected)]

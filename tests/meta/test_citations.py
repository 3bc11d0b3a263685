"""What a text cites is there: files, headings, and how long a command takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.source import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
# A heading named beside its document: the README: *On your server*, CONTRIBUTING.md (*How to add a command*).
CITED = re.compile(
    r"\b(README|CONTRIBUTING|operating|packs|privacy|CHANGELOG)(?:\.md)?[`)]*(?:: |'s | \()\*(?!\*)([^*]+)\*"
)
PLACES = {"README": "README.md", "CONTRIBUTING": "CONTRIBUTING.md", "CHANGELOG": "CHANGELOG.md"}
# A path of this repository in running text or in a comment.
PATH = re.compile(r"(?<![\w/.])((?:docs|tests|bot|cogs|questions|benchmarks)/[\w/]+\.(?:md|py|yml|json))\b")
FOLDERS = ("docs", "tests", "bot", "cogs", "questions", "benchmarks")
MINUTES = re.compile(r"([\w-]+(?: and a half)?) +minutes")


def files(*endings: str) -> list[Path]:
    """Return the repository's own files, not what was installed beside them."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return sorted(path for path in (*ROOT.iterdir(), *inside) if path.name.endswith(endings))


def documents() -> list[Path]:
    return files(".md")


def anchors(document: Path) -> set[str]:
    """Return the headings of a document as GitHub makes anchors of them."""
    found = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def links(document: Path) -> Iterator[str]:
    for link, image in LINK.findall(document.read_text()):
        if not re.match(r"https?:", link or image):
            yield link or image


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for link in links(document):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_a_heading_that_is_named_in_words_is_there() -> None:
    for document in documents():
        text = " ".join(document.read_text().split())
        for name, heading in CITED.findall(text):
            cited = (ROOT / PLACES.get(name, f"docs/{name}.md")).read_text()
            assert re.search(rf"^#+ {re.escape(heading)}$", cited, re.MULTILINE), (
                f"{document.name}: {name}, {heading}"
            )


def test_a_heading_in_words_is_seen() -> None:
    for text in ("see the README: *Run it*", "CONTRIBUTING.md's *Run it*", "`docs/operating.md` (*Run it*)"):
        assert [heading for _, heading in CITED.findall(text)] == ["Run it"], text
    assert CITED.findall("the README: **Answer**") == []


def test_every_file_that_is_named_is_there() -> None:
    texts = files(".md", ".py", ".yml", ".toml", "Makefile")
    missing = {
        f"{path.relative_to(ROOT)}: {named}"
        for path in texts
        for named in PATH.findall(path.read_text())
        if not any((folder / named).exists() for folder in (ROOT, *path.parents))
    }
    assert missing == set()


def test_how_long_the_tests_take_is_said_once() -> None:
    """`make test` takes about five minutes on two cores: whoever names another figure has an old one."""
    said = {
        (path.name, minutes)
        for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "Makefile")
        for line in re.split(r"\n\n|;|make explore", path.read_text())
        if "make test" in line
        for minutes in MINUTES.findall(" ".join(line.split()))
    }
    assert {minutes for _, minutes in said} == {"five"}

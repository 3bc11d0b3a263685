"""CONTRIBUTING's map is the tree."""

import re
from pathlib import Path

from tests.meta.source import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
BLOCK = TEXT.split("```\nquestions/")[1].split("```")[0]


def on_the_map() -> set[str]:
    """Return what the map names: paths, a folder's with a slash at the end."""
    found: set[str] = set()
    folders: list[str] = []
    for line in ("questions/" + BLOCK).splitlines():
        match = re.match(r"( *)([\w./]+)(  |$)", line)
        if match is None or len(match[1]) > 4:
            continue
        depth = len(match[1]) // 2
        path = "".join(folders[:depth]) + match[2]
        folders[depth:] = [match[2]]
        found.add(path)
    return found


def children(folder: str) -> set[str]:
    inside = [p for p in Path(ROOT, folder).iterdir() if p.name not in {"__pycache__", "__init__.py"}]
    kept = [p for p in inside if p.is_file() or any(p.rglob("*.py"))]
    return {f"{folder}{p.name}{'/' if p.is_dir() else ''}" for p in kept}


def test_what_the_map_names_is_there() -> None:
    assert len(on_the_map()) > 30
    for path in on_the_map():
        there = ROOT / path
        assert there.is_dir() if path.endswith("/") else there.is_file(), path


def test_every_room_of_the_house_is_on_the_map() -> None:
    for folder in ("bot/", "bot/features/"):
        assert children(folder) <= on_the_map(), children(folder) - on_the_map()


def test_the_rooms_of_the_table_are_those_that_features_have() -> None:
    rooms = set(re.findall(r"`(\w+\.py)`", TEXT.split("| file |")[1].split("\n\n")[0]))
    files = [p.name for p in Path(ROOT, "bot/features").glob("*/*.py")]
    assert rooms <= set(files)
    often = {name for name in files if files.count(name) > 3} - {"__init__.py"}
    assert often <= rooms, often - rooms

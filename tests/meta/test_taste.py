"""What reviewers would else have to say again and again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.source import ROOT, Module, modules

FUNCTION_LINES = 45
LEFT_OUT = {
    ".git",
    ".venv",
    ".hypothesis",
    ".mutants",
    ".ruff_cache",
    ".pytest_cache",
    "__pycache__",
    "node_modules",
    ".env",
}
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".ini", ".cfg", ".sh", ".js", ".css", ".html", ""}
# Put together here so that this file does not find itself.
LATER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "HA" + "CK")))
MACHINES = re.compile(
    "|".join(
        (
            "/" + "work/",
            "/" + "root/",
            "/" + "home/[a-z]",
            "/" + "Users/",
            "/" + "tmp/venv",
            "index-" + r"url[= ]+\S*://",
            r"://\S+/" + r"simple\b",
            "files\\.python" + "hosted",
            "arti" + "factory",
        )
    )
)


def every_file() -> Iterator[Path]:
    """Yield the repository's files."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.name in LEFT_OUT or path.name.endswith((".egg-info", ".db", ".svg")):
                continue
            if path.is_dir():
                folders.append(path)
            else:
                yield path


def files() -> Iterator[Path]:
    """Yield the repository's text files."""
    return (path for path in every_file() if path.suffix in TEXT)


@pytest.mark.parametrize("module", modules(), ids=lambda m: m.name)
def test_functions_stay_small(module: Module) -> None:
    if ".migrations." in module.name:
        return  # a list of tables
    for function in module.functions():
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= FUNCTION_LINES, f"{function.name} has {lines}"


def test_no_merge_left_anything_behind() -> None:
    left = [path.relative_to(ROOT) for path in every_file() if path.suffix in {".orig", ".rej"}]
    assert not left


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}
    assert not [m.short for m in modules() if drawers & set(m.name.split("."))]


def test_nothing_is_put_off_in_a_comment() -> None:
    for path in files():
        if path.suffix == ".py":
            assert LATER.search(path.read_text()) is None, path


def test_no_path_of_a_machine_and_no_address_of_a_registry() -> None:
    for path in files():
        found = MACHINES.search(path.read_text(errors="replace"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_every_exception_from_a_tool_has_its_reason() -> None:
    bare = re.compile(r"# (noqa|type: ignore|pyright: ignore)(:? ?\[?[\w, ]*\]?)$")
    for module in modules():
        lines = module.text.splitlines()
        for number, line in enumerate(lines):
            found = bare.search(line)
            # After the code there is a word in lower case, or some lines above stands a comment.
            reason = found and (re.search(r" [a-z]", found[2]) or "#" in "".join(lines[number - 3 : number]))
            assert found is None or reason, f"{module.short}:{number + 1}"

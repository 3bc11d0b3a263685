"""Who may read what is decided in answers/access.py: these are the ways around it that were taken before."""

import ast

import pytest

from tests.meta.source import Module, under

ACCESS = "bot.features.answers.access"
# They hand answers, rubrics and model answers to members.
ASK = ("reviews", "saved", "history", "moderation")


def assigned(module: Module) -> set[str]:
    """Return the names that a module gives a value."""
    given = [target for node in module.tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in given if isinstance(target, ast.Name)}


def test_what_a_person_sees_is_one_type() -> None:
    assert [m.name for m in under("bot", "cogs") if "Sees" in assigned(m)] == [ACCESS]


def test_how_a_person_stands_is_made_in_one_place() -> None:
    assert [m.name for m in under("bot", "cogs") if [*m.calls("Reader")]] == ["bot.features.answers.queries"]


@pytest.mark.parametrize("feature", ASK)
def test_they_ask_how_a_person_stands(feature: str) -> None:
    service = next(m for m in under(f"bot.features.{feature}") if m.name.endswith(".service"))
    assert [*service.calls("reader_of")], f"{service.short} does not ask"
    assert any(found.module == ACCESS for found in service.imports), service.short


@pytest.mark.parametrize("feature", ASK)
def test_no_service_of_theirs_looks_at_a_questions_mode(feature: str) -> None:
    """A question is "blind" or "open": whoever compares that decides about reading by themselves."""
    for module in under(f"bot.features.{feature}"):
        if module.name.rpartition(".")[2] in {"messages", "replies", "markdown"}:
            continue  # they word what was decided
        compared = [node for node in ast.walk(module.tree) if isinstance(node, ast.Compare)]
        sides = [side for node in compared for side in (node.left, *node.comparators)]
        looks = [side.lineno for side in sides if isinstance(side, ast.Attribute) and side.attr == "mode"]
        assert not looks, f"{module.short}: {looks}"

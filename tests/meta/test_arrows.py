"""Who may know whom: the arrows of CONTRIBUTING, walked, by the names of rooms and not by lists of files."""

import ast
import re
from collections import defaultdict

import pytest

from tests.meta.source import Import, Module, modules, under

# Each may import what stands before it; gateway and outbox stand beside each other, gateway first.
LAYERS = ("core", "db", "ui", "gateway", "outbox", "features", "services", "ops", "app", "cli")
# The rooms that belong to their feature alone: its SQL, what it tells the outbox and the editor, and what
# one person reads.
PRIVATE = {"store", "posts", "edits", "replies"}
# The rooms that decide or describe: they get what they need handed in.
PURE = {"rules", "outcomes", "options", "access", "messages", "replies"}
# The rooms that work in the caller's transaction, or in none.
IN_A_TRANSACTION = {*PURE, "store", "queries", "lifecycle"}


def room(name: str) -> str:
    return name.rpartition(".")[2]


def feature_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[2] if parts[:2] == ["bot", "features"] and len(parts) > 2 else None


def layer_of(name: str) -> int | None:
    parts = name.split(".")
    return LAYERS.index(parts[1]) if parts[0] == "bot" and len(parts) > 1 and parts[1] in LAYERS else None


def is_type(found: Import) -> bool:
    """Return True if a class is imported: rows and outcomes are passed around."""
    return found.name is not None and re.match(r"[A-Z][a-z]", found.name) is not None


FEATURES = sorted({feature for m in modules() if (feature := feature_of(m.name)) is not None})


def test_there_are_modules_to_walk() -> None:
    assert len(modules()) > 200
    assert {"answers", "drops", "quiz", "reviews", "schedules"} <= set(FEATURES)
    assert Import("bot.features.drops.store", "Drop") in {
        found for module in under("bot.features.answers") for found in module.imports
    }


def test_layers_know_only_what_is_below_them() -> None:
    wrong = [
        f"{module.short} knows {found.module}"
        for module in under("bot")
        for found in module.imports
        if (own := layer_of(module.name)) is not None
        and (other := layer_of(found.module)) is not None
        and other > own
    ]
    assert not wrong


def test_there_is_no_cycle_between_features() -> None:
    knows: dict[str, set[str]] = defaultdict(set)
    for module in under("bot.features"):
        for found in module.imports:
            one, other = feature_of(module.name), feature_of(found.module)
            if one is not None and other is not None and one != other:
                knows[one].add(other)
    assert cycles(knows) == []


def cycles(knows: dict[str, set[str]]) -> list[str]:
    """Return those that reach themselves."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [start]
        while left:
            for other in knows.get(left.pop(), set()) - seen:
                seen.add(other)
                left.append(other)
        return seen

    return sorted(one for one in knows if one in reached(one))


def test_a_cycle_would_be_found() -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_knows_nothing_private_of_another(feature: str) -> None:
    for module in under(f"bot.features.{feature}"):
        for found in module.imports:
            if feature_of(found.module) not in {None, feature} and not is_type(found):
                assert room(found.module) not in PRIVATE, f"{module.short} knows {found.module}"


def test_nothing_in_bot_or_questions_knows_the_cogs() -> None:
    for module in under("bot", "questions"):
        assert not [found for found in module.imports if found.module.startswith("cogs")], module.short


def test_the_question_bank_knows_no_discord_database_or_bot() -> None:
    for module in under("questions"):
        roots = {found.module.partition(".")[0] for found in module.imports}
        assert not roots & {"bot", "discord", "sqlalchemy", "sqlite3", "asyncio"}, module.short


def test_nobody_knows_the_app_but_those_who_start_it() -> None:
    know = {m.name for m in modules() for found in m.imports if found.module == "bot.app"}
    assert know <= {"bot.cli.run", "bot.tryout.session"}


@pytest.mark.parametrize("module", under("cogs"), ids=lambda m: m.name)
def test_cogs_translate_and_know_nothing_behind_the_services(module: Module) -> None:
    for found in module.imports:
        if not found.module.startswith("bot."):
            continue
        assert layer_of(found.module) is not None, f"{module.short} knows {found.module}"
        behind = room(found.module) in {"store", "posts", "edits", "queries", "lifecycle", "app"}
        assert not behind or is_type(found), f"{module.short} knows {found.module}"
        assert not found.module.startswith(("bot.db", "bot.outbox")), f"{module.short} knows {found.module}"


def test_no_cog_knows_another() -> None:
    features = {m.name for m in under("cogs") if [*m.calls("add_cog")]}
    for module in under("cogs"):
        known = {found.module for found in module.imports} & features
        assert not known, f"{module.short} knows {known}"


def is_pure(module: Module) -> bool:
    """Return True if a module says so, or is a room that has to be."""
    says = (ast.get_docstring(module.tree) or "").split("\n\n")[0].endswith("Pure.")
    return says or (module.name.startswith("bot.features") and room(module.name) in PURE)


PURE_MODULES = [m for m in under("bot") if is_pure(m)]


@pytest.mark.parametrize("module", PURE_MODULES, ids=lambda m: m.name)
def test_what_decides_or_describes_is_pure(module: Module) -> None:
    roots = {found.module.partition(".")[0] for found in module.imports}
    assert not roots & {"sqlalchemy", "sqlite3", "asyncio", "aiohttp", "time", "logging", "os"}, roots
    assert not [f for f in module.functions() if isinstance(f, ast.AsyncFunctionDef)]
    # `now` is handed in.
    assert not [*module.calls("now"), *module.calls("utcnow")]
    if room(module.name) in {"rules", "outcomes", "options", "access"}:
        assert "discord" not in roots


@pytest.mark.parametrize("module", [m for m in under("bot") if room(m.name) == "rules"], ids=lambda m: m.name)
def test_rules_know_only_what_is_pure(module: Module) -> None:
    pure = {m.name for m in PURE_MODULES}
    for found in module.imports:
        if found.module.startswith("bot.") and not is_type(found):
            assert found.module in pure, f"{module.short} knows {found.module}"


def is_store(module: Module) -> bool:
    return room(module.name) == "store"


@pytest.mark.parametrize("module", [m for m in under("bot") if is_store(m)], ids=lambda m: m.name)
def test_a_store_is_sql_and_nothing_else(module: Module) -> None:
    for found in module.imports:
        if found.module.startswith("bot.") and not found.module.startswith("bot.db") and not is_type(found):
            same = found.module.rpartition(".")[0] == module.name.rpartition(".")[0]
            pure = found.module in {m.name for m in PURE_MODULES}
            assert same or pure, f"{module.short} knows {found.module}"
    assert "discord" not in {found.module.partition(".")[0] for found in module.imports}


def test_sql_stands_in_stores_the_outbox_and_db() -> None:
    for module in modules():
        if any(found.module.partition(".")[0] in {"sqlalchemy", "sqlite3"} for found in module.imports):
            assert is_store(module) or module.name.split(".")[1] in {"db", "outbox"}, module.short
        if not module.name.startswith(("bot.db", "bot.outbox")) and not is_store(module):
            strings = [n.value for n in ast.walk(module.tree) if isinstance(n, ast.Constant)]
            sql = [
                s for s in strings if isinstance(s, str) and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE) ", s)
            ]
            assert not sql, f"{module.short}: {sql}"


def test_transactions_are_opened_by_services_and_what_the_outbox_and_the_editor_call() -> None:
    for module in modules():
        opens = [*module.calls("transaction"), *module.calls("reading")]
        if opens and not module.name.startswith("bot.db"):
            assert module.name.startswith(("bot.features", "bot.outbox", "bot.ops")), module.short
            assert room(module.name) not in IN_A_TRANSACTION, module.short


def test_what_is_given_a_transaction_opens_none() -> None:
    for module in modules():
        for function in module.functions():
            if "tx" in {a.arg for a in function.args.args}:
                inside = module.calls_in(function, "transaction", "reading")
                assert not inside, f"{module.short}: {function.name}"


def test_nothing_is_hung_on_a_finished_object() -> None:
    """What somebody has to call is handed to their constructor: no `x.on_news = ...` afterwards."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    hung = isinstance(target, ast.Attribute) and target.attr.startswith("on_")
                    assert not hung, f"{module.short}:{node.lineno}"


def test_the_environment_is_read_by_settings_alone() -> None:
    for module in modules():
        # The try-out asks whether there is a screen to open a page on.
        if module.name not in {"bot.settings", "bot.tryout.session"}:
            assert not re.search(r"\b(os\.environ|getenv|load_dotenv)\b", module.text), module.short

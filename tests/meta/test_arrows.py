"""Who may know whom: the arrows of the architecture, walked."""

import ast
import re

import pytest

from questions.letters import ACTIONS
from tests.meta.source import Import, Module, modules, under

FEATURES = (
    "answers",
    "bank",
    "choices",
    "daily",
    "keeping",
    "moderation",
    "practice",
    "quiz",
    "reviews",
    "scores",
    "servers",
)
# A feature's service may be in several files.
SERVICES = (
    "service",
    "schedules",
    "rounds",
    "boards",
    "choosing",
    "opening",
    "reading",
    "archive",
    "hiding",
    "organising",
    "past",
    "exports",
    "discussions",
    "settling",
    "reviewing",
    "seeing",
    "revealing",
    "reveals",
    "wishing",
    "leaving",
    "checking",
    "deletion",
)
# What the bank says about choice items, so that one looks the same wherever it is asked.
ITEMS = ("bot.features.bank.letters", "bot.features.bank.messages")
# Meetings of features outside of a service, each with its reason.
ALLOWED = {
    (
        "bot.features.answers.posts",
        "bot.features.problems.reports",
    ): "organisers are told of trouble in one way",
    (
        "bot.features.answers.posts",
        "bot.features.schedules.rules",
    ): "a room's name and lifetime are the question's",
    (
        "bot.features.answers.service",
        "bot.features.schedules.rules",
    ): "hints and reminders are decided by the question's rules",
    (
        "bot.features.answers.messages",
        "bot.features.drops.messages",
    ): "all messages about a question name it alike",
    ("bot.features.reviews.reveal_replies", "bot.features.drops.messages"): "as above",
    ("bot.features.answers.turnout", "bot.features.reviews.rules"): "a reveal tells what reviews decide",
    ("bot.features.choices.messages", "bot.features.drops.messages"): "as above",
    ("bot.features.choices.replies", "bot.features.drops.messages"): "as above",
    ("bot.features.saved.replies", "bot.features.drops.messages"): "as above",
    ("bot.features.history.replies", "bot.features.drops.messages"): "as above",
    (
        "bot.features.history.replies",
        "bot.features.answers.messages",
    ): "what reviews say of an answer is said alike",
    ("bot.features.history.markdown", "bot.features.answers.messages"): "as above",
}


def feature_of(name: str) -> str | None:
    part = name.removeprefix("bot.").partition(".")[0] if name.startswith("bot.") else ""
    return part if part in (*FEATURES, "outbox") else None


def is_type(found: Import) -> bool:
    """Say whether a class is imported: rows are passed around, their own feature reads and writes them."""
    return found.name is not None and re.match(r"[A-Z][a-z]", found.name) is not None


def test_there_are_modules_to_walk() -> None:
    assert len(modules()) > 50
    assert {Import("bot.features.schedules.rules", None), Import("bot.features.drops.store", "Drop")} <= {
        found for module in under("bot.features.answers") for found in module.imports
    }


def test_nothing_in_bot_or_questions_knows_the_cogs() -> None:
    for module in under("bot", "questions"):
        assert not [found for found in module.imports if found.module.startswith("cogs")], module.short


def test_the_question_bank_knows_no_discord_database_or_bot() -> None:
    for module in under("questions"):
        roots = {found.module.partition(".")[0] for found in module.imports}
        assert not roots & {"bot", "discord", "sqlalchemy", "sqlite3", "asyncio"}, module.short


def test_nobody_knows_the_client_but_those_who_start_it() -> None:
    know = {m.name for m in modules() for found in m.imports if found.module == "bot.app"}
    assert know <= {"bot.__main__", "bot.cli.run", "bot.tryout.session"}


@pytest.mark.parametrize("module", under("cogs"), ids=lambda m: m.name)
def test_cogs_know_services_rendering_and_rules_and_nothing_behind_them(module: Module) -> None:
    fine = {"bot.services", "bot.gateway.directory", "bot.gateway.names"}
    layers = {*SERVICES, "render", "panels", "replies", "outcomes", "wishes", "rules", "recurrence"}
    for found in module.imports:
        if not found.module.startswith("bot.") or found.module in fine or found.module.startswith("bot.ui"):
            continue
        feature = feature_of(found.module)
        assert feature in FEATURES, f"{module.short} knows {found.module}"
        assert found.module.rpartition(".")[2] in layers, f"{module.short} knows {found.module}"


@pytest.mark.parametrize("module", under(*(f"bot.{f}" for f in (*FEATURES, "outbox"))), ids=lambda m: m.name)
def test_features_meet_in_services_and_types(module: Module) -> None:
    for found in module.imports:
        other = feature_of(found.module)
        if other is None or other == feature_of(module.name):
            continue
        assert other == "outbox" or feature_of(module.name) != "outbox", f"{module.short}: {found}"
        if found.module.rpartition(".")[2] in SERVICES or found.module in ITEMS or is_type(found):
            continue
        assert (module.name, found.module) in ALLOWED, f"{module.short} meets {found}"


def test_every_exception_is_still_needed() -> None:
    met = {(m.name, found.module) for m in modules() for found in m.imports if not is_type(found)}
    assert set(ALLOWED) <= met


PURE = [m for m in under("bot") if m.name.rpartition(".")[2] in {"rules", "recurrence", "outcomes", "lines"}]


@pytest.mark.parametrize("module", PURE, ids=lambda m: m.name)
def test_rules_are_pure(module: Module) -> None:
    roots = {found.module.partition(".")[0] for found in module.imports}
    assert not roots & {"discord", "sqlalchemy", "asyncio", "aiohttp", "time", "logging", "os"}, roots
    ours = {m for found in module.imports if (m := found.module).startswith("bot")}
    if not module.name.endswith("outcomes"):
        assert all(name.rpartition(".")[2] in {"rules", "recurrence", "lines"} for name in ours), ours
    # `now` is handed in.
    assert not [*module.calls("now"), *module.calls("today"), *module.calls("utcnow")]


@pytest.mark.parametrize(
    "module", [m for m in under("bot") if m.name.endswith(".render")], ids=lambda m: m.name
)
def test_rendering_is_pure(module: Module) -> None:
    known = {found.module for found in module.imports}
    assert not {name.partition(".")[0] for name in known} & {"sqlalchemy", "asyncio", "logging", "os"}
    assert "bot.db" not in known
    assert not [function for function in module.functions() if isinstance(function, ast.AsyncFunctionDef)]


def is_store(module: Module) -> bool:
    """Say whether this is a feature's store, or a file of one that is a package."""
    return "store" in module.name.split(".")


@pytest.mark.parametrize("module", [m for m in under("bot") if is_store(m)], ids=lambda m: m.name)
def test_a_store_is_sql_and_nothing_else(module: Module) -> None:
    ours = {found.module for found in module.imports if found.module.startswith("bot")}
    feature, _, _ = module.name.partition(".store")
    known = {"bot.db", f"{feature}.rules", f"{feature}.recurrence"}
    assert all(name in known or name.startswith(f"{feature}.store.") for name in ours), ours
    assert "discord" not in {found.module.partition(".")[0] for found in module.imports}


def test_sql_stands_in_stores_the_outbox_and_db() -> None:
    for module in modules():
        if any(found.module.partition(".")[0] in {"sqlalchemy", "sqlite3"} for found in module.imports):
            place = module.name.split(".")
            assert is_store(module) or place[1] in {"db", "outbox"}, module.short
        if not module.name.startswith(("bot.db", "bot.outbox")) and not is_store(module):
            strings = [n.value for n in ast.walk(module.tree) if isinstance(n, ast.Constant)]
            sql = [
                s for s in strings if isinstance(s, str) and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE) ", s)
            ]
            assert not sql, f"{module.short}: {sql}"


def test_transactions_are_opened_by_services_and_what_the_outbox_calls() -> None:
    for module in modules():
        if [*module.calls("transaction"), *module.calls("reading")]:
            last = module.name.rpartition(".")[2]
            assert last in {*SERVICES, "posts", "edits", "dispatcher"}, module.short
            assert not module.name.startswith("cogs"), module.short


def test_the_environment_is_read_by_settings_alone() -> None:
    for module in modules():
        # The try-out asks whether there is a screen to open a page on.
        if module.name not in {"bot.settings", "bot.tryout.session"}:
            assert not re.search(r"\b(os\.environ|getenv|load_dotenv)\b", module.text), module.short


def test_every_button_has_its_handler_and_every_handler_its_button() -> None:
    # Messages that stand in servers still carry them; nothing writes them any more.
    kept = {("discuss", "reveal"), ("discuss", "reveal_yes")}
    # The four buttons of an item are written in one place for all features.
    items = [m for m in under("bot") if m.name == "bot.features.bank.messages"]
    written = {arguments(call) for m in under("bot") if m not in items for call in m.calls("custom_id")}
    written |= {
        (str(feature.value), action)
        for m in under("bot")
        for call in m.calls("option_buttons")
        if isinstance(feature := call.args[0], ast.Constant)
        for action in ACTIONS
    }
    handled = [arguments(call) for m in under("cogs") for call in m.calls("on_click")]
    assert len(set(handled)) == len(handled)
    assert not written & kept
    assert written | kept == set(handled)


def arguments(call: ast.Call) -> tuple[str, str]:
    first, second = call.args[:2]
    assert isinstance(first, ast.Constant)
    assert isinstance(second, ast.Constant)
    return str(first.value), str(second.value)

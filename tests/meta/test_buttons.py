"""Every button has its handler, and every handler its button."""

import ast

from questions.letters import ACTIONS
from tests.meta.source import under


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

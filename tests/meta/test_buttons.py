"""Every button and every form has its handler, and every handler its button or form."""

import ast
from collections.abc import Iterator

from questions.letters import ACTIONS
from tests.meta.source import under

# Messages that stand in servers still carry them; nothing writes them any more.
KEPT = {("discuss", "reveal"), ("discuss", "reveal_yes")}


def test_every_button_has_its_handler_and_every_handler_its_button() -> None:
    forms = set(forms_written())
    # The four buttons of an item are written in one place for all features.
    items = [m for m in under("bot") if m.name == "bot.features.bank.messages"]
    calls = [call for m in under("bot") if m not in items for call in m.calls("custom_id")]
    written = {arguments(call) for call in calls if call not in forms}
    written |= {
        (str(feature.value), action)
        for m in under("bot")
        for call in m.calls("option_buttons")
        if isinstance(feature := call.args[0], ast.Constant)
        for action in ACTIONS
    }
    assert not written & KEPT
    assert written | KEPT == handled("on_press")


def test_every_form_has_its_handler_and_every_handler_its_form() -> None:
    written = {arguments(call) for call in forms_written()}
    assert len(written) > 3
    assert written == handled("on_submit")


def forms_written() -> Iterator[ast.Call]:
    """Yield the custom_id(...) of each Form(...)."""
    for module in under("bot"):
        for form in module.calls("Form"):
            first = form.args[0]
            assert isinstance(first, ast.Call), f"{module.short}:{form.lineno}"
            yield first


def handled(decorator: str) -> set[tuple[str, str]]:
    found = [arguments(call) for m in under("cogs") for call in m.calls(decorator)]
    assert len(set(found)) == len(found)
    return set(found)


def arguments(call: ast.Call) -> tuple[str, str]:
    first, second = call.args[:2]
    assert isinstance(first, ast.Constant)
    assert isinstance(second, ast.Constant)
    return str(first.value), str(second.value)

"""What simcord's rules and ours refuse together, and what neither may."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from simcord.backend.errors import BackendError

from tests.loopcord.messages import number_components
from tests.loopcord.state import Message, MessageFlag
from tests.loopcord.validation import check_choices, check_message, checked_modal

V2 = {"flags": int(MessageFlag.COMPONENTS_V2)}
TEXT = {"type": 10, "content": "text"}
INPUT = {"type": 4, "custom_id": "text", "style": 1}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "b", "custom_id": custom_id, **more}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def message(**fields: Any) -> Message:
    # As they come over the wire: no two parts are one object.
    fields = json.loads(json.dumps(fields))
    made = Message(id=1, channel_id=2, author_id=3, timestamp=datetime(2026, 1, 5, tzinfo=UTC), **fields)
    number_components(made.components)
    return made


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "x" * 2000},
        {"flags": int(MessageFlag.LOADING)},
        {"components": [row(button(id=(1 << 31) - 1))]},
        {"components": [{"type": 17, "components": [TEXT, row(button())]}], **V2},
    ],
)
def test_what_discord_takes(fields: dict[str, Any]) -> None:
    check_message(message(**fields))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "empty message"),
        ({"content": "x" * 2001}, "2000 or fewer"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "6000"),
        ({"components": [row(button(c)) for c in "abcdef"]}, "at most 5 action rows"),
        ({"components": [row(*map(button, "abcdef"))]}, "between 1 and 5"),
        ({"components": [row()]}, "between 1 and 5"),
        ({"components": [row(button(), button())]}, "not unique"),
        ({"components": [row(button("a", id=7), button("b", id=7))]}, "id is duplicated"),
        ({"components": [row(button(id=1 << 31))]}, "int32"),
        ({"components": [{**TEXT, "id": 1 << 31}], **V2}, "int32"),
        ({"components": [TEXT]}, "components_v2"),
        ({"components": [TEXT], "content": "both", **V2}, "cannot contain content"),
        ({"components": [{**TEXT, "content": "x" * 2001}] * 2, **V2}, "4000"),
        ({"components": [TEXT] * 41, **V2}, "at most 40"),
    ],
)
def test_what_discord_refuses(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BackendError) as refused:
        check_message(message(**fields))
    assert refused.value.code in {50006, 50035}
    assert said in f"{refused.value.message} {refused.value.errors}"


def test_forms_are_numbered_or_refused() -> None:
    form = {"custom_id": "form", "title": "Form", "components": [row(INPUT)]}
    assert [c["id"] for c in checked_modal(form)["components"]] == [1]
    for wrong in ([], [row(INPUT), row(INPUT)]):
        with pytest.raises(BackendError):
            checked_modal(form | {"components": wrong})


def test_suggestions_are_25_with_a_name() -> None:
    check_choices([{"name": "x", "value": "x"}] * 25)
    for wrong in ([{"name": "x", "value": "x"}] * 26, [{"name": "", "value": "x"}]):
        with pytest.raises(BackendError):
            check_choices(wrong)

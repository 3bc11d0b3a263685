"""Refusals that Discord makes and its OpenAPI description does not say: sums, emptiness, duplicates."""

from typing import Any

from tests.loopcord.errors import invalid, refuse
from tests.loopcord.state import TEXT_DISPLAY, Message, MessageFlag, walk

ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
MAX_CONTENT, MAX_EMBEDS_TEXT, MAX_V2_TEXT, MAX_COMPONENTS, MAX_V1_ROWS = 2000, 6000, 4000, 40, 5
MAX_ROW_BUTTONS = 5
MAX_ID = 1 << 31
# A message needs one of these to be one.
_SUBSTANCE = ("content", "embeds", "components", "attachments")


def check_message(message: Message) -> None:
    """Refuse a message as Discord would: 50006 or 50035."""
    if not any(getattr(message, part) for part in _SUBSTANCE) and not message.loading:
        raise refuse(50006)
    if len(message.content) > MAX_CONTENT:
        raise invalid("content", "Must be 2000 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if sum(map(_embed_length, message.embeds)) > MAX_EMBEDS_TEXT:
        raise invalid("embeds", "Embed size exceeds maximum size of 6000", "MAX_EMBED_SIZE_EXCEEDED")
    every = list(walk(message.components))
    if message.flags & MessageFlag.COMPONENTS_V2:
        _check_v2(message, every)
    else:
        _check_v1(message, every)
    _check_unique(every, "custom_id")
    _check_unique(every, "id")
    if any(not 0 <= component["id"] < MAX_ID for component in every):
        raise invalid("components.0.id", "int32 value expected.", "NUMBER_TYPE_MAX")
    for row in every:
        if row["type"] == ACTION_ROW:
            _check_row(row)


def _check_v2(message: Message, every: list[dict[str, Any]]) -> None:
    for part in ("content", "embeds"):
        if getattr(message, part):
            text = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid(part, text, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    if len(every) > MAX_COMPONENTS:
        raise invalid("components", "Total number of components exceeds 40", "COMPONENT_MAX_TOTAL")
    if sum(len(c["content"]) for c in every if c["type"] == TEXT_DISPLAY) > MAX_V2_TEXT:
        text = "The total length of all text displays exceeds 4000"
        raise invalid("components", text, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED")


def _check_v1(message: Message, every: list[dict[str, Any]]) -> None:
    if len(message.components) > MAX_V1_ROWS:
        raise invalid("components", "Must be 5 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for component in every:
        if component["type"] > 8:
            raise invalid(
                "components.0.type", 'Value of field "type" must be one of (1,).', "UNION_TYPE_CHOICES"
            )


def _check_row(row: dict[str, Any]) -> None:
    inside = row.get("components") or []
    buttons = sum(component["type"] == BUTTON for component in inside)
    if not inside or buttons > MAX_ROW_BUTTONS or (buttons != len(inside) and len(inside) > 1):
        raise invalid("components.0.components", "Must be between 1 and 5 in length.", "BASE_TYPE_BAD_LENGTH")


def _check_unique(every: list[dict[str, Any]], key: str) -> None:
    values = [component[key] for component in every if component.get(key)]
    if len(values) != len(set(values)):
        what = (
            "Component custom id cannot be duplicated" if key == "custom_id" else "Component id is duplicated"
        )
        raise invalid("components", what, f"COMPONENT_{key.upper()}_DUPLICATED")


def _embed_length(embed: dict[str, Any]) -> int:
    fields = embed.get("fields") or []
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    return sum(len(t or "") for t in texts) + sum(len(f["name"]) + len(f["value"]) for f in fields)


def check_modal(modal: dict[str, Any]) -> None:
    """Refuse a form without inputs or with two inputs of one custom_id."""
    every = list(walk(modal["components"]))
    if not every:
        raise invalid("data.components", "Must be between 1 and 5 in length.", "BASE_TYPE_BAD_LENGTH")
    _check_unique(every, "custom_id")


def check_choices(choices: list[dict[str, Any]]) -> None:
    """Autocomplete: at most 25 choices, each name 1 to 100 characters."""
    if len(choices) > 25:
        raise invalid("data.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, choice in enumerate(choices):
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            raise invalid(f"data.choices.{index}.name", "Must be between 1 and 100 in length.")

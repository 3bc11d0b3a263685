"""Refusals that Discord makes and its OpenAPI description does not say: sums, emptiness, duplicates.

The rules are simcord's. What it does not check, or takes where Discord refuses, is added here.
"""

from typing import Any

from simcord.components import (
    ComponentValidationError,
    validate_message_state,
    validate_modal,
    walk_components,
)

from tests.loopcord.errors import invalid, refuse
from tests.loopcord.state import Message

Json = dict[str, Any]
MAX_ID = 1 << 31
# A message needs one of these to be one.
_SUBSTANCE = ("content", "embeds", "components", "attachments")


def check_message(message: Message) -> None:
    """Refuse a message as Discord would: 50006 or 50035."""
    if not any(getattr(message, part) for part in _SUBSTANCE):
        if message.loading:
            return
        raise refuse(50006)
    _check_ids(message.components)
    try:
        validate_message_state(
            message.components, flags=message.flags, content=message.content, embeds=message.embeds
        )
    except ComponentValidationError as error:
        raise invalid("embeds" if message.embeds else "components", str(error)) from None


def _check_ids(components: list[Json]) -> None:
    """Numeric ids: simcord lets them be 32 bits without a sign, and drops those below buttons of old."""
    ids = [component["id"] for component in walk_components(components)]
    if any(not 0 <= number < MAX_ID for number in ids):
        raise invalid("components.0.id", "int32 value expected.", "NUMBER_TYPE_MAX")
    if len(ids) != len(set(ids)):
        raise invalid("components", "Component id is duplicated", "COMPONENT_ID_DUPLICATED")


def checked_modal(modal: Json) -> Json:
    """A form with its components numbered; 50035 for one that Discord would refuse."""
    try:
        return validate_modal(modal)
    except ComponentValidationError as error:
        raise invalid("data.components", str(error)) from None


def check_choices(choices: list[Json]) -> None:
    """Autocomplete: at most 25 choices, each name 1 to 100 characters. simcord takes any."""
    if len(choices) > 25:
        raise invalid("data.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, choice in enumerate(choices):
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            raise invalid(f"data.choices.{index}.name", "Must be between 1 and 100 in length.")

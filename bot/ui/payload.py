"""What an interaction brings, read without trust: a client of one's own sends what one likes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from discord import AppCommandOptionType as Kind
from discord.app_commands import Parameter

from bot.core.lines import encodable

# Discord takes no longer text in an option or in a box of a form, and no id has more digits.
LONGEST_OPTION = 6000
LONGEST_TEXT = 4000
MOST_DIGITS = 20
_NESTED = (Kind.subcommand.value, Kind.subcommand_group.value)
_IDS = (Kind.user, Kind.channel, Kind.role, Kind.mentionable, Kind.attachment)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for an option of a command; `focused`: it is still being typed."""

    name: str
    kind: int
    value: Any
    focused: bool


def cleaned(data: Any) -> Any:
    """Return the data with every text in it such that it can be stored and sent."""
    if isinstance(data, str):
        return encodable(data)
    if isinstance(data, dict):
        return {cleaned(key): cleaned(value) for key, value in cast("dict[Any, Any]", data).items()}
    if isinstance(data, list):
        return [cleaned(value) for value in cast("list[Any]", data)]
    return data


# -- forms


def texts(data: Any) -> dict[str, str]:
    """Return the texts of a submitted form by the keys of their boxes."""
    found = {key: box.get("value") for key, box in _boxes(data) if "values" not in box}
    return {key: text[:LONGEST_TEXT] if isinstance(text, str) else "" for key, text in found.items()}


def ticks(data: Any) -> dict[str, frozenset[int]]:
    """Return which check boxes of a submitted form are ticked, by the group's key."""
    return {
        key: frozenset(int(value) for value in _listed(box["values"]) if _is_number(value))
        for key, box in _boxes(data)
        if "values" in box
    }


def _boxes(data: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what has a key, however deep it stands."""
    for component in _listed(_mapping(data).get("components")):
        found = _mapping(component)
        inner = found.get("component")
        nested = [inner] if inner else found.get("components")
        if nested:
            yield from _boxes({"components": nested})
        elif isinstance(key := found.get("custom_id"), str):
            yield key, found


# -- commands


def given(data: Any) -> Sequence[Given] | None:
    """Return the options of a command or its subcommand; None where the data has not that shape."""
    found = _mapping(data)
    if not isinstance(found.get("name"), str) or not isinstance(found.get("type", 1), int):
        return None
    return _options(found.get("options", []))


def _options(listed: Any) -> Sequence[Given] | None:
    options: list[Given] = []
    for one in _listed(listed):
        option = _mapping(one)
        name, kind = option.get("name"), option.get("type")
        if not isinstance(name, str) or not isinstance(kind, int):
            return None
        if kind in _NESTED:
            return _options(option.get("options", []))
        options.append(Given(name, kind, option.get("value"), option.get("focused") is True))
    return options if isinstance(listed, list) else None


def fits(value: Any, parameter: Parameter) -> bool:
    """Return True if a parameter takes a value."""
    if parameter.choices and value not in [choice.value for choice in parameter.choices]:
        return False
    if parameter.type in _IDS:
        return _is_number(value)
    if parameter.type is Kind.boolean:
        return isinstance(value, bool)
    return _is_within(value, parameter)


def _is_within(value: Any, parameter: Parameter) -> bool:
    """Return True if a text, by its length, or a number is within the parameter's bounds."""
    if parameter.type is Kind.string:
        size: float | None = len(value) if isinstance(value, str) else None
        most = parameter.max_value or LONGEST_OPTION
    else:
        size = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        most = parameter.max_value
    if size is None or (parameter.type is Kind.integer and not isinstance(size, int)):
        return False
    least = parameter.min_value
    return (least is None or size >= least) and (most is None or size <= most)


def has_target(data: Any) -> bool:
    """Return True if a command on a message brings its message."""
    found = _mapping(data)
    target = found.get("target_id")
    return isinstance(target, str) and target in _mapping(_mapping(found.get("resolved")).get("messages"))


def _mapping(found: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _listed(found: Any) -> list[Any]:
    return cast("list[Any]", found) if isinstance(found, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS

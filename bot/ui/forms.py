"""Forms as plain data, and what comes back from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

TITLE_LIMIT = 45


@dataclass(frozen=True, slots=True)
class TextField:
    """One text box: `key` names its value; the limits are characters."""

    key: str
    label: str
    description: str = ""
    value: str = ""
    placeholder: str = ""
    shortest: int = 0
    longest: int = 4000
    long: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A form: a title, perhaps a text to read above the boxes, and the boxes."""

    custom_id: str
    title: str
    fields: tuple[TextField, ...]
    intro: str = ""

    def modal(self) -> discord.ui.Modal:
        """Return it as a stopped modal.

        Stopped, because discord.py keeps an open modal in one dict by custom_id alone: with two members
        at the same form one text would be lost, and a restart would lose all.
        """
        modal = discord.ui.Modal(title=self.title[:TITLE_LIMIT], custom_id=self.custom_id, timeout=None)
        if self.intro:
            modal.add_item(discord.ui.TextDisplay(self.intro))
        for field in self.fields:
            modal.add_item(_label(field))
        modal.stop()
        return modal


def _label(field: TextField) -> discord.ui.Label[discord.ui.Modal]:
    box: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        custom_id=field.key,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        default=field.value or None,
        placeholder=field.placeholder or None,
        required=field.shortest > 0,
        min_length=field.shortest or None,
        max_length=field.longest,
    )
    return discord.ui.Label(text=field.label, description=field.description or None, component=box)


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a submitted form by key, from an interaction's raw data."""
    return {box["custom_id"]: str(box.get("value") or "") for box in _boxes(data.get("components", ()))}


def _boxes(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components:
        inner = component.get("component")
        nested = [inner] if inner else component.get("components", ())
        if nested:
            yield from _boxes(nested)
        elif "custom_id" in component:
            yield component

"""Forms as plain data."""

from __future__ import annotations

from dataclasses import dataclass

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
class Checks:
    """A group of at most ten check boxes, of which none has to be ticked; a label is at most 100 characters.

    `ticked` are the boxes, counted from 0, that are ticked when the form opens.
    """

    key: str
    label: str
    options: tuple[str, ...]
    description: str = ""
    ticked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: a title, perhaps a text to read above the boxes, and the boxes."""

    custom_id: str
    title: str
    fields: tuple[TextField | Checks, ...]
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


def _label(field: TextField | Checks) -> discord.ui.Label[discord.ui.Modal]:
    component = _boxes_of(field) if isinstance(field, Checks) else _text_box(field)
    return discord.ui.Label(text=field.label, description=field.description or None, component=component)


def _boxes_of(field: Checks) -> discord.ui.CheckboxGroup[discord.ui.Modal]:
    options = [
        discord.CheckboxGroupOption(label=option, value=str(index), default=index in field.ticked)
        for index, option in enumerate(field.options)
    ]
    return discord.ui.CheckboxGroup(
        custom_id=field.key, required=False, min_values=0, max_values=len(options), options=options
    )


def _text_box(field: TextField) -> discord.ui.TextInput[discord.ui.Modal]:
    return discord.ui.TextInput(
        custom_id=field.key,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        default=field.value or None,
        placeholder=field.placeholder or None,
        required=field.shortest > 0,
        min_length=field.shortest or None,
        max_length=field.longest,
    )

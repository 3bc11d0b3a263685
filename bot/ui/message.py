"""A message as plain data: what features render, what replies and the outbox send."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord

PRIMARY = discord.ButtonStyle.primary
PLAIN = discord.ButtonStyle.secondary
DANGER = discord.ButtonStyle.danger
# The colour of what is said about something else: a quotation, an addition, a list.
GREY = 0x94A3B8


@dataclass(frozen=True, slots=True)
class Button:
    """A button that writes itself down as a custom_id, or as a link where `url` is given."""

    label: str
    custom_id: str | None = None
    url: str | None = None
    style: discord.ButtonStyle = PLAIN
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An attached picture: its file's name, its bytes, and the same in words (at most 1,024 characters)."""

    name: str
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Message:
    """A classic message: text, embeds, rows of buttons, pictures, and the one role it may ping."""

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    role_id: int | None = None
    reply_to: int | None = None
    pictures: tuple[Picture, ...] = ()

    def view(self, marker: int | None = None) -> discord.ui.View:
        """Return the buttons as a stopped view; `marker` becomes the numeric id of the first button.

        Stopped, so that discord.py keeps nothing of it: clicks come through the router.
        """
        view = discord.ui.View(timeout=None)
        for row, buttons in enumerate(self.rows):
            for button in buttons:
                view.add_item(_item(button, row, None if view.children else marker))
        view.stop()
        return view

    def files(self) -> list[discord.File]:
        """Return the pictures for one request."""
        return [discord.File(io.BytesIO(p.data), p.name, description=p.alt) for p in self.pictures]

    def mentions(self) -> discord.AllowedMentions:
        """Return what this message may ping: its role and nothing else."""
        roles = [discord.Object(self.role_id)] if self.role_id else False
        return discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=roles)


def _item(button: Button, row: int, marker: int | None) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(
        label=button.label,
        custom_id=button.custom_id,
        url=button.url,
        style=discord.ButtonStyle.link if button.url else button.style,
        disabled=button.disabled,
        row=row,
        id=marker,
    )

"""What the outbox is asked to create, and what it reports back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import discord


@dataclass(frozen=True, slots=True)
class Button:
    """A button that writes itself down as a custom_id, or as a link where `url` is given."""

    label: str
    custom_id: str | None = None
    url: str | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.secondary
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A classic message: text, embeds, one to five rows of buttons, and the one role it may ping."""

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    role_id: int | None = None
    reply_to: int | None = None

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


@dataclass(frozen=True, slots=True)
class InChannel:
    """Post a message in a channel or thread; first let `let_in` (user ids) into it, if it is a thread."""

    channel_id: int
    message: Message
    let_in: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Direct:
    """Send a direct message to one person."""

    user_id: int
    message: Message


@dataclass(frozen=True, slots=True)
class ForumPost:
    """Open a post in a forum channel."""

    channel_id: int
    name: str
    message: Message


@dataclass(frozen=True, slots=True)
class PublicThread:
    """Open the thread on a message."""

    channel_id: int
    message_id: int
    name: str


@dataclass(frozen=True, slots=True)
class PrivateThread:
    """Open a private thread in a text channel."""

    channel_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to post any more; `reason` is kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: try again later; `reason` is shown in /manage health."""

    reason: str


Creation = InChannel | Direct | ForumPost | PublicThread | PrivateThread
Prepared = Creation | Skip | Wait


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the created message (or thread: both ids are the thread's) stands."""

    channel_id: int
    message_id: int
    at: datetime


class Trouble(StrEnum):
    """Why a post could not be made, as far as somebody can mend it."""

    CHANNEL_GONE = "channel_gone"
    NO_ACCESS = "no_access"
    NO_PERMISSION = "no_permission"
    THREAD_LIMIT = "thread_limit"
    ROLE_GONE = "role_gone"
    NO_QUESTION = "no_question"
    UNREACHABLE = "unreachable"  # the person takes no direct messages
    REFUSED = "refused"  # Discord said no for another reason
    UNAVAILABLE = "unavailable"  # Discord is failing or slow; nobody can mend it


@dataclass(frozen=True, slots=True)
class Blocked:
    """A post was refused without effect."""

    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The reply was lost: the message may stand there or not."""

    detail: str = field(default="")

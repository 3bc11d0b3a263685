"""What the outbox is asked to create, and what it reports back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.ui.message import Message


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
    """Open a post in a forum channel, with those of `tags` (names) that the forum has."""

    channel_id: int
    name: str
    message: Message
    tags: tuple[str, ...] = ()


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
    """Nothing to post any more; `reason` is kept. `undo` is what an earlier attempt may have created."""

    reason: str
    undo: InChannel | Direct | PublicThread | PrivateThread | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: try again later; `reason` is shown in /manage health."""

    reason: str


Creation = InChannel | Direct | ForumPost | PublicThread | PrivateThread
Prepared = Creation | Skip | Wait


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the created message (or thread: both ids are the thread's) stands.

    `left_out` (user ids) should have been let into its thread, which has as many members as Discord allows.
    """

    channel_id: int
    message_id: int
    at: datetime
    left_out: tuple[int, ...] = ()


class Trouble(StrEnum):
    """Why a post could not be made, as far as somebody can mend it."""

    CHANNEL_GONE = "channel_gone"
    NO_ACCESS = "no_access"
    NO_PERMISSION = "no_permission"
    THREAD_LIMIT = "thread_limit"
    TAG_NEEDED = "tag_needed"  # its forum demands a tag, and the bot may set none
    ROOM_FULL = "room_full"  # its thread has as many members as Discord allows
    ROLE_GONE = "role_gone"
    NO_QUESTION = "no_question"
    NOT_HIDDEN = "not_hidden"  # hidden answers are wanted in a channel that has no private threads any more
    UNREADABLE = "unreadable"  # a setting that nothing here knows, a time zone for example
    MY_ERROR = "my_error"  # who runs the bot mends it; the log says why
    UNREACHABLE = "unreachable"  # the person takes no direct messages
    REFUSED = "refused"  # Discord said no for another reason
    UNAVAILABLE = "unavailable"  # Discord is failing or slow; nobody can mend it


@dataclass(frozen=True, slots=True)
class Blocked:
    """A post was refused without effect.

    `needs` names permissions (discord.py's names) that would let it pass, besides those it always needs;
    `code` is Discord's own (ui/refusals.py), 0 where Discord was not asked.
    """

    trouble: Trouble
    detail: str = ""
    needs: tuple[str, ...] = ()
    code: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """The reply was lost: the message may stand there or not."""

    detail: str = field(default="")

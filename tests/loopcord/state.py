"""What this Discord knows: users, guilds, channels, threads, messages. Plain data and look-ups."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Literal, TypeVar

from simcord.components import walk_components
from simcord.enums import MessageType

from tests.loopcord.errors import refuse
from tests.loopcord.reading import words

EPOCH_MS = 1_420_070_400_000
ALL_PERMISSIONS = (1 << 53) - 1
# A usual member: react, view, send, embed, attach, read history, commands, threads.
_MEMBER_BITS = (6, 10, 11, 14, 15, 16, 31, 35, 36, 38)
MEMBER_PERMISSIONS = sum(1 << bit for bit in _MEMBER_BITS)
MANAGE_GUILD = 1 << 5


class ChannelKind(IntEnum):
    """simcord.enums has no threads of announcement channels."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


# Messages that Discord writes itself.
SYSTEM_KINDS = frozenset(
    {
        MessageType.RECIPIENT_ADD,
        MessageType.RECIPIENT_REMOVE,
        MessageType.CHANNEL_NAME_CHANGE,
        MessageType.THREAD_CREATED,
        MessageType.THREAD_STARTER_MESSAGE,
    }
)


class MessageFlag(IntEnum):
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    COMPONENTS_V2 = 1 << 15


@dataclass
class User:
    id: int
    name: str
    bot: bool = False
    # False: a DM to this user is refused with 50007.
    accepts_dms: bool = True


@dataclass
class Role:
    id: int
    name: str
    permissions: int
    position: int
    mentionable: bool = False
    managed: bool = False


@dataclass
class Member:
    user: User
    guild_id: int
    joined_at: datetime
    permissions: int = MEMBER_PERMISSIONS
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None

    @property
    def id(self) -> int:
        return self.user.id


@dataclass
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass
class ThreadInfo:
    """What a thread has beyond a channel. `archived_at` is Discord's archive_timestamp."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    auto_archive_duration: int = 4320
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    members: dict[int, datetime] = field(default_factory=dict)
    applied_tags: list[int] = field(default_factory=list)
    message_count: int = 0


@dataclass
class Channel:
    id: int
    kind: ChannelKind
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    slowmode: int = 0
    flags: int = 0
    overwrites: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    last_message_id: int | None = None
    recipient_id: int | None = None
    thread: ThreadInfo | None = None


@dataclass
class Message:
    """One message; `pings` is whom it notified: user ids, role ids and "everyone"."""

    id: int
    channel_id: int
    author_id: int
    timestamp: datetime
    kind: MessageType = MessageType.DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    edited_at: datetime | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, set[int]] = field(default_factory=dict)
    reference: dict[str, Any] | None = None
    thread_id: int | None = None
    interaction: dict[str, Any] | None = None
    webhook_id: int | None = None
    # The nonce of the request that made it. Never part of the history.
    nonce: str | None = None
    pinned: bool = False
    edits: int = 0

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def pings(self) -> set[int | Literal["everyone"]]:
        everyone: set[int | Literal["everyone"]] = {"everyone"} if self.mention_everyone else set()
        return everyone | set(self.mentions) | set(self.mention_roles)

    def component(self, custom_id: str) -> dict[str, Any]:
        """The component with this custom_id; KeyError names those there are."""
        found = {c["custom_id"]: c for c in walk_components(self.components) if "custom_id" in c}
        if custom_id not in found:
            raise KeyError(f"no component {custom_id!r} among {sorted(found)}")
        return found[custom_id]

    @property
    def custom_ids(self) -> list[str]:
        return [c["custom_id"] for c in walk_components(self.components) if "custom_id" in c]

    @property
    def text(self) -> str:
        """What a person reads in it, joined by newlines; not the labels of its buttons."""
        return words(self.content, self.embeds, self.components)


_Found = TypeVar("_Found")


def _get(table: dict[int, _Found], key: int, code: int) -> _Found:
    found = table.get(key)
    if found is None:
        raise refuse(code)
    return found


class World:
    """All state, and ids. `clock_offset` (seconds) shifts its clock, as the bot's own can be shifted."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.clock_offset = 0.0
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        # Replies that only one person sees: not in any channel's history.
        self.hidden: dict[int, Message] = {}
        self.nonces: dict[tuple[int, int, str], tuple[float, int]] = {}
        self.files: dict[int, tuple[str, bytes]] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.command_ids: dict[tuple[int | None, int, str], int] = {}
        self.bot = User(id=self.snowflake(), name="StudyLoop", bot=True)
        self.application_id = self.bot.id
        self.users[self.bot.id] = self.bot

    def seconds(self) -> float:
        return self._clock() + self.clock_offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def snowflake(self) -> int:
        """A new id: milliseconds since Discord's epoch, and a sequence within the millisecond."""
        new = (int(self.seconds() * 1000) - EPOCH_MS) << 22
        if new <= self._last_id < new + (1000 << 22):
            new = self._last_id + 1
        self._last_id = new
        return new

    def user(self, user_id: int) -> User:
        return _get(self.users, user_id, 10013)

    def guild(self, guild_id: int) -> Guild:
        return _get(self.guilds, guild_id, 10004)

    def channel(self, channel_id: int) -> Channel:
        return _get(self.channels, channel_id, 10003)

    def message(self, channel_id: int, message_id: int) -> Message:
        """A message of a channel's history: 10003 or 10008."""
        self.channel(channel_id)
        return _get(self.messages.get(channel_id, {}), message_id, 10008)

    def thread(self, channel_id: int) -> tuple[Channel, ThreadInfo]:
        """A thread and its thread part: 10003 when there is none, 50024 for another kind of channel."""
        channel = self.channel(channel_id)
        if channel.thread is None:
            raise refuse(50024)
        return channel, channel.thread

    def threads_of(self, parent_id: int) -> list[tuple[Channel, ThreadInfo]]:
        """All threads below a channel, oldest first."""
        found = [(c, c.thread) for c in self.channels.values() if c.thread and c.parent_id == parent_id]
        return sorted(found, key=lambda pair: pair[0].id)

    def guild_channels(self, guild_id: int) -> list[Channel]:
        """The channels of a guild without its threads."""
        return [c for c in self.channels.values() if c.guild_id == guild_id and c.thread is None]

    def forget_channel(self, channel_id: int) -> Channel:
        """Take a channel away, with its threads and messages."""
        channel = self.channel(channel_id)
        for thread, _ in self.threads_of(channel_id):
            self.forget_channel(thread.id)
        del self.channels[channel_id]
        self.messages.pop(channel_id, None)
        return channel

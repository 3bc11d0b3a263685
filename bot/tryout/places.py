"""What the list beside the channel shows: the places that one person sees, and what is new in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simcord.backend.models import Channel, Message
from simcord.enums import ChannelType

from bot.tryout.simcord_bridge import channel_visible
from bot.tryout.world import Person, World

Kind = Literal["text", "forum", "thread", "private", "dm"]
_KINDS: dict[int, Kind] = {
    int(ChannelType.TEXT): "text",
    int(ChannelType.FORUM): "forum",
    int(ChannelType.PUBLIC_THREAD): "thread",
    int(ChannelType.PRIVATE_THREAD): "private",
    int(ChannelType.DM): "dm",
}


@dataclass(frozen=True)
class Place:
    """A channel, thread, private room or direct message as one person sees it.

    `unread` counts messages by others since the person last looked, `mentions` those that ping them.
    """

    id: int
    kind: Kind
    name: str
    topic: str
    parent_id: int | None
    archived: bool
    unread: int
    mentions: int


class ReadMarks:
    """How far each person has read each channel; everything is new at first."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int], int] = {}

    def last(self, person_id: int, channel_id: int) -> int:
        """Return the id of the newest message that the person has seen there, 0 if none."""
        return self._last.get((person_id, channel_id), 0)

    def mark(self, world: World, person: Person, channel_id: int) -> None:
        """Note that the person has the channel before them now."""
        if channel_id in world.env.backend.channels and channel_visible(world.env, channel_id, person.id):
            newest = max(world.env.backend.messages.get(channel_id, {}), default=0)
            self._last[person.id, channel_id] = max(newest, self.last(person.id, channel_id))


def list_places(world: World, person: Person, marks: ReadMarks) -> list[Place]:
    """List what the person sees: channels in their order, each followed by its threads, then the messages.

    A private room is only listed for who is in it (or may manage threads, as in Discord).
    """
    seen = [
        channel
        for channel in world.env.backend.channels.values()
        if channel.type in _KINDS and channel_visible(world.env, channel.id, person.id)
    ]
    order = {channel.id: index for index, channel in enumerate(seen) if channel.parent_id is None}
    seen.sort(
        key=lambda c: (c.guild_id is None, order.get(c.parent_id or c.id, len(order)), c.is_thread, c.id)
    )
    return [_place(world, person, marks, channel) for channel in seen]


def _place(world: World, person: Person, marks: ReadMarks, channel: Channel) -> Place:
    since = marks.last(person.id, channel.id)
    roles = world.env.backend.guilds[world.guild.id].members[person.id].role_ids
    new = [
        message
        for message in world.env.backend.messages.get(channel.id, {}).values()
        if message.id > since and message.author_id != person.id and message.visible_to(person.id)
    ]
    kind = _KINDS[channel.type]
    return Place(
        id=channel.id,
        kind=kind,
        name=channel.name or "StudyLoop",
        topic=channel.topic or "",
        parent_id=channel.parent_id,
        archived=bool(channel.thread_metadata and channel.thread_metadata.archived),
        unread=len(new),
        mentions=len(new) if kind == "dm" else sum(_pings(message, person.id, roles) for message in new),
    )


def _pings(message: Message, user_id: int, role_ids: list[int]) -> bool:
    return user_id in message.ping_user_ids or not set(role_ids).isdisjoint(message.ping_role_ids)

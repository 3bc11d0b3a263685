"""Routes of channels: read, change, delete, direct messages."""

from typing import Any

from simcord.enums import MessageType

from tests.loopcord import messages
from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.routing import route
from tests.loopcord.serialization import channel_json
from tests.loopcord.state import Channel, ChannelKind, ThreadInfo

_CHANNEL = "/channels/{channel_id}"


@route("GET", _CHANNEL)
def get_channel(core: Core, call: Call) -> Answer:
    return 200, channel_json(core.world, core.world.channel(call.ids["channel_id"]))


@route("PATCH", _CHANNEL)
def edit_channel(core: Core, call: Call) -> Answer:
    channel = core.world.channel(call.ids["channel_id"])
    renamed = call.body.get("name") not in {None, channel.name}
    if channel.thread is not None:
        _edit_thread(core, channel, channel.thread, call.body)
    else:
        _edit_plain(core, channel, call.body)
    if "rate_limit_per_user" in call.body:
        channel.slowmode = call.body["rate_limit_per_user"] or 0
    if renamed:
        channel.name = call.body["name"]
        if channel.thread is not None and not channel.thread.archived:
            messages.post_system_message(
                core, channel, MessageType.CHANNEL_NAME_CHANGE, core.world.bot.id, content=channel.name
            )
    core.emit_channel("CHANNEL_UPDATE" if channel.thread is None else "THREAD_UPDATE", channel)
    return 200, channel_json(core.world, channel)


def _edit_thread(core: Core, channel: Channel, info: ThreadInfo, body: dict[str, Any]) -> None:
    """An archived thread takes a change only together with its opening (50083)."""
    if info.archived and body.get("archived") is not False and set(body) - {"archived", "locked"}:
        raise refuse(50083)
    if len(body.get("applied_tags") or []) > 5:
        raise invalid("applied_tags", "Must be 5 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if body.get("archived", info.archived) != info.archived:
        info.archived = body["archived"]
        info.archived_at = core.world.now()
    info.locked = body.get("locked", info.locked)
    info.invitable = body.get("invitable", info.invitable)
    info.auto_archive_duration = body.get("auto_archive_duration") or info.auto_archive_duration
    if "applied_tags" in body:
        info.applied_tags = [int(tag) for tag in body["applied_tags"] or []]
    channel.flags = body.get("flags", channel.flags)


def _edit_plain(core: Core, channel: Channel, body: dict[str, Any]) -> None:
    if "topic" in body:
        channel.topic = body["topic"]
    if "permission_overwrites" in body:
        channel.overwrites = body["permission_overwrites"] or []
    if "available_tags" in body:
        channel.tags = [
            {"moderated": False, "emoji_id": None, "emoji_name": None, "id": str(core.world.snowflake())}
            | {key: value for key, value in tag.items() if value is not None}
            for tag in body["available_tags"] or []
        ]


@route("DELETE", _CHANNEL)
def delete_channel(core: Core, call: Call) -> Answer:
    return 200, remove_channel(core, call.ids["channel_id"])


def remove_channel(core: Core, channel_id: int) -> dict[str, Any]:
    """Take a channel or thread away and tell the gateway."""
    channel = core.world.channel(channel_id)
    data = channel_json(core.world, channel)
    event = "CHANNEL_DELETE" if channel.thread is None else "THREAD_DELETE"
    core.world.forget_channel(channel_id)
    core.gateway.emit(event, data, guild_id=channel.guild_id)
    return data


def dm_channel(core: Core, user_id: int) -> Channel:
    """The bot's direct messages with a user; made when there are none yet."""
    core.world.user(user_id)
    for channel in core.world.channels.values():
        if channel.kind is ChannelKind.DM and channel.recipient_id == user_id:
            return channel
    channel = Channel(id=core.world.snowflake(), kind=ChannelKind.DM, name="", recipient_id=user_id)
    core.world.channels[channel.id] = channel
    return channel


@route("POST", "/users/@me/channels")
def open_dm(core: Core, call: Call) -> Answer:
    return 200, channel_json(core.world, dm_channel(core, int(call.body["recipient_id"])))

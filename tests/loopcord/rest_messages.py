"""Routes of messages, reactions and pins."""

from typing import Any

from simcord.backend.serializers import emoji_payload

from tests.loopcord import messages
from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.routing import route
from tests.loopcord.serialization import message_json, stamp
from tests.loopcord.state import Channel, Message

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji}/@me"


def _find(core: Core, call: Call) -> tuple[Channel, Message]:
    message = core.world.message(call.ids["channel_id"], call.ids["message_id"])
    return core.world.channel(message.channel_id), message


def _must_be_open(channel: Channel) -> None:
    if channel.thread is not None and channel.thread.archived:
        raise refuse(50083)


@route("POST", _MESSAGES)
def create_message(core: Core, call: Call) -> Answer:
    channel = core.world.channel(call.ids["channel_id"])
    recipient = core.world.users.get(channel.recipient_id or 0)
    if recipient is not None and not recipient.accepts_dms:
        raise refuse(50007)
    return 200, messages.post(core, channel, call.body, call.files)


@route("GET", _MESSAGES)
def list_messages(core: Core, call: Call) -> Answer:
    """Newest first. `after` takes the oldest of those after it, as Discord does."""
    core.world.channel(call.ids["channel_id"])
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX")
    every = sorted(core.world.messages.get(call.ids["channel_id"], {}).values(), key=lambda m: m.id)
    if "after" in call.query:
        chosen = [m for m in every if m.id > int(call.query["after"])][:limit]
    elif "before" in call.query:
        chosen = [m for m in every if m.id < int(call.query["before"])][-limit:]
    elif "around" in call.query:
        middle = int(call.query["around"])
        older = [m for m in every if m.id < middle][-(limit // 2) :]
        chosen = [*older, *[m for m in every if m.id >= middle][: limit - len(older)]]
    else:
        chosen = every[-limit:]
    return 200, [message_json(core.world, message) for message in reversed(chosen)]


@route("GET", _MESSAGES + "/pins")
def list_pins(core: Core, call: Call) -> Answer:
    core.world.channel(call.ids["channel_id"])
    pinned = [m for m in core.world.messages.get(call.ids["channel_id"], {}).values() if m.pinned]
    items: list[dict[str, Any]] = [
        {"pinned_at": stamp(m.timestamp), "message": message_json(core.world, m)} for m in reversed(pinned)
    ]
    return 200, {"items": items, "has_more": False}


@route("GET", _MESSAGE)
def get_message(core: Core, call: Call) -> Answer:
    return 200, message_json(core.world, _find(core, call)[1])


@route("PATCH", _MESSAGE)
def edit_message(core: Core, call: Call) -> Answer:
    channel, message = _find(core, call)
    _must_be_open(channel)
    if message.author_id != core.world.bot.id:
        raise refuse(50005)
    messages.edit(core, message, call.body, call.files)
    return 200, message_json(core.world, message)


@route("DELETE", _MESSAGE)
def delete_message(core: Core, call: Call) -> Answer:
    messages.delete(core, _find(core, call)[1])
    return 204, None


@route("PUT", _REACTION)
def add_reaction(core: Core, call: Call) -> Answer:
    channel, message = _find(core, call)
    _must_be_open(channel)
    message.reactions.setdefault(call.texts["emoji"], set()).add(core.world.bot.id)
    _emit_reaction(core, channel, message, "MESSAGE_REACTION_ADD", call.texts["emoji"])
    return 204, None


@route("DELETE", _REACTION)
def remove_reaction(core: Core, call: Call) -> Answer:
    channel, message = _find(core, call)
    message.reactions.get(call.texts["emoji"], set()).discard(core.world.bot.id)
    _emit_reaction(core, channel, message, "MESSAGE_REACTION_REMOVE", call.texts["emoji"])
    return 204, None


def _emit_reaction(core: Core, channel: Channel, message: Message, event: str, emoji: str) -> None:
    data = {
        "user_id": str(core.world.bot.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author_id),
        "emoji": emoji_payload(emoji),
        "burst": False,
        "type": 0,
    }
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    core.emit_in(event, channel, data, reaction=True)


@route("PUT", _MESSAGES + "/pins/{message_id}")
def pin(core: Core, call: Call) -> Answer:
    _find(core, call)[1].pinned = True
    return 204, None


@route("DELETE", _MESSAGES + "/pins/{message_id}")
def unpin(core: Core, call: Call) -> Answer:
    _find(core, call)[1].pinned = False
    return 204, None


@route("POST", _MESSAGE + "/crosspost")
def crosspost(core: Core, call: Call) -> Answer:
    _, message = _find(core, call)
    message.flags |= 1
    core.emit_message("MESSAGE_UPDATE", message)
    return 200, message_json(core.world, message)


@route("POST", "/channels/{channel_id}/typing")
def typing(core: Core, call: Call) -> Answer:
    core.world.channel(call.ids["channel_id"])
    return 204, None

"""Messages: from a request's body to a stored message, with nonce, numbered components and pings."""

import copy
import mimetypes
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from simcord.components import component_mentions, walk_components
from simcord.enums import MessageType

from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.serialization import message_json
from tests.loopcord.state import (
    Channel,
    ChannelKind,
    Message,
    MessageFlag,
)
from tests.loopcord.validation import check_message

Files = dict[str, tuple[str, bytes]]
_USER, _ROLE, _EVERYONE = (
    re.compile(r"<@!?(\d+)>"),
    re.compile(r"<@&(\d+)>"),
    re.compile(r"@(everyone|here)\b"),
)
# The flags that a body may set: no link previews, components V2, silent. "Only you can see" is a reply's.
_SETTABLE = 1 << 2 | MessageFlag.COMPONENTS_V2 | 1 << 12
_NONCE_LENGTH = 25
_MAX_DESCRIPTION = 1024
# What a server without boosts takes in one request.
_MAX_FILES = 10 * 1024 * 1024
_TEXTLESS = frozenset({ChannelKind.FORUM, ChannelKind.CATEGORY})


def create(core: Core, channel: Channel, body: dict[str, Any], files: Files, **fields: Any) -> Message:
    """Make a message by the bot, without storing it. Raises what Discord would refuse."""
    world = core.world
    message = Message(
        id=world.snowflake(), channel_id=channel.id, author_id=world.bot.id, timestamp=world.now(), **fields
    )
    reference = body.get("message_reference")
    if reference is not None and _is_there(core, channel, reference):
        message.kind = MessageType.REPLY
        guild = {"guild_id": str(channel.guild_id)} if channel.guild_id else {}
        message.reference = {
            "type": 0,
            "channel_id": str(channel.id),
            "message_id": str(reference["message_id"]),
        } | guild
    apply_body(core, message, body, files)
    return message


def _is_there(core: Core, channel: Channel, reference: dict[str, Any]) -> bool:
    """Whether the message to reply to exists; a usual message is sent if that is not demanded."""
    there = int(reference["message_id"]) in core.world.messages.get(channel.id, {})
    if not there and reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE")
    return there


def apply_body(core: Core, message: Message, body: dict[str, Any], files: Files) -> None:
    """Put what the body says into the message; a new one or an edit. All or nothing."""
    draft = copy.deepcopy(message)
    if "content" in body:
        draft.content = (body["content"] or "").strip()
    if "embeds" in body:
        draft.embeds = [{"type": "rich", **embed} for embed in copy.deepcopy(body["embeds"] or [])]
    if "components" in body:
        draft.components = copy.deepcopy(body["components"] or [])
        number_components(draft.components)
    if "attachments" in body or files:
        draft.attachments = _attachments(core, draft, body, files)
    draft.flags |= (body.get("flags") or 0) & _SETTABLE
    _link_files(draft)
    check_message(draft)
    _find_pings(core, draft, body.get("allowed_mentions"))
    message.__dict__.update(draft.__dict__)


def number_components(components: list[dict[str, Any]]) -> None:
    """Give every component without a numeric id the next free one, as Discord does."""
    every = list(walk_components(components))
    used = {component["id"] for component in every if component.get("id")}
    free = (number for number in range(1, 1 << 31) if number not in used)
    for component in every:
        if not component.get("id"):
            component["id"] = next(free)


def _attachments(core: Core, message: Message, body: dict[str, Any], files: Files) -> list[dict[str, Any]]:
    """The kept attachments and the new ones. A new one's `id` is the index of its file."""
    kept = {attachment["id"]: attachment for attachment in message.attachments}
    wanted = body.get("attachments")
    if wanted is None:
        wanted = [*kept.values(), *({"id": index} for index in range(len(files)))]
    if sum(len(data) for _, data in files.values()) > _MAX_FILES:
        raise refuse(40005)
    result = []
    for index, entry in enumerate(wanted):
        if str(entry["id"]) in kept:
            result.append(kept[str(entry["id"])])
            continue
        if len(entry.get("description") or "") > _MAX_DESCRIPTION:
            place = f"attachments.{index}.description"
            raise invalid(place, "Must be 1024 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
        if f"files[{entry['id']}]" not in files:
            raise invalid(f"attachments.{index}.id", "No such file", "ATTACHMENT_NOT_FOUND")
        name, data = files[f"files[{entry['id']}]"]
        stored = store_file(core, message.channel_id, entry.get("filename") or name, data)
        if entry.get("description"):
            stored["description"] = entry["description"]
        result.append(stored)
    return result


def store_file(core: Core, channel_id: int, name: str, data: bytes) -> dict[str, Any]:
    """Keep a file where the bot can fetch it; its attachment object."""
    file_id = core.world.snowflake()
    core.world.files[file_id] = (name, data)
    url = f"{core.base_url}/cdn/attachments/{channel_id}/{file_id}/{name}"
    kind = mimetypes.guess_type(name)[0]
    attachment = {"id": str(file_id), "filename": name, "size": len(data), "url": url, "proxy_url": url}
    return attachment | ({"content_type": kind} if kind else {})


def _link_files(message: Message) -> None:
    """Replace attachment:// by the address of the attached file."""
    urls = {f"attachment://{a['filename']}": a["url"] for a in message.attachments}
    if urls:
        for node in _nodes([message.embeds, message.components]):
            if node.get("url") in urls:
                node["url"] = node["proxy_url"] = urls[node["url"]]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def _find_pings(core: Core, message: Message, allowed: dict[str, Any] | None) -> None:
    """Whom the message notifies: its text (also that of components) within allowed_mentions."""
    text = f"{message.content}\n{component_mentions(message.components)}"
    allowed = {"parse": ["users", "roles", "everyone"], "replied_user": True} if allowed is None else allowed
    parse = allowed.get("parse") or []

    def pick(found: list[str], kind: str) -> list[int]:
        wanted = {int(one) for one in allowed.get(kind) or []}
        return list(dict.fromkeys(int(one) for one in found if kind in parse or int(one) in wanted))

    message.mentions = pick(_USER.findall(text), "users")
    message.mention_roles = pick(_ROLE.findall(text), "roles")
    message.mention_everyone = "everyone" in parse and bool(_EVERYONE.search(text))
    if message.reference and allowed.get("replied_user"):
        replied = core.world.messages.get(message.channel_id, {}).get(int(message.reference["message_id"]))
        if replied is not None and replied.author_id not in message.mentions:
            message.mentions.append(replied.author_id)


def store(core: Core, message: Message, *, nonce: str | None = None) -> None:
    """Put a message into its channel's history and tell the gateway."""
    world = core.world
    if message.ephemeral:
        world.hidden[message.id] = message
        return
    channel = world.channel(message.channel_id)
    world.messages.setdefault(channel.id, {})[message.id] = message
    channel.last_message_id = message.id
    if channel.thread is not None and message.id != channel.id:
        channel.thread.message_count += 1
    core.emit_message("MESSAGE_CREATE", message, nonce=nonce)


def post_system_message(
    core: Core, channel: Channel, kind: MessageType, author_id: int, **fields: Any
) -> Message:
    """A message that Discord writes itself, such as "X added Y to the thread"."""
    world = core.world
    message = Message(
        id=world.snowflake(),
        channel_id=channel.id,
        author_id=author_id,
        timestamp=world.now(),
        kind=kind,
        **fields,
    )
    store(core, message)
    return message


def post(core: Core, channel: Channel, body: dict[str, Any], files: Files) -> dict[str, Any]:
    """POST /channels/{id}/messages: the new message, or the first one when its nonce is enforced."""
    if channel.kind in _TEXTLESS:
        raise refuse(50008)
    nonce = None if body.get("nonce") is None else str(body["nonce"])
    if nonce is not None and len(nonce) > _NONCE_LENGTH:
        raise invalid("nonce", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    world = core.world
    key = (channel.id, world.bot.id, nonce or "")
    if nonce is not None and body.get("enforce_nonce"):
        since, first = world.nonces.get(key, (0.0, 0))
        known = world.messages.get(channel.id, {}).get(first)
        if known is not None and world.seconds() - since < core.nonce_seconds:
            return message_json(world, known) | {"nonce": nonce}
    message = create(core, channel, body, files, nonce=nonce)
    _unarchive(core, channel)
    store(core, message, nonce=nonce)
    if nonce is None:
        return message_json(world, message)
    world.nonces[key] = (world.seconds(), message.id)
    return message_json(world, message) | {"nonce": nonce}


def _unarchive(core: Core, channel: Channel) -> None:
    """A message opens an archived thread; a locked one stays closed."""
    if channel.thread is None or not channel.thread.archived:
        return
    if channel.thread.locked:
        raise refuse(50083)
    channel.thread.archived = False
    channel.thread.archived_at = core.world.now()
    core.emit_channel("THREAD_UPDATE", channel)


def edit(core: Core, message: Message, body: dict[str, Any], files: Files) -> None:
    """Change a message and tell the gateway."""
    apply_body(core, message, body, files)
    message.flags &= ~MessageFlag.LOADING
    message.edited_at = core.world.now() + timedelta(microseconds=message.edits)
    message.edits += 1
    core.emit_message("MESSAGE_UPDATE", message)


def delete(core: Core, message: Message) -> None:
    """Take a message out of the history and tell the gateway."""
    core.world.hidden.pop(message.id, None)
    if core.world.messages.get(message.channel_id, {}).pop(message.id, None) is None:
        return
    channel = core.world.channel(message.channel_id)
    data = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    core.emit_in("MESSAGE_DELETE", channel, data)

"""Routes of threads and their members."""

from datetime import datetime
from typing import Any

from simcord.enums import MessageType

from tests.loopcord import messages
from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.routing import route
from tests.loopcord.serialization import (
    member_json,
    message_json,
    thread_json,
    thread_member_json,
)
from tests.loopcord.state import Channel, ChannelKind, Message, MessageFlag, ThreadInfo

_THREADS = "/channels/{channel_id}/threads"
_MEMBERS = "/channels/{channel_id}/thread-members"
_PRIVATE = ChannelKind.PRIVATE_THREAD
_REQUIRE_TAG = 1 << 4
Pair = tuple[Channel, ThreadInfo]


def open_thread(
    core: Core, parent: Channel, body: dict[str, Any], *, kind: ChannelKind, thread_id: int | None = None
) -> Channel:
    """Make a thread below a channel, with the bot as its owner and only member."""
    world = core.world
    name = (body.get("name") or "").strip()
    if not 1 <= len(name) <= 100:
        raise invalid("name", "Must be between 1 and 100 in length.", "BASE_TYPE_BAD_LENGTH")
    now = world.now()
    info = ThreadInfo(
        owner_id=world.bot.id,
        created_at=now,
        archived_at=now,
        auto_archive_duration=body.get("auto_archive_duration") or 4320,
        invitable=body.get("invitable", True) is not False,
        members={world.bot.id: now},
        applied_tags=[int(tag) for tag in body.get("applied_tags") or []],
    )
    thread = Channel(
        id=thread_id or world.snowflake(),
        kind=kind,
        name=name,
        guild_id=parent.guild_id,
        parent_id=parent.id,
        slowmode=body.get("rate_limit_per_user") or 0,
        thread=info,
    )
    world.channels[thread.id] = thread
    core.emit_channel("THREAD_CREATE", thread, newly_created=True)
    return thread


def public_kind(parent: Channel) -> ChannelKind:
    return ChannelKind.NEWS_THREAD if parent.kind is ChannelKind.NEWS else ChannelKind.PUBLIC_THREAD


def _json(core: Core, thread: Channel) -> dict[str, Any]:
    return thread_json(core.world, *core.world.thread(thread.id))


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_from_message(core: Core, call: Call) -> Answer:
    """The thread's id is the message's: a second one is refused with 160004."""
    message = core.world.message(call.ids["channel_id"], call.ids["message_id"])
    parent = core.world.channel(message.channel_id)
    if parent.kind not in {ChannelKind.TEXT, ChannelKind.NEWS}:
        raise refuse(50024)
    if message.id in core.world.channels or message.thread_id is not None:
        raise refuse(160004)
    thread = open_thread(core, parent, call.body, kind=public_kind(parent), thread_id=message.id)
    message.thread_id = thread.id
    message.flags |= MessageFlag.HAS_THREAD
    core.emit_message("MESSAGE_UPDATE", message)
    reference = {
        "channel_id": str(parent.id),
        "guild_id": str(parent.guild_id),
        "message_id": str(message.id),
    }
    messages.post_system_message(
        core, thread, MessageType.THREAD_STARTER_MESSAGE, message.author_id, reference=reference
    )
    return 201, _json(core, thread)


@route("POST", _THREADS)
def start_thread(core: Core, call: Call) -> Answer:
    """A thread without a message, or a forum post with its first one. Neither knows a nonce."""
    parent = core.world.channel(call.ids["channel_id"])
    if parent.kind is ChannelKind.FORUM:
        return 201, _forum_post(core, parent, call)
    kind = ChannelKind(call.body.get("type") or _PRIVATE)
    allowed = {
        ChannelKind.TEXT: {_PRIVATE, ChannelKind.PUBLIC_THREAD},
        ChannelKind.NEWS: {ChannelKind.NEWS_THREAD},
    }
    if kind not in allowed.get(parent.kind, set()):
        raise refuse(50024)
    thread = open_thread(core, parent, call.body, kind=kind)
    if kind is not _PRIVATE:
        reference = {"channel_id": str(thread.id), "guild_id": str(parent.guild_id)}
        messages.post_system_message(
            core,
            parent,
            MessageType.THREAD_CREATED,
            core.world.bot.id,
            content=thread.name,
            reference=reference,
        )
    return 201, _json(core, thread)


def _forum_post(core: Core, parent: Channel, call: Call) -> dict[str, Any]:
    tags = {int(tag) for tag in call.body.get("applied_tags") or []}
    if parent.flags & _REQUIRE_TAG and not tags:
        raise refuse(40067)
    if tags - {int(tag["id"]) for tag in parent.tags}:
        raise invalid("applied_tags", "Unknown tag", "UNKNOWN_TAG")
    # The message is made first, so that a refused one leaves no empty thread behind.
    draft: Message = messages.create(core, parent, call.body["message"], call.files)
    thread = open_thread(core, parent, call.body, kind=ChannelKind.PUBLIC_THREAD, thread_id=draft.id)
    draft.channel_id = thread.id
    messages.store(core, draft)
    return _json(core, thread) | {"message": message_json(core.world, draft)}


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(core: Core, call: Call) -> Answer:
    guild = core.world.guild(call.ids["guild_id"])
    threads = [(c, c.thread) for c in core.world.channels.values() if c.guild_id == guild.id and c.thread]
    return 200, _listing(core, [(c, info) for c, info in threads if not info.archived]) | {"has_more": False}


@route("GET", _THREADS + "/archived/{privacy}")
def archived_threads(core: Core, call: Call) -> Answer:
    """Newest archived first; `before` is an ISO timestamp."""
    private = call.texts["privacy"] == "private"
    before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
    found = [
        pair
        for pair in _archived(core, call.ids["channel_id"], private=private)
        if before is None or pair[1].archived_at < before
    ]
    found.sort(key=lambda pair: pair[1].archived_at, reverse=True)
    return 200, _page(core, call, found)


@route("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
def joined_archived_threads(core: Core, call: Call) -> Answer:
    """Newest id first; `before` is a snowflake."""
    before = int(call.query.get("before", 1 << 63))
    found = [
        (thread, info)
        for thread, info in _archived(core, call.ids["channel_id"], private=True)
        if thread.id < before and core.world.bot.id in info.members
    ]
    found.sort(key=lambda pair: pair[0].id, reverse=True)
    return 200, _page(core, call, found)


def _archived(core: Core, channel_id: int, *, private: bool) -> list[Pair]:
    core.world.channel(channel_id)
    found = core.world.threads_of(channel_id)
    return [(c, info) for c, info in found if info.archived and (c.kind is _PRIVATE) == private]


def _page(core: Core, call: Call, found: list[Pair]) -> dict[str, Any]:
    limit = int(call.query.get("limit", 50))
    return _listing(core, found[:limit]) | {"has_more": len(found) > limit}


def _listing(core: Core, threads: list[Pair]) -> dict[str, Any]:
    me = core.world.bot.id
    mine = [thread_member_json(c, info, me) for c, info in threads if me in info.members]
    return {"threads": [thread_json(core.world, *pair) for pair in threads], "members": mine}


def _user(core: Core, call: Call) -> int:
    return call.ids.get("user_id", core.world.bot.id)


@route("PUT", _MEMBERS + "/@me")
@route("PUT", _MEMBERS + "/{user_id}")
def add_thread_member(core: Core, call: Call) -> Answer:
    """Adding somebody to a thread writes a system message into it, once."""
    thread, info = core.world.thread(call.ids["channel_id"])
    if info.archived:
        raise refuse(50083)
    user_id = _user(core, call)
    if user_id not in core.world.guild(thread.guild_id or 0).members:
        raise refuse(10007)
    if user_id not in info.members:
        info.members[user_id] = core.world.now()
        _emit_members(core, thread, info, added=user_id)
        if user_id != core.world.bot.id:
            messages.post_system_message(
                core, thread, MessageType.RECIPIENT_ADD, core.world.bot.id, mentions=[user_id]
            )
    return 204, None


@route("DELETE", _MEMBERS + "/@me")
@route("DELETE", _MEMBERS + "/{user_id}")
def remove_thread_member(core: Core, call: Call) -> Answer:
    thread, info = core.world.thread(call.ids["channel_id"])
    if info.archived:
        raise refuse(50083)
    if info.members.pop(_user(core, call), None) is not None:
        _emit_members(core, thread, info, removed=_user(core, call))
    return 204, None


@route("GET", _MEMBERS + "/@me")
@route("GET", _MEMBERS + "/{user_id}")
def get_thread_member(core: Core, call: Call) -> Answer:
    thread, info = core.world.thread(call.ids["channel_id"])
    if _user(core, call) not in info.members:
        raise refuse(10007)
    return 200, thread_member_json(thread, info, _user(core, call))


@route("GET", _MEMBERS)
def list_thread_members(core: Core, call: Call) -> Answer:
    thread, info = core.world.thread(call.ids["channel_id"])
    return 200, [thread_member_json(thread, info, user_id) for user_id in info.members]


def _emit_members(
    core: Core, thread: Channel, info: ThreadInfo, *, added: int | None = None, removed: int | None = None
) -> None:
    guild = core.world.guild(thread.guild_id or 0)
    data: dict[str, Any] = {
        "id": str(thread.id),
        "guild_id": str(guild.id),
        "member_count": len(info.members),
        "removed_member_ids": [] if removed is None else [str(removed)],
    }
    if added is not None:
        whole = thread_member_json(thread, info, added) | {"member": member_json(guild.members[added])}
        data["added_members"] = [whole | {"presence": None}]
    core.gateway.emit("THREAD_MEMBERS_UPDATE", data, guild_id=guild.id)

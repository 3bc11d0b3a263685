"""Routes of interactions: the first reply, its edits and follow-ups."""

import time
from typing import Any

from simcord.enums import AppCommandType, CallbackType, InteractionType, MessageType

from tests.loopcord import messages
from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import invalid, refuse
from tests.loopcord.record import InteractionRecord
from tests.loopcord.routing import route
from tests.loopcord.serialization import message_json, user_json
from tests.loopcord.state import Message, MessageFlag
from tests.loopcord.validation import check_choices, checked_modal

_WEBHOOK = "/webhooks/{application_id}/{token}"
_ORIGINAL = _WEBHOOK + "/messages/@original"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"
_MESSAGES = {CallbackType.CHANNEL_MESSAGE_WITH_SOURCE, CallbackType.DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE}
_UPDATES = {CallbackType.UPDATE_MESSAGE, CallbackType.DEFERRED_UPDATE_MESSAGE}
_AUTOCOMPLETE = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE
_SUGGESTION = (CallbackType.APPLICATION_COMMAND_AUTOCOMPLETE_RESULT, _AUTOCOMPLETE)
_MODAL_OPENERS = {InteractionType.APPLICATION_COMMAND, InteractionType.MESSAGE_COMPONENT}


@route("POST", "/interactions/{interaction_id}/{token}/callback", needs_token=False)
def first_reply(core: Core, call: Call) -> Answer:
    record = core.interactions.get(call.texts["token"])
    if record is None or record.id != call.ids["interaction_id"]:
        raise refuse(10062)
    if record.answered:
        raise refuse(40060)
    if time.monotonic() - record.started > core.reply_seconds:
        raise refuse(10062)
    kind = call.body["type"]
    _reply(core, record, kind, call.body.get("data") or {}, call)
    record.response_type, record.replied_at = kind, time.monotonic()
    if call.query.get("with_response", "0").lower() not in {"1", "true"}:
        return 204, None
    return 200, _callback_json(core, record, kind)


def _reply(core: Core, record: InteractionRecord, kind: int, data: dict[str, Any], call: Call) -> None:
    if kind in _MESSAGES and record.kind != _AUTOCOMPLETE:
        loading = MessageFlag.LOADING if kind == CallbackType.DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE else 0
        record.message = _create(core, record, data, call, flags=loading)
    elif kind in _UPDATES and record.source is not None:
        record.message = record.source
        if kind == CallbackType.UPDATE_MESSAGE:
            messages.edit(core, record.source, data, call.files)
    elif (kind, record.kind) == _SUGGESTION:
        check_choices(data["choices"])
        record.choices = data["choices"]
    elif kind == CallbackType.MODAL and record.kind in _MODAL_OPENERS:
        record.modal = checked_modal(data)
    else:
        raise invalid("type", f"Interaction type {record.kind} takes no reply {kind}", "INVALID_TYPE")


def _callback_json(core: Core, record: InteractionRecord, kind: int) -> dict[str, Any]:
    head: dict[str, Any] = {"id": str(record.id), "type": record.kind, "channel_id": str(record.channel_id)}
    body: dict[str, Any] = {"interaction": head}
    if record.message is not None:
        head["response_message_id"] = str(record.message.id)
        head["response_message_loading"] = record.message.loading
        head["response_message_ephemeral"] = record.message.ephemeral
        if kind in {CallbackType.CHANNEL_MESSAGE_WITH_SOURCE, CallbackType.UPDATE_MESSAGE}:
            body["resource"] = {"type": kind, "message": message_json(core.world, record.message)}
    return body


def _create(
    core: Core, record: InteractionRecord, data: dict[str, Any], call: Call, *, flags: int = 0
) -> Message:
    """A message by the bot that belongs to an interaction; ephemeral ones stay out of the history."""
    channel = core.world.channel(record.channel_id)
    flags |= (data.get("flags") or 0) & (MessageFlag.EPHEMERAL | MessageFlag.COMPONENTS_V2)
    message = messages.create(
        core,
        channel,
        data,
        call.files,
        kind=_message_kind(record),
        flags=flags,
        webhook_id=core.world.application_id,
        interaction=_metadata(core, record),
        reference=_source(record),
    )
    messages.store(core, message)
    return message


def _message_kind(record: InteractionRecord) -> MessageType:
    if record.kind == InteractionType.APPLICATION_COMMAND:
        slash = record.payload["data"]["type"] == AppCommandType.CHAT_INPUT
        return MessageType.CHAT_INPUT_COMMAND if slash else MessageType.CONTEXT_MENU_COMMAND
    return MessageType.REPLY if record.source is not None else MessageType.DEFAULT


def _source(record: InteractionRecord) -> dict[str, Any] | None:
    if record.source is None or record.kind == InteractionType.APPLICATION_COMMAND:
        return None
    guild = {"guild_id": str(record.guild_id)} if record.guild_id else {}
    return {
        "type": 0,
        "channel_id": str(record.source.channel_id),
        "message_id": str(record.source.id),
    } | guild


def _metadata(core: Core, record: InteractionRecord) -> dict[str, Any]:
    body = {
        "id": str(record.id),
        "type": record.kind,
        "user": user_json(core.world.users[record.user_id]),
        "authorizing_integration_owners": record.payload["authorizing_integration_owners"],
    }
    if record.kind == InteractionType.MESSAGE_COMPONENT and record.source is not None:
        body["interacted_message_id"] = str(record.source.id)
    if record.opener is not None:
        body["triggering_interaction_metadata"] = _metadata(core, record.opener)
    return body


def _open(core: Core, call: Call) -> InteractionRecord:
    """The interaction of a token: 10015 before its first reply, 50027 after its 15 minutes."""
    record = core.interactions.get(call.texts["token"])
    if record is None or not record.answered:
        raise refuse(10015)
    if core.world.seconds() - record.created_at > core.token_seconds:
        raise refuse(50027)
    return record


def _original(core: Core, call: Call) -> tuple[InteractionRecord, Message]:
    record = _open(core, call)
    message = record.message
    if message is None or record.deleted or not _exists(core, message):
        raise refuse(10008)
    return record, message


def _exists(core: Core, message: Message) -> bool:
    return message.id in core.world.hidden or message.id in core.world.messages.get(message.channel_id, {})


@route("GET", _ORIGINAL, needs_token=False)
def get_original(core: Core, call: Call) -> Answer:
    return 200, message_json(core.world, _original(core, call)[1])


@route("PATCH", _ORIGINAL, needs_token=False)
def edit_original(core: Core, call: Call) -> Answer:
    record, message = _original(core, call)
    messages.edit(core, message, call.body, call.files)
    record.edits += 1
    return 200, message_json(core.world, message)


@route("DELETE", _ORIGINAL, needs_token=False)
def delete_original(core: Core, call: Call) -> Answer:
    record, message = _original(core, call)
    messages.delete(core, message)
    record.deleted = True
    return 204, None


@route("POST", _WEBHOOK, needs_token=False)
def follow_up(core: Core, call: Call) -> Answer:
    """The first follow-up of a reply that still thinks takes its place."""
    record = _open(core, call)
    if record.message is not None and record.message.loading:
        messages.edit(core, record.message, call.body, call.files)
        record.edits += 1
        return 200, message_json(core.world, record.message)
    message = _create(core, record, call.body, call)
    record.followups.append(message)
    return 200, message_json(core.world, message)


def _followed(core: Core, call: Call) -> Message:
    record = _open(core, call)
    known = [*record.followups, *([record.message] if record.message else [])]
    for message in known:
        if message.id == call.ids["message_id"] and _exists(core, message):
            return message
    raise refuse(10008)


@route("GET", _MESSAGE, needs_token=False)
def get_follow_up(core: Core, call: Call) -> Answer:
    return 200, message_json(core.world, _followed(core, call))


@route("PATCH", _MESSAGE, needs_token=False)
def edit_follow_up(core: Core, call: Call) -> Answer:
    message = _followed(core, call)
    messages.edit(core, message, call.body, call.files)
    return 200, message_json(core.world, message)


@route("DELETE", _MESSAGE, needs_token=False)
def delete_follow_up(core: Core, call: Call) -> Answer:
    messages.delete(core, _followed(core, call))
    return 204, None

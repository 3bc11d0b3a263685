"""State -> the JSON that Discord sends. Pure functions."""

import copy
from datetime import datetime
from typing import Any

from simcord.backend.serializers import emoji_payload

from tests.loopcord.state import Channel, ChannelKind, Member, Message, Role, ThreadInfo, User, World

Json = dict[str, Any]


def stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name.lower(),
        "global_name": None if user.bot else user.name,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "primary_guild": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
    }


def me_json(user: User) -> Json:
    """The bot's own user, as /users/@me and READY give it."""
    return user_json(user) | {"verified": True, "mfa_enabled": True, "email": None, "locale": "en-US"}


def role_json(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member_json(member: Member, *, with_user: bool = True) -> Json:
    body: Json = {
        "roles": [str(role) for role in member.role_ids],
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "joined_at": stamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    if with_user:
        body["user"] = user_json(member.user)
    return body


def _snowflake(value: int | None) -> str | None:
    return None if value is None else str(value)


def channel_json(world: World, channel: Channel) -> Json:
    if channel.thread is not None:
        return thread_json(world, channel, channel.thread)
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "last_message_id": _snowflake(channel.last_message_id),
        "flags": channel.flags,
    }
    if channel.kind is ChannelKind.DM:
        recipient = world.users[channel.recipient_id or 0]
        return body | {"recipients": [user_json(recipient)]}
    body |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": _snowflake(channel.parent_id),
        "position": channel.position,
        "permission_overwrites": channel.overwrites,
        "topic": channel.topic,
        "nsfw": False,
        "rate_limit_per_user": channel.slowmode,
    }
    if channel.kind is ChannelKind.FORUM:
        body |= {
            "available_tags": channel.tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return body


def thread_member_json(channel: Channel, info: ThreadInfo, user_id: int) -> Json:
    return {
        "id": str(channel.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(info.members[user_id]),
        "flags": 0,
    }


def thread_json(world: World, channel: Channel, info: ThreadInfo) -> Json:
    metadata: Json = {
        "archived": info.archived,
        "archive_timestamp": stamp(info.archived_at),
        "auto_archive_duration": info.auto_archive_duration,
        "locked": info.locked,
        "create_timestamp": stamp(info.created_at),
    }
    if channel.kind is ChannelKind.PRIVATE_THREAD:
        metadata["invitable"] = info.invitable
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "guild_id": str(channel.guild_id),
        "parent_id": str(channel.parent_id),
        "owner_id": str(info.owner_id),
        "name": channel.name,
        "last_message_id": _snowflake(channel.last_message_id),
        "rate_limit_per_user": channel.slowmode,
        "message_count": info.message_count,
        "total_message_sent": info.message_count,
        "member_count": min(50, len(info.members)),
        "flags": channel.flags,
        "thread_metadata": metadata,
    }
    if info.applied_tags:
        body["applied_tags"] = [str(tag) for tag in info.applied_tags]
    if world.bot.id in info.members:
        body["member"] = thread_member_json(channel, info, world.bot.id)
    return body


def _reactions(world: World, message: Message) -> list[Json]:
    return [
        {
            "emoji": emoji_payload(emoji),
            "count": len(users),
            "count_details": {"normal": len(users), "burst": 0},
            "me": world.bot.id in users,
            "me_burst": False,
            "burst_colors": [],
        }
        for emoji, users in message.reactions.items()
        if users
    ]


def content_visible(world: World, message: Message) -> bool:
    """Without the message content intent: own messages, DMs and messages that mention the bot."""
    channel = world.channels.get(message.channel_id)
    own = message.author_id == world.bot.id or world.bot.id in message.mentions
    return own or channel is None or channel.kind is ChannelKind.DM


def message_json(world: World, message: Message, *, content: bool | None = None) -> Json:
    """A message of the history. `content` True shows everything, None follows the missing intent."""
    visible = content_visible(world, message) if content is None else content
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": int(message.kind),
        "author": user_json(world.users[message.author_id]),
        "content": message.content if visible else "",
        "embeds": copy.deepcopy(message.embeds) if visible else [],
        "attachments": copy.deepcopy(message.attachments) if visible else [],
        "components": copy.deepcopy(message.components) if visible else [],
        "timestamp": stamp(message.timestamp),
        "edited_timestamp": stamp(message.edited_at),
        "flags": message.flags,
        "mentions": [user_json(world.users[user]) for user in message.mentions if user in world.users],
        "mention_roles": [str(role) for role in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "pinned": message.pinned,
        "tts": False,
    }
    if message.reactions:
        body["reactions"] = _reactions(world, message)
    if message.webhook_id is not None:
        body |= {"webhook_id": str(message.webhook_id), "application_id": str(message.webhook_id)}
    if message.interaction is not None:
        body["interaction_metadata"] = message.interaction
    if message.thread_id in world.channels:
        body["thread"] = channel_json(world, world.channels[message.thread_id])
    if message.reference is not None:
        body |= _referenced(world, message.reference)
    return body


def _referenced(world: World, reference: Json) -> Json:
    channel_id, message_id = int(reference["channel_id"]), reference.get("message_id")
    body: Json = {"message_reference": reference}
    if message_id is not None:
        found = world.messages.get(channel_id, {}).get(int(message_id))
        # One level only, as Discord does.
        plain = None if found is None else {**message_json(world, _without_reference(found))}
        body["referenced_message"] = plain
    return body


def _without_reference(message: Message) -> Message:
    plain = copy.copy(message)
    plain.reference = None
    return plain


def message_event_json(world: World, message: Message, *, nonce: str | None = None) -> Json:
    """A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with its guild and member."""
    body = message_json(world, message)
    if nonce is not None:
        body["nonce"] = nonce
    channel = world.channels.get(message.channel_id)
    if channel is not None and channel.guild_id is not None:
        body["guild_id"] = str(channel.guild_id)
        member = world.guilds[channel.guild_id].members.get(message.author_id)
        if member is not None:
            body["member"] = member_json(member, with_user=False)
    return body

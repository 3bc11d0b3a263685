"""How the outbox reaches Discord: one creation, one outcome; no retries of its own."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

import aiohttp
import discord
from discord.ext import commands

from bot.core.lines import folded
from bot.gateway import rooms
from bot.gateway.directory import usable_tags
from bot.gateway.pacer import repetitions
from bot.gateway.rooms import Entry, ShutError
from bot.outbox import search
from bot.outbox.message import (
    Blocked,
    Creation,
    Direct,
    ForumPost,
    InChannel,
    PrivateThread,
    PublicThread,
    Receipt,
    Trouble,
    Unknown,
)
from bot.outbox.store import Post
from bot.ui import refusals
from bot.ui.message import Message
from bot.ui.refusals import Kind

log = logging.getLogger("studyloop.outbox")

NOT_FOUND = 404
TOO_MANY = 429
SERVER_ERROR = 500

_TROUBLES = {
    Kind.CHANNEL_GONE: Trouble.CHANNEL_GONE,
    Kind.UNREACHABLE: Trouble.UNREACHABLE,
    Kind.NO_ACCESS: Trouble.NO_ACCESS,
    Kind.NO_PERMISSION: Trouble.NO_PERMISSION,
    Kind.TOO_MANY_THREADS: Trouble.THREAD_LIMIT,
    Kind.TAG_NEEDED: Trouble.TAG_NEEDED,
    Kind.PASSING: Trouble.UNAVAILABLE,
}
# Of a forum's post.
MOST_TAGS = 5
# A room has to outlast its question's weekend: three days without a word.
ARCHIVE_AFTER_MINUTES = 4320


class DiscordTransport:
    """The real transport, over the bot's own REST client."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot

    async def find(self, post: Post, creation: Creation) -> Receipt | Blocked | None:
        """Return what an earlier attempt at `post` created; None where nothing is there.

        Blocked where the bot may not look: creating it then could make a second one.
        """
        if isinstance(creation, PublicThread):
            return None  # opening it again finds the first: error 160004
        try:
            return await search.find(self._bot, post, creation)
        except discord.HTTPException as error:
            if error.status >= SERVER_ERROR:
                raise
            log.info("post=%s cannot be looked for: %s", post.id, error)
            if error.status == NOT_FOUND:
                return None
            return _blocked(creation, error)

    async def remove(self, receipt: Receipt) -> None:
        """Delete a message or a thread that should not stand there; one that is gone already is fine."""
        if receipt.message_id == receipt.channel_id:
            await search.remove_thread(self._bot, receipt.message_id, "its question was removed")
            return
        channel = self._bot.get_partial_messageable(receipt.channel_id)
        try:
            await channel.get_partial_message(receipt.message_id).delete()
        except discord.NotFound:
            log.info("message=%s is gone already", receipt.message_id)

    async def create(self, post: Post, creation: Creation) -> Receipt | Blocked | Unknown:
        """Create it once. A 5xx, a 429 or a broken connection leaves open whether it took effect.

        A 429 too: it may be the answer to discord.py's own repetition after a 5xx.
        """
        guild = self._bot.get_guild(post.guild_id)
        if guild is None or guild.unavailable:
            return Blocked(Trouble.UNAVAILABLE, "the server is unavailable")
        try:
            return await self._create(post, creation)
        except ShutError as shut:
            return Blocked(Trouble.NO_PERMISSION, str(shut), needs=("manage_threads",))
        except discord.HTTPException as error:
            if rooms.may_pass(error):
                return Unknown(f"Discord answered {error.status}")
            return _blocked(creation, error)
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            return Unknown(type(error).__name__)

    async def _create(self, post: Post, creation: Creation) -> Receipt | Blocked:
        match creation:
            case InChannel():
                return await self._post_in(post, creation)
            case Direct():
                user = await self._bot.create_dm(discord.Object(creation.user_id))
                return _receipt(await _send(user, creation.message, post.id))
            case PublicThread():
                return await self._open_public_thread(post, creation)
            case PrivateThread() | ForumPost():
                return await self._open_unmarked(post, creation)
            case _:
                assert_never(creation)

    async def _post_in(self, post: Post, creation: InChannel) -> Receipt:
        """Let people in, then post; a full room gets the post all the same."""
        left_out: list[int] = []
        for user_id in creation.let_in:
            match await self.let_in(creation.channel_id, user_id):
                case Entry.FULL:
                    left_out.append(user_id)
                case Entry.SHUT:
                    raise ShutError("the thread is locked")
                case Entry.INSIDE | Entry.OUTSIDE:
                    pass
        channel = self._bot.get_partial_messageable(creation.channel_id, guild_id=post.guild_id)
        send = partial(_send, channel, creation.message, post.id)
        sent = await rooms.in_open(self._bot, creation.channel_id, send)
        return replace(_receipt(sent), left_out=tuple(left_out))

    async def let_in(self, thread_id: int, user_id: int) -> Entry:
        """Add a person to a thread; doing it again changes nothing."""
        return await rooms.let_in(self._bot, thread_id, user_id)

    async def way_in(self, thread_id: int, user_id: int | None) -> Entry:
        """Return how somebody who has answered finds the room; `user_id` None: nobody has to be let in."""
        return await rooms.way_in(self._bot, thread_id, user_id)

    async def retag(self, thread_id: int, names: Sequence[str], instead_of: Sequence[str]) -> bool:
        """Give a forum's post the tags of these names that the forum has, in place of those others.

        What else stands on it stays. Doing it again changes nothing; False where it should be done again.
        """
        try:
            thread = self._bot.get_channel(thread_id) or await self._bot.fetch_channel(thread_id)
            forum = thread.parent if isinstance(thread, discord.Thread) else None
            if not isinstance(thread, discord.Thread) or not isinstance(forum, discord.ForumChannel):
                return True
            old = {folded(name) for name in instead_of}
            kept = [tag for tag in thread.applied_tags if folded(tag.name) not in old]
            tags = list(dict.fromkeys((*_tags_named(forum, names), *kept)))[:MOST_TAGS]
            if set(tags) != set(thread.applied_tags) and (tags or not forum.flags.require_tag):
                await thread.edit(applied_tags=tags)
        except discord.HTTPException as error:
            log.info("thread=%s cannot be tagged: %s", thread_id, error)
            return not rooms.may_pass(error)
        except (OSError, aiohttp.ClientError) as error:
            log.info("thread=%s not tagged yet: %s", thread_id, error)
            return False
        return True

    async def rewrite(self, channel_id: int, message_id: int, message: Message) -> bool:
        """Have one of the bot's own messages look anew; False where it should be done again.

        Where it is gone, or its room is locked, it stays as it is.
        """
        target = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        edit = partial(
            target.edit,
            content=message.content,
            embeds=list(message.embeds),
            view=message.view(),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        try:
            await rooms.in_open(self._bot, channel_id, edit)
        except ShutError as shut:
            log.info("channel=%s message=%s stands in a closed thread: %s", channel_id, message_id, shut)
        except discord.HTTPException as error:
            log.info("channel=%s message=%s cannot be edited: %s", channel_id, message_id, error)
            return not rooms.may_pass(error)
        except (OSError, aiohttp.ClientError) as error:
            log.info("channel=%s message=%s not edited yet: %s", channel_id, message_id, error)
            return False
        return True

    async def _open_public_thread(self, post: Post, creation: PublicThread) -> Receipt | Blocked:
        """Open the one thread a message can have, with the message's id: trying again is safe.

        Where that thread was deleted Discord gives the message no second one: it stands beside it then.
        """
        try:
            await self._bot.http.start_thread_with_message(
                creation.channel_id,
                creation.message_id,
                name=creation.name,
                auto_archive_duration=ARCHIVE_AFTER_MINUTES,
            )
        except discord.HTTPException as error:
            if refusals.kind_of(error.code) is not Kind.THREAD_THERE:
                raise
            if not await self._is_there(creation.message_id):
                return await self._open_beside(post, creation)
        thread_id = creation.message_id
        return Receipt(thread_id, thread_id, discord.utils.snowflake_time(thread_id))

    async def _is_there(self, thread_id: int) -> bool:
        try:
            await self._bot.http.get_channel(thread_id)
        except discord.NotFound:
            return False
        return True

    async def _open_beside(self, post: Post, creation: PublicThread) -> Receipt | Blocked:
        channel = self._bot.get_channel(creation.channel_id)
        if not isinstance(channel, discord.TextChannel):
            return Blocked(Trouble.CHANNEL_GONE)
        if post.state == "sending" and (found := await search.find(self._bot, post, creation)):
            return found  # an earlier attempt, of which no reply came, has opened it
        kind = discord.ChannelType.news_thread if channel.is_news() else discord.ChannelType.public_thread
        opened = channel.create_thread(
            name=creation.name, type=kind, auto_archive_duration=ARCHIVE_AFTER_MINUTES
        )
        first = await self._only_one(opened, creation)
        return Receipt(first, first, discord.utils.snowflake_time(first))

    async def _open_unmarked(self, post: Post, creation: PrivateThread | ForumPost) -> Receipt | Blocked:
        """Open a thread that knows no nonce, then remove the twin that a repeated request may have made."""
        channel = self._bot.get_channel(creation.channel_id)
        match creation, channel:
            case PrivateThread(), discord.TextChannel():
                opened = channel.create_thread(
                    name=creation.name,
                    type=discord.ChannelType.private_thread,
                    invitable=False,
                    auto_archive_duration=ARCHIVE_AFTER_MINUTES,
                )
            case ForumPost(), discord.ForumChannel():
                opened = _open_post(channel, creation, post.id)
            case _:
                return Blocked(Trouble.CHANNEL_GONE)
        first = await self._only_one(opened, creation)
        return Receipt(first, first, discord.utils.snowflake_time(first))

    async def _only_one(self, opened: Awaitable[discord.Thread], creation: Creation) -> int:
        """Return the id of the thread; where discord.py has sent the request again, look for a twin."""
        with repetitions() as repeated:
            thread = await opened
        return await search.keep_one(self._bot, thread, creation) if repeated.requests else thread.id


def _blocked(creation: Creation, error: discord.HTTPException) -> Blocked:
    """Say who can mend a refusal (a 4xx)."""
    detail = error.text or str(error.status)
    if error.status == TOO_MANY:
        return Blocked(Trouble.UNAVAILABLE, detail)
    kind = refusals.kind_of(error.code)
    if isinstance(creation, Direct) and kind is not Kind.WORDS:
        return Blocked(Trouble.UNREACHABLE, detail, code=error.code)  # closed, left, or the account is gone
    trouble = Trouble.REFUSED if kind is None else _TROUBLES.get(kind, Trouble.REFUSED)
    return Blocked(trouble, detail, code=error.code)


async def _open_post(channel: discord.ForumChannel, creation: ForumPost, marker: int) -> discord.Thread:
    message = creation.message
    required = usable_tags(channel)[:1] if channel.flags.require_tag else []
    opened = await channel.create_thread(
        name=creation.name,
        content=message.content,
        embeds=list(message.embeds),
        files=message.files(),
        view=message.view(marker),
        allowed_mentions=message.mentions(),
        applied_tags=_tags_named(channel, creation.tags) or required,
        auto_archive_duration=ARCHIVE_AFTER_MINUTES,
    )
    return opened.thread


def _tags_named(channel: discord.ForumChannel, names: Sequence[str]) -> list[discord.ForumTag]:
    """Return the forum's tags that have one of the names and that the bot may set, in the names' order."""
    wanted = {folded(name): place for place, name in reversed(list(enumerate(names)))}
    found = [tag for tag in usable_tags(channel) if folded(tag.name) in wanted]
    return sorted(found, key=lambda tag: wanted[folded(tag.name)])[:MOST_TAGS]


async def _send(channel: discord.abc.Messageable, message: Message, post_id: int) -> discord.Message:
    """Send with the post's id as nonce: a second send within some minutes returns the first message."""
    extra: dict[str, Any] = {}
    if message.reply_to is not None and isinstance(channel, discord.PartialMessageable):
        target = channel.get_partial_message(message.reply_to)
        extra["reference"] = target.to_reference(fail_if_not_exists=False)
    return await channel.send(
        message.content,
        embeds=list(message.embeds),
        files=message.files(),
        view=message.view(post_id),
        allowed_mentions=message.mentions(),
        nonce=str(post_id),
        **extra,
    )


def _receipt(message: discord.Message) -> Receipt:
    return Receipt(message.channel.id, message.id, message.created_at)

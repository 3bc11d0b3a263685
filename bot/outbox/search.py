"""Finding what an earlier attempt may have created.

A message carries its post's id as the numeric id of a component, which comes back in the channel's
history. Post ids start at a random number in each database, so an old message cannot be mistaken for
a new one. Threads carry no mark: they are known by their name, which holds the question's number.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial

import discord
from discord.ext import commands

from bot.outbox.message import Creation, Direct, ForumPost, InChannel, PrivateThread, PublicThread, Receipt
from bot.outbox.store import Post

log = logging.getLogger("studyloop.outbox")

# By how much Discord's clock may be behind, and how much older the twin of a repeated request may be. A
# thread of the same name that is older still is another database's.
MARGIN = timedelta(minutes=10)
# How long after its claim a request can take effect.
LONGEST_REQUEST = timedelta(hours=1)
SERVER_ERROR = 500
ARCHIVED = 25


async def find(bot: commands.AutoShardedBot, post: Post, creation: Creation) -> Receipt | None:
    """Return the message or thread of `post`; raise discord.HTTPException where Discord does not say."""
    match creation:
        case InChannel():
            channel = bot.get_partial_messageable(creation.channel_id, guild_id=post.guild_id)
            return await _find_message(bot, channel, post)
        case Direct():
            return await _find_message(bot, await bot.create_dm(discord.Object(creation.user_id)), post)
        case PublicThread() | PrivateThread() | ForumPost():
            since = (post.claimed_at or post.due_at) - MARGIN
            found = {thread.id async for thread in _threads_like(bot, creation, since)}
            first = await _keep_first(bot, found)
            return None if first is None else Receipt(first, first, discord.utils.snowflake_time(first))


async def keep_one(bot: commands.AutoShardedBot, made: discord.Thread, creation: Creation) -> int:
    """Keep the oldest of the threads that one creation made; return its id.

    discord.py repeats a create on 5xx by itself: where the first had taken effect there are two.
    """
    try:
        since = discord.utils.snowflake_time(made.id) - MARGIN
        found = {thread.id async for thread in _threads_like(bot, creation, since)}
    except discord.HTTPException as error:
        if error.status >= SERVER_ERROR:
            raise
        # Not allowed to look: the thread is there all the same and must not be opened once more.
        log.info("thread=%s cannot be compared with others: %s", made.id, error)
        return made.id
    return await _keep_first(bot, found | {made.id}) or made.id


async def _keep_first(bot: commands.AutoShardedBot, ids: set[int]) -> int | None:
    first = min(ids, default=None)
    for twin in ids - {first}:
        await remove_thread(bot, twin, "opened twice by a repeated request")
    return first


async def remove_thread(bot: commands.AutoShardedBot, thread_id: int, reason: str) -> None:
    """Delete a thread, or close it where that needs a permission that the bot lacks."""
    delete = partial(bot.http.delete_channel, thread_id, reason=reason)
    close = partial(bot.http.edit_channel, thread_id, archived=True)
    for act in (delete, close):
        try:
            await act()
        except discord.HTTPException as error:
            if error.status >= SERVER_ERROR:
                raise
            log.info("thread=%s (%s) cannot be removed: %s", thread_id, reason, error)
        else:
            return


async def _find_message(
    bot: commands.AutoShardedBot, channel: discord.abc.Messageable, post: Post
) -> Receipt | None:
    """Look at what was posted from the claim on: however busy the channel was since, it stands near there."""
    claimed_at = post.claimed_at or post.due_at
    after = discord.Object(discord.utils.time_snowflake(claimed_at - MARGIN))
    async for message in channel.history(limit=None, after=after, oldest_first=True):
        if message.author.id == _me(bot) and post.id in _component_ids(message):
            return Receipt(message.channel.id, message.id, message.created_at)
        if message.created_at > claimed_at + LONGEST_REQUEST:
            return None
    return None


def _component_ids(message: discord.Message) -> Iterator[int | None]:
    for row in message.components:
        if isinstance(row, discord.ActionRow):
            yield from (child.id for child in row.children)


async def _threads_like(
    bot: commands.AutoShardedBot, creation: Creation, since: datetime
) -> AsyncIterator[discord.Thread]:
    """Yield the bot's threads of this name that are not older than `since`, closed ones included."""
    channel = bot.get_channel(creation.channel_id) if not isinstance(creation, Direct) else None
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return
    name, first_id = getattr(creation, "name", None), discord.utils.time_snowflake(since)
    for thread in await channel.guild.active_threads():
        if thread.parent_id == channel.id and _is_like(bot, thread, name, first_id):
            yield thread
    private = isinstance(creation, PrivateThread)
    archived = (
        channel.archived_threads(private=True, joined=True, limit=ARCHIVED)
        if private and isinstance(channel, discord.TextChannel)
        else channel.archived_threads(limit=ARCHIVED)
    )
    async for thread in archived:
        if _is_like(bot, thread, name, first_id):
            yield thread


def _is_like(bot: commands.AutoShardedBot, thread: discord.Thread, name: str | None, first_id: int) -> bool:
    return thread.owner_id == _me(bot) and thread.name == name and thread.id >= first_id


def _me(bot: commands.AutoShardedBot) -> int | None:
    return bot.user.id if bot.user else None

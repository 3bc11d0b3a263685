"""Threads that are to take in a person or a message: what keeps them shut, and what opens them.

An archived thread takes nobody in and no edit until it is opened. A locked one takes from a bot without
Manage Threads neither messages nor edits nor people (https://docs.discord.com/developers/topics/threads).
Discord says 50083 for both.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord
from discord.ext import commands

from bot.ui import refusals
from bot.ui.refusals import Kind

log = logging.getLogger("studyloop.outbox")

TOO_MANY = 429
SERVER_ERROR = 500
CLOSED = refusals.codes(Kind.SHUT)
MISSING_PERMISSIONS = refusals.codes(Kind.NO_PERMISSION)
# Discord counts a thread's members no further.
COUNTED = 50

T = TypeVar("T")


class Entry(Enum):
    """What came of letting somebody into a room."""

    INSIDE = "inside"
    FULL = "full"  # it has the 1,000 members that a thread may have
    SHUT = "shut"  # it is locked, and the bot may not open it
    OUTSIDE = "outside"  # it was deleted, they left, or they may not see the channel


class ShutError(Exception):
    """A thread is locked or archived, and the bot may not open it."""


def may_pass(error: discord.HTTPException) -> bool:
    """Return True if the same request may work a moment later: Discord fails, or limits the bot."""
    return error.status >= SERVER_ERROR or error.status == TOO_MANY


async def in_open(bot: commands.AutoShardedBot, thread_id: int, act: Callable[[], Awaitable[T]]) -> T:
    """Do something in a thread (or channel), which is opened first where Discord says that it is closed."""
    try:
        return await act()
    except discord.HTTPException as error:
        if error.code not in CLOSED:
            _tell_shut(bot, thread_id, error)
            raise
    try:
        await bot.http.edit_channel(thread_id, archived=False)
        return await act()
    except discord.HTTPException as error:
        if error.code in CLOSED | MISSING_PERMISSIONS:
            raise ShutError(str(error)) from error
        raise


def _tell_shut(bot: commands.AutoShardedBot, thread_id: int, error: discord.HTTPException) -> None:
    """Raise ShutError where a missing permission means that the thread is locked."""
    if error.code in MISSING_PERMISSIONS and is_locked(bot, thread_id):
        raise ShutError(str(error)) from error


def is_locked(bot: commands.AutoShardedBot, thread_id: int) -> bool:
    """Return True if the cache knows a thread to be locked against the bot."""
    thread = bot.get_channel(thread_id)
    if not isinstance(thread, discord.Thread) or not thread.locked:
        return False
    return thread.parent is None or not thread.parent.permissions_for(thread.guild.me).manage_threads


async def let_in(bot: commands.AutoShardedBot, thread_id: int, user_id: int) -> Entry:
    """Add a person to a thread; doing it again changes nothing."""
    add: Callable[[], Awaitable[Any]] = partial(bot.http.add_user_to_thread, thread_id, user_id)
    try:
        await in_open(bot, thread_id, add)
    except ShutError as shut:
        log.info("thread=%s somebody cannot be let in: %s", thread_id, shut)
        return Entry.SHUT
    except discord.HTTPException as error:
        if may_pass(error):
            raise
        log.info("thread=%s somebody cannot be let in: %s", thread_id, error)
        is_full = refusals.kind_of(error.code) is Kind.ROOM_FULL
        return Entry.FULL if is_full else Entry.OUTSIDE
    return Entry.INSIDE


async def way_in(bot: commands.AutoShardedBot, thread_id: int, user_id: int | None) -> Entry:
    """Return how somebody who has answered finds the room; `user_id` None where nobody has to be let in.

    Discord is asked only where the cache leaves a doubt. Where it does not say, the answer's post finds out.
    """
    if is_locked(bot, thread_id):
        return Entry.SHUT
    thread = bot.get_channel(thread_id)
    has_room = isinstance(thread, discord.Thread) and thread.member_count < COUNTED
    if user_id is None or has_room:
        return Entry.INSIDE
    try:
        return await let_in(bot, thread_id, user_id)
    except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
        log.info("thread=%s does not say whether it takes somebody in: %s", thread_id, error)
        return Entry.INSIDE

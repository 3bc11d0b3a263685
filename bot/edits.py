"""Edits of the bot's own messages, merged: each channel gets the newest state, paced to Discord's limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import aiohttp
import discord
from discord.ext import commands

from bot.clock import Clock
from bot.health.watch import QUIET, Watch
from bot.ui.message import Message

log = logging.getLogger("studyloop.edits")

YOUNG = timedelta(hours=1)
# Messages older than an hour have a limit of their own (error 30046).
YOUNG_PAUSE = 1.0
OLD_PAUSE = 5.0
# Under load there is something new after every few clicks, and a message shows it once a second at most.
COLLECT_PAUSE = 0.25
ARCHIVED = 50083
# Unknown channel, unknown message: there is nothing left to edit.
GONE = {10003, 10008}
REFUSED_PAUSE = 600.0
FAILED_PAUSE = 5.0
# Which message was edited when is of use for so many seconds.
REMEMBERED = 3_600.0
TOO_MANY = 429
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that does not show its newest state; `message` None deletes it. `done` marks it shown."""

    channel_id: int
    message_id: int
    message: Message | None
    done: Callable[[], Awaitable[None]]


class Source(Protocol):
    """A feature whose messages change."""

    async def list_edits(self) -> Sequence[Edit]:
        """Return what has to be edited now."""
        ...


class Edits:
    """Brings messages up to date. What is stale is read from the database: nothing is lost by a restart."""

    def __init__(
        self,
        bot: commands.AutoShardedBot,
        clock: Clock,
        sources: Sequence[Source],
        watch: Watch = QUIET,
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._sources = sources
        self._watch = watch
        self.stale = 0  # messages that did not show their newest state when last looked
        self._collecting: asyncio.Task[None] | None = None
        self._again = False
        self._closed = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._missed: set[int] = set()
        self._free_at: dict[int, float] = {}
        self._old_free_at: dict[int, float] = {}
        self._edited_at: dict[int, float] = {}
        self._refused: dict[int, float] = {}
        self._collect_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Look for stale messages now, or a moment later where that was done a moment ago."""
        if self._closed or self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._collect_at - loop.time()
        if wait > 0:
            self._timer = loop.call_later(wait, self._ring)
            return
        self._look()

    def _ring(self) -> None:
        self._timer = None
        self._look()

    def _look(self) -> None:
        if self._closed:
            return
        if self._collecting is not None and not self._collecting.done():
            self._again = True
            return
        self._collecting = asyncio.get_running_loop().create_task(self._collect(), name="edits")

    async def close(self) -> None:
        """End; what is not shown yet is still stale at the next start."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        tasks = [*self._busy.values(), *([self._collecting] if self._collecting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _collect(self) -> None:
        now = asyncio.get_running_loop().time()
        self._collect_at = now + COLLECT_PAUSE
        self._free_at = _later_than(now, self._free_at)
        self._old_free_at = _later_than(now, self._old_free_at)
        self._refused = _later_than(now, self._refused)
        self._edited_at = _later_than(now - REMEMBERED, self._edited_at)
        while True:
            self._again = False
            by_channel: dict[int, list[Edit]] = {}
            stale = 0
            for source in self._sources:
                try:
                    edits = await source.list_edits()
                except Exception:
                    # Still stale: the alarm's next look, at the latest in a minute, comes back to it.
                    log.exception("edits cannot be collected")
                    continue
                stale += len(edits)
                for edit in edits:
                    if edit.message_id in self._refused:
                        continue
                    by_channel.setdefault(edit.channel_id, []).append(edit)
            self.stale = stale
            for channel_id, edits in by_channel.items():
                if channel_id in self._busy:
                    # What changed while an edit is on its way is looked for when it has ended.
                    self._missed.add(channel_id)
                else:
                    task = asyncio.create_task(self._edit_channel(channel_id, edits), name="edit")
                    self._busy[channel_id] = task
            if not self._again:
                return

    async def _edit_channel(self, channel_id: int, edits: Sequence[Edit]) -> None:
        """Edit what may be edited now, first what was not for longest, so that no message starves another."""
        loop = asyncio.get_running_loop()
        waits: list[float] = []
        try:
            for edit in sorted(edits, key=lambda e: self._edited_at.get(e.message_id, 0.0)):
                old = self._clock.now() - discord.utils.snowflake_time(edit.message_id) >= YOUNG
                free_at = self._free_at.get(channel_id, 0.0)
                if old:
                    free_at = max(free_at, self._old_free_at.get(channel_id, 0.0))
                wait = free_at - loop.time()
                if wait > 0:
                    waits.append(wait)
                    continue
                if await self._apply(edit):
                    await edit.done()
                    self.stale = max(0, self.stale - 1)
                now = loop.time()
                self._edited_at[edit.message_id] = now
                self._free_at[channel_id] = now + YOUNG_PAUSE
                if old:
                    self._old_free_at[channel_id] = now + OLD_PAUSE
            if waits:
                loop.call_later(min(waits), self.wake)
        except Exception:
            # Still stale: the alarm's next look, at the latest in a minute, comes back to it.
            log.exception("edits in channel=%s stopped", channel_id)
        finally:
            self._busy.pop(channel_id, None)
            if channel_id in self._missed:
                self._missed.discard(channel_id)
                self.wake()

    async def _apply(self, edit: Edit) -> bool:
        """Edit or delete; False where it should be tried again."""
        for unarchive in (False, True):
            try:
                if unarchive:
                    await self._bot.http.edit_channel(edit.channel_id, archived=False)
                await self._send(edit)
            except discord.HTTPException as error:
                if error.code == ARCHIVED and not unarchive:
                    continue
                if error.status >= SERVER_ERROR or error.status == TOO_MANY:
                    self._watch.edited("failed")
                    self._put_off(edit, FAILED_PAUSE)
                    return False
                log.info(
                    "channel=%s message=%s cannot be edited: %s", edit.channel_id, edit.message_id, error
                )
                self._watch.edited("refused")
                if error.code not in GONE:
                    # A permission that is missing now may come back: until then it is not up to date.
                    self._put_off(edit, REFUSED_PAUSE)
                    return False
            except (OSError, aiohttp.ClientError) as error:
                log.info("channel=%s message=%s not edited yet: %s", edit.channel_id, edit.message_id, error)
                self._watch.edited("failed")
                return False
            else:
                self._watch.edited("done")
            return True
        return True

    def _put_off(self, edit: Edit, seconds: float) -> None:
        """Let the other messages of its channel pass; a look follows when its time has come."""
        loop = asyncio.get_running_loop()
        self._refused[edit.message_id] = loop.time() + seconds
        loop.call_later(seconds, self.wake)

    async def _send(self, edit: Edit) -> None:
        channel = self._bot.get_partial_messageable(edit.channel_id)
        target = channel.get_partial_message(edit.message_id)
        if edit.message is None:
            await target.delete()
            return
        await target.edit(
            content=edit.message.content,
            embeds=list(edit.message.embeds),
            view=edit.message.view(),
            allowed_mentions=discord.AllowedMentions.none(),
        )


def _later_than(now: float, moments: dict[int, float]) -> dict[int, float]:
    return {key: at for key, at in moments.items() if at > now}

"""Edits of the bot's own messages, merged: each channel gets the newest state, paced to Discord's limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

import aiohttp
import discord
from discord.ext import commands

from bot.core.clock import Clock
from bot.core.watch import QUIET, Watch
from bot.db import News
from bot.gateway import rooms
from bot.gateway.pacer import Priority, asked_as
from bot.gateway.rooms import ShutError
from bot.ui import refusals
from bot.ui.message import Message
from bot.ui.refusals import Kind

log = logging.getLogger("studyloop.edits")

YOUNG = timedelta(hours=1)
# Messages older than an hour have a limit of their own (error 30046).
YOUNG_PAUSE = 1.0
OLD_PAUSE = 5.0
# Under load there is something new after every few clicks, and a message shows it once a second at most.
COLLECT_PAUSE = 0.25
# No edit will ever pass.
NEVER = refusals.codes(Kind.CHANNEL_GONE, Kind.MESSAGE_GONE)
# That is so for every message of the channel.
NO_ENTRY = refusals.codes(Kind.NO_ACCESS, Kind.NO_PERMISSION)
# How long something is left alone; the pause doubles each time, up to the longest.
REFUSED_PAUSE, REFUSED_LONGEST = 600.0, 86_400.0
FAILED_PAUSE, FAILED_LONGEST = 5.0, 600.0
# Which message was edited when is of use for so many seconds.
REMEMBERED = 3_600.0
# asyncio rings a timer up to its clock's resolution early: what is due then is due.
EARLY = 1e-3

Draw = Callable[[], Awaitable[Message]]
# A message by its id, or all edits (True: all deletions) in a channel.
Held = int | tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that does not show its newest state; `message` None deletes it.

    `done` marks it shown; it returns False where something that belongs to it has to be done again later.
    `message` may be drawn when its turn has come: what waits for long is then not drawn at each look.
    `refused` hears that the text itself may not stand there, and returns True where it has changed that.
    """

    channel_id: int
    message_id: int
    message: Message | Draw | None
    done: Callable[[], Awaitable[bool | None]]
    refused: Callable[[], Awaitable[bool]] | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Return (channel_id, message_id), as the log names it."""
        return self.channel_id, self.message_id

    @property
    def whole(self) -> Held:
        """Return what is held up with it where its channel takes no edits, or no deletions."""
        return self.channel_id, self.message is None


@dataclass(frozen=True, slots=True)
class Pause:
    """What was refused is left alone until `until` (of the loop's time), or until `place` has changed."""

    until: float
    seconds: float
    place: tuple[bool, int | None] | None


class Source(Protocol):
    """A feature whose messages change; `news` are the commits after which one may be out of date."""

    news: frozenset[News]

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
        # How many messages of each source did not show their newest state when last looked.
        self._behind = dict.fromkeys(sources, 0)
        self._asked: set[Source] = set()
        self._collecting: asyncio.Task[None] | None = None
        self._again = False
        self._closed = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._missed: set[int] = set()
        self._free_at: dict[int, float] = {}
        self._old_free_at: dict[int, float] = {}
        self._edited_at: dict[int, float] = {}
        self._pauses: dict[Held, Pause] = {}
        self._collect_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def stale(self) -> int:
        """How many messages did not show their newest state when last looked."""
        return sum(self._behind.values())

    def wake(self, news: frozenset[News] | None = None) -> None:
        """Look for stale messages now, or a moment later where that was done a moment ago.

        Those sources are asked that these news concern (None: all), besides those that are behind already.
        """
        self._asked |= {source for source in self._sources if news is None or news & source.news}
        # What was refused may pass since this commit: a room may be open again.
        if self._asked or self.stale:
            self._look_soon()

    def _look_soon(self) -> None:
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
        self._pauses = {key: p for key, p in self._pauses.items() if p.until + p.seconds > now}
        self._edited_at = _later_than(now - REMEMBERED, self._edited_at)
        while True:
            self._again = False
            asked, self._asked = self._asked, set()
            by_channel: dict[int, list[Edit]] = {}
            for source in self._sources:
                # Whoever is behind is asked too: its messages share channels, and turns, with the others'.
                if source not in asked and not self._behind[source]:
                    continue
                try:
                    edits = await source.list_edits()
                except Exception:
                    # Still stale: the alarm's next look, at the latest in a minute, comes back to it.
                    log.exception("edits cannot be collected")
                    self._asked.add(source)
                    continue
                self._behind[source] = len(edits)
                for edit in edits:
                    if self._is_held(edit):
                        continue
                    by_channel.setdefault(edit.channel_id, []).append(edit)
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
        tried = False
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
                if self._is_held(edit):
                    continue  # one before it has found the channel closed
                await self._try(edit)
                tried = True
                now = loop.time()
                self._edited_at[edit.message_id] = now
                self._free_at[channel_id] = now + YOUNG_PAUSE
                if old:
                    self._old_free_at[channel_id] = now + OLD_PAUSE
            if waits:
                loop.call_later(min(waits), self._look_soon)
        except Exception:
            # Still stale: the alarm's next look, at the latest in a minute, comes back to it.
            log.exception("edits in channel=%s stopped", channel_id)
        finally:
            self._busy.pop(channel_id, None)
            # After an edit others of the channel may pass, and how much is behind has changed.
            if channel_id in self._missed or (tried and not waits):
                self._missed.discard(channel_id)
                self._look_soon()

    async def _try(self, edit: Edit) -> None:
        """Bring a message up to date; what does not pass is put off, so that it keeps no other waiting."""
        try:
            with asked_as(Priority.EDIT):
                if not await self._apply(edit):
                    return
                done = await edit.done()
            if done is False:
                self._put_off(edit.message_id, FAILED_PAUSE, FAILED_LONGEST)
            else:
                self._go_on(edit)
        except Exception:
            log.exception("channel=%s message=%s cannot be edited", *edit.place)
            self._put_off(edit.message_id, FAILED_PAUSE, FAILED_LONGEST)

    async def _apply(self, edit: Edit) -> bool:
        """Edit or delete; False where it should be tried again."""
        try:
            await rooms.in_open(self._bot, edit.channel_id, partial(self._send, edit))
        except ShutError as shut:
            log.info("channel=%s message=%s stands in a closed thread: %s", *edit.place, shut)
            self._watch.edited("refused")
            self._refuse(edit.whole, edit)
            return False
        except discord.HTTPException as error:
            log.info("channel=%s message=%s cannot be edited: %s", *edit.place, error)
            kind = refusals.kind_of(error.code)
            passing = rooms.may_pass(error) or kind is Kind.PASSING
            self._watch.edited("failed" if passing else "refused")
            if passing:
                self._put_off(edit.message_id, FAILED_PAUSE, FAILED_LONGEST)
                return False
            if kind is Kind.WORDS and edit.refused is not None and await edit.refused():
                return False
            if error.code not in NEVER:
                # What is missing now may come back: until then it is not up to date.
                self._refuse(edit.whole if error.code in NO_ENTRY else edit.message_id, edit)
                return False
        except (OSError, aiohttp.ClientError) as error:
            log.info("channel=%s message=%s not edited yet: %s", *edit.place, error)
            self._watch.edited("failed")
            self._put_off(edit.message_id, FAILED_PAUSE, FAILED_LONGEST)
            return False
        else:
            self._watch.edited("done")
        return True

    def _refuse(self, what: Held, edit: Edit) -> None:
        self._put_off(what, REFUSED_PAUSE, REFUSED_LONGEST, self._place(edit.channel_id))

    def _put_off(
        self, what: Held, first: float, longest: float, place: tuple[bool, int | None] | None = None
    ) -> None:
        """Let others pass; a look follows when its time has come, each time after twice as long."""
        loop = asyncio.get_running_loop()
        before = self._pauses.get(what)
        seconds = first if before is None else min(max(first, 2 * before.seconds), longest)
        self._pauses[what] = Pause(loop.time() + seconds, seconds, place)
        loop.call_later(seconds, self._look_soon)

    def _go_on(self, edit: Edit) -> None:
        """Forget what held a message up; with it the others of its channel may pass."""
        self._pauses.pop(edit.message_id, None)
        self._pauses.pop(edit.whole, None)

    def _is_held(self, edit: Edit) -> bool:
        now = asyncio.get_running_loop().time()
        pauses = (self._pauses.get(edit.message_id), self._pauses.get(edit.whole))
        return any(
            pause is not None
            and pause.until > now + EARLY
            and (pause.place is None or pause.place == self._place(edit.channel_id))
            for pause in pauses
        )

    def _place(self, channel_id: int) -> tuple[bool, int | None]:
        """Return what the cache knows of the bot's rights there: whether it is locked, and permissions."""
        channel = self._bot.get_channel(channel_id)
        locked = isinstance(channel, discord.Thread) and channel.locked
        home = channel.parent if isinstance(channel, discord.Thread) else channel
        if not isinstance(home, discord.abc.GuildChannel):
            return locked, None
        return locked, home.permissions_for(home.guild.me).value

    async def _send(self, edit: Edit) -> None:
        channel = self._bot.get_partial_messageable(edit.channel_id)
        target = channel.get_partial_message(edit.message_id)
        if edit.message is None:
            await target.delete()
            return
        message = edit.message if isinstance(edit.message, Message) else await edit.message()
        await target.edit(
            content=message.content,
            embeds=list(message.embeds),
            view=message.view(),
            allowed_mentions=discord.AllowedMentions.none(),
        )


def _later_than(now: float, moments: dict[int, float]) -> dict[int, float]:
    return {key: at for key, at in moments.items() if at > now}

"""One private message a person and subject, updated in place however often they press."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping

import aiohttp
import discord

from bot.ui import reply
from bot.ui.message import Message

Interaction = discord.Interaction[discord.Client]
log = logging.getLogger("studyloop.panels")
# Memory is a cache here: whoever falls out of it, or a restart, gets a new private message.
MOST = 2_000
# So many panels are brought to their end at the same time.
TOGETHER = 10


class _Panel:
    """A person's panel: `at` is by whose token it can be edited. One click at a time writes to it."""

    __slots__ = ("at", "newest", "turn")

    def __init__(self) -> None:
        self.at: Interaction | None = None
        self.newest: Interaction | None = None
        self.turn = asyncio.Lock()


class Panels:
    """Remembers by whose token a private message can be edited (Discord allows it for 15 minutes)."""

    def __init__(self) -> None:
        self._panels: OrderedDict[tuple[int, int], _Panel] = OrderedDict()
        self._ending: set[asyncio.Task[None]] = set()

    async def show(self, interaction: Interaction, subject_id: int, message: Message) -> None:
        """Answer a click with the person's panel about a subject.

        A second click can come before Discord has the first one's panel: it waits, or there would be two.
        It is acknowledged before it waits, as Discord does not; of those that wait the newest writes.
        """
        key = (interaction.user.id, subject_id)
        panel = self._panels.setdefault(key, _Panel())
        self._panels.move_to_end(key)
        self._forget()
        panel.newest = interaction
        if panel.turn.locked():
            await interaction.response.defer()
        async with panel.turn:
            if panel.newest is interaction or not interaction.response.is_done():
                panel.at = await _write(interaction, panel.at, message)

    def _forget(self) -> None:
        """Let go of the panels used longest ago that are too many, or that no token can edit any more."""
        while self._panels:
            oldest = next(iter(self._panels.values()))
            over = oldest.at is not None and oldest.at.is_expired() and not oldest.turn.locked()
            if not over and len(self._panels) <= MOST:
                return
            self._panels.popitem(last=False)

    def end(self, subject_id: int, messages: Mapping[int, Message]) -> None:
        """Have each person's panel (by user id) show its last state; returns before that is done.

        A panel that memory does not know, or Discord no longer lets edit, stays as it is: its buttons
        still answer.
        """
        known = {user: panel for user in messages if (panel := self._panels.pop((user, subject_id), None))}
        if known:
            task = asyncio.create_task(_end_all(known, messages), name="panels")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


async def _end_all(panels: Mapping[int, _Panel], messages: Mapping[int, Message]) -> None:
    turns = asyncio.Semaphore(TOGETHER)

    async def end(user_id: int, panel: _Panel) -> None:
        async with turns, panel.turn:
            if panel.at is None or panel.at.is_expired():
                return
            try:
                await _edit(panel.at, messages[user_id])
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                # Dismissed, or Discord is slow: what it says was true, and its buttons still answer.
                log.debug("a panel keeps its last state: %s", error)

    await asyncio.gather(*(end(user_id, panel) for user_id, panel in panels.items()))


async def _write(
    interaction: Interaction, earlier: Interaction | None, message: Message
) -> Interaction | None:
    """Write or update a panel; return by whose token it can be edited from now on."""
    waited = interaction.response.is_done()
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await (_edit if waited else reply.replace)(interaction, message)
        return interaction
    if earlier is not None and not earlier.is_expired():
        return earlier if await _update(interaction, earlier, message) else None
    if waited:
        await _write_anew(interaction, message)
        return None
    await reply.tell(interaction, message)
    return interaction


async def _update(interaction: Interaction, earlier: Interaction, message: Message) -> bool:
    """Acknowledge the click without a word and edit the panel; where that is gone, write a new message.

    False for the new one: it cannot be found by a token alone, so the next click writes a panel again.
    """
    if not interaction.response.is_done():
        await interaction.response.defer()
    try:
        await _edit(earlier, message)
    except discord.NotFound:  # the person has dismissed it
        await _write_anew(interaction, message)
        return False
    return True


async def _edit(panel: Interaction, message: Message) -> None:
    await panel.edit_original_response(
        content=message.content,
        embeds=list(message.embeds),
        view=message.view(),
        allowed_mentions=message.mentions(),
    )


async def _write_anew(interaction: Interaction, message: Message) -> None:
    await interaction.followup.send(
        message.content,
        embeds=list(message.embeds),
        view=message.view(),
        ephemeral=True,
        allowed_mentions=message.mentions(),
    )

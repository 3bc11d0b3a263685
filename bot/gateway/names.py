"""Names of members: asked of Discord's gateway without a privileged intent, kept for a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import discord

from bot.core.clock import Clock

log = logging.getLogger("studyloop.names")

KEEP = timedelta(days=1)
# One gateway request names at most 100 members.
BATCH = 100
# A command has three seconds to reply; without names it replies with mentions.
PATIENCE_SECONDS = 1.5


class Names:
    """Display names by (guild_id, user_id); None for somebody who is not in the server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[datetime, str | None]] = {}

    async def get(self, guild: discord.Guild, user_ids: Iterable[int]) -> dict[int, str]:
        """Return the names of those who are in the server now; of the others there is none."""
        now = self._clock.now()
        wanted = list(dict.fromkeys(user_ids))
        missing = [u for u in wanted if self._age((guild.id, u), now) > KEEP]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for start in range(0, len(missing), BATCH):
                    await self._ask(guild, missing[start : start + BATCH], now)
        except TimeoutError:
            log.warning("guild=%s the gateway does not name members in time", guild.id)
            return {u: self._known.get((guild.id, u), (now, None))[1] or f"<@{u}>" for u in wanted}
        found = {u: self._known[guild.id, u][1] for u in wanted}
        return {user_id: name for user_id, name in found.items() if name is not None}

    async def _ask(self, guild: discord.Guild, user_ids: list[int], now: datetime) -> None:
        members = await guild.query_members(user_ids=user_ids, limit=BATCH, cache=False)
        names = {member.id: member.display_name for member in members}
        for user_id in user_ids:
            self._known[guild.id, user_id] = (now, names.get(user_id))

    def _age(self, key: tuple[int, int], now: datetime) -> timedelta:
        known = self._known.get(key)
        return timedelta.max if known is None else now - known[0]

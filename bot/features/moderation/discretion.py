"""Whether a report may name and quote people where it stands."""

from __future__ import annotations

from bot.gateway.directory import ORGANISERS_ALONE, Directory


async def others_read(directory: Directory, guild_id: int, channel_id: int) -> bool:
    """Return True if somebody who is no organiser reads a channel: nobody is named or quoted there."""
    return await directory.readers(guild_id, channel_id) != ORGANISERS_ALONE

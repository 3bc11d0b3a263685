"""Which servers the bot is in, kept true over a session that begins anew."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from discord.ext import commands

log = logging.getLogger("studyloop.servers")


def keep_true(bot: commands.AutoShardedBot) -> None:
    """Have servers forgotten that a READY does not name: they removed the bot while nobody could tell it.

    READY names every server of its shard, also those that are unavailable. discord.py adds them to those of
    the session before and takes none away, so that the bot would go on for one that it has left.
    """
    inside: Any = bot
    connection = inside._connection  # noqa: SLF001 no public way
    parse = connection.parsers["READY"]

    def parse_ready(data: Mapping[str, Any]) -> None:
        shard_id, named = data["shard"][0], {int(guild["id"]) for guild in data["guilds"]}
        gone = [g for g in bot.guilds if g.shard_id == shard_id and g.id not in named]
        for guild in gone:
            log.info("guild=%s is not named any more by Discord", guild.id)
            # As discord.py does at GUILD_DELETE.
            connection._remove_guild(guild)  # noqa: SLF001 as above
            connection.dispatch("guild_remove", guild)
        parse(data)

    connection.parsers["READY"] = parse_ready

"""A bot as a process of its own: posts one message with a nonce at each start, ends well on SIGTERM."""

import asyncio
import os
import signal
import sys

import discord
from discord.http import Route


class SmallBot(discord.AutoShardedClient):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.02)
        self.tree = discord.app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        for channel in self.guilds[0].text_channels:
            await channel.send("started", nonce=1)


async def main() -> int:
    Route.BASE = os.environ["DISCORD_API_URL"]
    if "FAIL" in os.environ:
        sys.stderr.write(f"refused: {os.environ['FAIL']}\n")
        return 2
    async with SmallBot() as bot:
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, lambda: asyncio.ensure_future(bot.close())
        )
        await bot.start(os.environ["DISCORD_TOKEN"])
    return 0


sys.exit(asyncio.run(main()))

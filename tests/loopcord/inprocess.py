"""A discord.py client in the test's own process, connected to a server over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from unittest import mock

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.loopcord.server import Server
from tests.loopcord.waiting import until


@contextlib.asynccontextmanager
async def connected(client: discord.Client, server: Server, within: float = 10.0) -> AsyncIterator[None]:
    """Log a client in, wait until it is ready, and close it at the end of the block."""
    with (
        mock.patch.object(Route, "BASE", server.api_url),
        mock.patch.object(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url)),
    ):
        running = asyncio.create_task(client.start(server.token))
        try:
            await until(lambda: client.is_ready() or running.done(), within, "the client was not ready")
            if running.done():
                # It ended before it was ready: this raises why.
                await running
            yield
        finally:
            await client.close()
            with contextlib.suppress(asyncio.CancelledError):
                await running

"""The server: one aiohttp application on 127.0.0.1 with the REST API, the gateway and a file store."""

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.loopcord import (
    rest_account,
    rest_channels,
    rest_interactions,
    rest_messages,
    rest_threads,
    routing,
)
from tests.loopcord.driver import Driver

# Importing these modules has registered their routes.
_ROUTES = (rest_account, rest_channels, rest_interactions, rest_messages, rest_threads)


class Server(Driver):
    """`async with Server() as server:` serves on a free port until the block ends.

    `api_url` is what DISCORD_API_URL has to be.
    """

    _runner: web.AppRunner | None = None
    port: int = 0

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/v10"

    async def start(self, port: int = 0) -> None:
        """Start to serve; port 0 takes a free one."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/cdn/attachments/{channel}/{file}/{name}", self._file)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._request)
        # No waiting for clients at the end: a test is over when it is over.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"

    async def stop(self) -> None:
        """Cut all connections and stop."""
        try:
            await self.gateway.close()
        finally:
            if self._runner is not None:
                await self._runner.cleanup()
                self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _request(self, request: web.Request) -> web.StreamResponse:
        return await routing.handle(self, request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.world.files.get(int(request.match_info["file"]))
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[1], content_type="application/octet-stream")

"""The HTTP server on HEALTH_PORT: three addresses, and nobody who asks can hold the bot."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.ops.health.metrics import Meter
from bot.ops.health.service import Health, Watched
from bot.services import Host

log = logging.getLogger("studyloop.health")
# The format that every version of Prometheus reads.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A scrape takes some milliseconds; whoever is slower, or sends nothing, is cut off.
LONGEST_SECONDS = 10.0
MOST_CONNECTIONS = 32
CLOSE_SECONDS = 1.0
# What strangers send wrong is no error of the bot's, and must not fill its log.
_deaf = logging.Logger("requests", logging.CRITICAL)  # noqa: LOG001 nobody else shall reach it


class HealthServer:
    """Serves what Health tells."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._health = health
        self._host = host
        self._port = port
        self._web: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._pages: dict[str, Callable[[], Awaitable[web.Response]]] = {
            "/health/live": self._live,
            "/health/ready": self._ready,
            "/metrics": self._metrics,
        }

    async def start(self) -> None:
        """Begin to listen; OSError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._web = web.Server(
            self._answer,
            logger=_deaf,
            access_log=None,
            keepalive_timeout=LONGEST_SECONDS,
            lingering_time=0,
        )
        self._listener = await loop.create_server(self._accept, self._host, self._port)
        self._health.begin()

    async def close(self) -> None:
        """Stop listening and end what is open."""
        self._health.end()
        if self._listener is not None and self._web is not None:
            self._listener.close()
            await self._web.shutdown(CLOSE_SECONDS)

    def _accept(self) -> asyncio.Protocol:
        """Take a connection, which lives for ten seconds at most."""
        if self._web is None or len(self._web.connections) >= MOST_CONNECTIONS:
            return _Busy()
        protocol = self._web()
        asyncio.get_running_loop().call_later(LONGEST_SECONDS, _cut, protocol)
        return protocol

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="Not found. " + " ".join(self._pages) + "\n")
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, text="GET only.\n", headers={"Allow": "GET, HEAD"})
        try:
            response = await page()
        except Exception:
            log.exception("%s failed", request.path)
            return web.Response(status=500, text="The log says why.\n")
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _live(self) -> web.Response:
        return _verdict(await self._health.why_not_live())

    async def _ready(self) -> web.Response:
        return _verdict(await self._health.why_not_ready())

    async def _metrics(self) -> web.Response:
        return web.Response(body=await self._health.scrape(), headers={"Content-Type": CONTENT_TYPE})


async def serve(bot: Host, watched: Watched, meter: Meter, port: int) -> HealthServer:
    """Begin to follow and to serve; OSError where the address cannot be had."""
    server = HealthServer(Health(bot, watched, meter), watched.settings.health_host, port)
    await server.start()
    return server


def _cut(protocol: asyncio.BaseProtocol) -> None:
    """End a connection without waiting for what the other side has not read."""
    transport = getattr(protocol, "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()


class _Busy(asyncio.Protocol):
    """Closes the connection at once: so many at a time are a mistake."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def _verdict(why_not: dict[str, str]) -> web.Response:
    body = json.dumps({"ok": not why_not, "why_not": why_not})
    return web.Response(status=503 if why_not else 200, text=body + "\n", content_type="application/json")

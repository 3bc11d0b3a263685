"""The server of simcord's Preview with our page in front: one address, one secret, 127.0.0.1 only."""

# ruff: noqa: SLF001  the server is private to simcord as a whole, and pinned with it
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (simcord's Preview is typed with Any)

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from simcord.backend.errors import BackendError, SetupError
from simcord.preview import _server as preview_server

if TYPE_CHECKING:
    from bot.tryout.simcord_bridge import TryPreview

STATIC = Path(preview_server.__file__).with_name("static")
FRAME_PATH = "/channel"


class TryServer(preview_server.PreviewServer):
    """The Preview's server with our page at `/`, simcord's at FRAME_PATH, and one secret for both."""

    preview: TryPreview
    _SECURITY_HEADERS = {  # noqa: RUF012  overrides simcord's
        name: value.replace("frame-ancestors 'none'", "frame-ancestors 'self'").replace("DENY", "SAMEORIGIN")
        for name, value in preview_server.PreviewServer._SECURITY_HEADERS.items()
    }
    _STATIC_FILES = {  # noqa: RUF012  overrides simcord's
        path: name for path, name in preview_server.PreviewServer._STATIC_FILES.items() if path != "/"
    }

    async def start(self) -> None:
        """Listen on the port asked for."""
        preview_server.web = web  # simcord imports aiohttp only in its own start()
        app = web.Application(handler_args={"handler_cancellation": False})
        app.router.add_get(FRAME_PATH, self._frame)
        for route in self._STATIC_FILES:
            app.router.add_get(route, self._static)
        app.router.add_post("/api/pages", self._pages)
        app.router.add_delete("/api/pages/{context_id}", self._delete_page)
        app.router.add_get("/api/state", self._state)
        app.router.add_get("/api/commands", self._commands)
        app.router.add_get("/api/action-result", self._action_result)
        app.router.add_post("/api/action", self._action)
        app.router.add_get("/api/assets/{asset_id}", self._asset)
        self.preview.add_routes(app)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self._requested_port)
        await site.start()
        self.port = int(self.runner.addresses[0][1])

    async def _frame(self, request: web.Request) -> web.Response:
        """Send simcord's page with our style and script in front of its own."""
        if not self.preview.is_own_host(request):
            raise web.HTTPForbidden
        text = await asyncio.to_thread((STATIC / "index.html").read_text, encoding="utf-8")
        ours = '<link rel="stylesheet" href="/try/frame.css"><script src="/try/frame.js"></script></head>'
        return web.Response(
            text=text.replace("</head>", ours, 1), content_type="text/html", headers=self._SECURITY_HEADERS
        )

    async def _static(self, request: Any) -> Any:
        response = await super()._static(request)
        if request.path.startswith(("/fonts/", "/vendor/")):
            # 30 MB of fonts, which simcord forbids to keep: each channel would load them again.
            del response.headers["Pragma"]
            response.headers["Cache-Control"] = "max-age=86400, immutable"
        return response

    async def _pages(self, request: Any) -> Any:
        """Open a channel: simcord's request with the channel added by our script."""
        if not self._authorized(request):
            raise web.HTTPUnauthorized
        try:
            body = await request.json()
            page = self.preview.open_channel(int(body["channel_id"]), int(body["viewer_id"]))
        except (SetupError, BackendError, KeyError, TypeError, ValueError):
            return web.json_response(
                {"error": "There is no such channel for this person."},
                status=400,
                headers=self._SECURITY_HEADERS,
            )
        return web.json_response(self.preview._page_payload(page), headers=self._SECURITY_HEADERS)

    async def _state(self, request: Any) -> Any:
        """Answer a page's poll; before, publish what is new, as simcord's Refresh button would."""
        context_id = request.headers.get("X-Simcord-Context")
        if self._authorized(request, context=context_id) and context_id in self.preview._pages:
            self.preview.publish_news(self.preview._pages[context_id])
        return await super()._state(request)

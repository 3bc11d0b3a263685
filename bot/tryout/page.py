"""What the page asks for: the list of places, the clock, acting as somebody, commands on a message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from simcord.backend.errors import BackendError, SetupError

from bot.core.clock import Clock
from bot.tryout.places import Place, ReadMarks, list_places
from bot.tryout.pump import Pump
from bot.tryout.simcord_bridge import TryPreview, message_commands
from bot.tryout.world import Person, World

FILES = {
    "/": ("index.html", "text/html"),
    "/try/icon.svg": ("icon.svg", "image/svg+xml"),
    "/try/page.css": ("page.css", "text/css"),
    "/try/page.js": ("page.js", "text/javascript"),
    "/try/frame.css": ("frame.css", "text/css"),
    "/try/frame.js": ("frame.js", "text/javascript"),
}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
Handler = Callable[[web.Request], Awaitable[web.Response]]


class TryPage:
    """The requests of our own page; each but the files needs the secret, and all this host's name."""

    def __init__(self, world: World, preview: TryPreview, pump: Pump, clock: Clock, zone: ZoneInfo) -> None:
        self._world = world
        self._preview = preview
        self._pump = pump
        self._clock = clock
        self._zone = zone
        self._marks = ReadMarks()

    def add_routes(self, app: web.Application) -> None:
        """Put the page and its requests on the server."""
        for path in FILES:
            app.router.add_get(path, self._file)
        app.router.add_get("/try/state", self._guarded(self._state))
        app.router.add_post("/try/next", self._guarded(self._next))
        app.router.add_get("/try/message-commands", self._guarded(self._commands))
        app.router.add_post("/try/message-command", self._guarded(self._run_command))
        app.router.add_post("/try/dismiss", self._guarded(self._dismiss))

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.Response:
            if not self._preview.is_authorized(request):
                raise web.HTTPForbidden(text="Open the address that the try-out printed.", headers=HEADERS)
            try:
                return await handler(request)
            except (SetupError, BackendError) as error:
                return _json({"error": str(error)}, status=409)
            except (KeyError, ValueError, TypeError):
                return _json({"error": "The request is not one of this page's."}, status=400)

        return guarded

    async def _file(self, request: web.Request) -> web.Response:
        if not self._preview.is_own_host(request):
            raise web.HTTPForbidden(headers=HEADERS)
        name, content_type = FILES[request.path]
        text = await asyncio.to_thread((files("bot.tryout") / "static" / name).read_text, encoding="utf-8")
        headers = HEADERS if request.path == "/" else {**HEADERS, "X-Frame-Options": "SAMEORIGIN"}
        return web.Response(text=text, content_type=content_type, headers=headers)

    def _person(self, value: str) -> Person:
        person = self._world.person(int(value))
        if person is None:
            raise ValueError(value)
        return person

    async def _state(self, request: web.Request) -> web.Response:
        """Send all that is around the channel, for `viewer`; `channel` is what they have before them."""
        viewer = self._person(request.query.get("viewer") or str(self._world.people[1].id))
        if request.query.get("channel"):
            self._marks.mark(self._world, viewer, int(request.query["channel"]))
        due = self._pump.due_at
        return _json(
            {
                "now": _moment(self._clock.now()),
                "zone": self._zone.key,
                "next_event": None if due is None else _moment(due),
                "group": self._world.guild.name,
                "guild_id": str(self._world.guild.id),
                "viewer": str(viewer.id),
                "home": str(self._world.daily.id),
                "people": [self._person_json(person) for person in self._world.people],
                "places": [_place_json(place) for place in self._places(viewer)],
            }
        )

    def _places(self, person: Person) -> list[Place]:
        return list_places(self._world, person, self._marks)

    def _person_json(self, person: Person) -> dict[str, Any]:
        return {
            "id": str(person.id),
            "name": person.name,
            "organiser": person.organiser,
            "colour": person.colour,
            "unread": sum(place.unread for place in self._places(person)),
            "mentions": sum(place.mentions for place in self._places(person)),
        }

    async def _next(self, request: web.Request) -> web.Response:
        """Move the clock to what is due next; answer with where something new is for `viewer`."""
        viewer = self._person((await request.json())["viewer"])
        before = {place.id: place.unread for place in self._places(viewer)}
        moved = await self._pump.jump()
        new = [place for place in self._places(viewer) if place.unread > before.get(place.id, 0)]
        return _json(
            {"moved": moved, "now": _moment(self._clock.now()), "new": [_place_json(place) for place in new]}
        )

    async def _commands(self, request: web.Request) -> web.Response:
        """Name what stands under Apps on a message in `channel` for `viewer`."""
        viewer = self._person(request.query["viewer"])
        names = message_commands(self._world.env, viewer.id, int(request.query["channel"]))
        return _json({"commands": names})

    async def _run_command(self, request: web.Request) -> web.Response:
        """Use a message command; its reply or form then appears in the channel."""
        body = await request.json()
        try:
            await self._preview.run_message_command(
                str(body["page"]), int(body["message"]), str(body["command"])
            )
        except TimeoutError:
            return _json({"done": False})  # still at work; what comes of it appears by itself
        return _json({"done": True})

    async def _dismiss(self, request: web.Request) -> web.Response:
        """Remove a message that only the person sees."""
        body = await request.json()
        await self._preview.dismiss(str(body["page"]), int(body["message"]))
        return _json({"done": True})


def _place_json(place: Place) -> dict[str, Any]:
    """Ids are text: JavaScript's numbers are too short for them."""
    parent = None if place.parent_id is None else str(place.parent_id)
    return {**asdict(place), "id": str(place.id), "parent_id": parent}


def _moment(moment: datetime) -> int:
    """Milliseconds since 1970, as JavaScript counts."""
    return int(moment.timestamp() * 1000)


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        text=json.dumps(value), status=status, content_type="application/json", headers=HEADERS
    )

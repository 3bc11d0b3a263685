"""The edges of the bot: each request to Discord and each commit is a point at which its power can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from unittest import mock

import simcord
from simcord.http import FakeWebhookAdapter

import tests.world
from bot.app import StudyBot
from bot.db import Connection, Database
from tests.simcord_parts import WireHttp

_TOKEN = re.compile(r"/(?:interactions/\d+|webhooks/\d+)/([^/]+)")


class PowerCut(BaseException):
    """The bot is dead: nothing it does reaches Discord or the database, and nothing in it can catch this."""


@dataclass(frozen=True)
class Reply:
    """What somebody was shown in answer to what they did."""

    user_id: int
    text: str


@dataclass
class Edges:
    """Counts the points of all lives of the bot, and ends the life that comes to the chosen one."""

    kill_at: int = 0
    counting: bool = False
    points: list[str] = field(default_factory=list)
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    on_cut: Callable[[], None] | None = None
    replies: list[Reply] = field(default_factory=list)
    created: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    life: Life | None = None

    def begin_life(self) -> Life:
        """Return the life of a new process; the one before it ends."""
        if self.life is not None:
            self.life.over = True
        self.life = Life(self)
        return self.life


@dataclass
class Life:
    """One process, from its start to its end."""

    edges: Edges
    over: bool = False

    def check(self) -> None:
        """Refuse the dead."""
        if self.over:
            raise PowerCut

    def point(self, name: str) -> None:
        """Count one more point; the chosen one is the last."""
        self.check()
        edges = self.edges
        if not edges.counting:
            return
        edges.points.append(name)
        if len(edges.points) == edges.kill_at:
            self.over = True
            if edges.on_cut is not None:
                edges.on_cut()
            edges.cut.set()
            raise PowerCut(name)


class CountedHttp(WireHttp):
    """REST: a point before each request, and one after its effect, before its answer is read."""

    current: ClassVar[Edges]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        assert self.current.life is not None
        self._life = self.current.life

    async def request(self, route: Any, **options: Any) -> Any:
        name = f"{route.method} {route.path}"
        self._life.point(f"before {name}")
        result = await super().request(route, **options)
        edges = self._life.edges
        if route.method == "POST" and isinstance(result, dict) and "id" in result:
            edges.created.add(int(result["id"]))
        if route.method == "DELETE":
            edges.deleted.add(int(str(route.url).rstrip("/").rpartition("/")[2]))
        if route.method != "GET":
            self._life.point(f"after {name}")
        return result


class CountedWebhook(FakeWebhookAdapter):
    """Replies to people: as above; what each was shown is written down."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        assert CountedHttp.current.life is not None
        self._life = CountedHttp.current.life

    async def request(self, route: Any, session: Any, **options: Any) -> Any:
        name = f"{route.method} {route.path}"
        self._life.point(f"before {name}")
        result = await super().request(route, session, **options)
        self._keep(str(route.url), options)
        self._life.point(f"after {name}")
        return result

    def _keep(self, url: str, options: dict[str, Any]) -> None:
        found = _TOKEN.search(url)
        asked = [i for i in self.backend.interactions.values() if found and i.token == found[1]]
        if asked:
            self._life.edges.replies.append(Reply(asked[0].user_id, _text(options)))


def _text(options: dict[str, Any]) -> str:
    """Return what a payload shows, as text."""
    payload = options.get("payload")
    if payload is None:
        parts = [part["value"] for part in options.get("multipart") or () if part["name"] == "payload_json"]
        payload = json.loads(parts[0]) if parts else {}
    data = payload.get("data") or payload
    return f"{data.get('content') or data.get('title') or ''}\n{data.get('embeds') or ''}"


def count_commits(db: Database, life: Life) -> None:
    """Make the moments before and after each commit points of a life."""
    transaction, reading = db.transaction, db.reading

    @asynccontextmanager
    async def counted_transaction() -> AsyncGenerator[Connection]:
        life.check()
        async with transaction() as tx:
            yield tx
            life.point("before commit")
        life.point("after commit")

    @asynccontextmanager
    async def counted_reading() -> AsyncGenerator[Connection]:
        life.check()
        async with reading() as tx:
            yield tx

    db.transaction, db.reading = counted_transaction, counted_reading  # type: ignore[method-assign]


@contextmanager
def watched(edges: Edges) -> Iterator[None]:
    """Have the bots of worlds that are opened inside live at these edges."""
    make_bot = tests.world.make_bot

    def make_watched(*args: Any) -> StudyBot:
        bot = make_bot(*args)
        count_commits(bot.db, edges.begin_life())
        return bot

    CountedHttp.current = edges
    with contextlib.ExitStack() as stack:
        for place, name, new in (
            (tests.world, "make_bot", make_watched),
            (tests.world, "WireHttp", CountedHttp),
            (simcord._runtime, "FakeWebhookAdapter", CountedWebhook),
        ):
            stack.enter_context(mock.patch.object(place, name, new))
        yield

"""A browser as far as the server can tell: it opens channels, polls them, and acts in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from bot.tryout.session import Tryout
from tests.loopcord.waiting import PATIENCE


async def _every(seconds: float) -> AsyncIterator[None]:
    while True:
        yield
        await asyncio.sleep(seconds)


class Page:
    """A channel opened as somebody."""

    def __init__(self, visitor: Visitor, state: dict[str, Any]) -> None:
        self.visitor = visitor
        self.state = state
        self.id = state["context"]["id"]
        self._sequence = 0

    async def poll(self) -> dict[str, Any]:
        self.state = await self.visitor.get("/api/state", page=self.id)
        return self.state

    async def until(self, text: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Poll until a message or form holds the text."""
        async with asyncio.timeout(seconds):
            async for _ in _every(0.1):
                if text in str((await self.poll())["messages"]) + str(self.state["modal"]):
                    break
        return self.state

    async def act(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send an action as simcord's page would, from what was last polled."""
        self._sequence += 1
        body = {
            "kind": kind,
            "protocol_version": 3,
            "sequence": self._sequence,
            "request_id": f"r{self._sequence}",
            "generation": self.state["context"]["generation"],
            "bot_generation": self.state["botGeneration"],
            "published_revision": self.state["publishedRevision"],
            **fields,
        }
        return await self.visitor.post("/api/action", body, page=self.id)

    async def click(self, label: str) -> dict[str, Any]:
        key = next(c["control_key"] for c in self._controls() if c.get("label") == label)
        return await self.act("click", control_key=key, target_id=key.split(":")[1])

    async def submit(self, **values: str) -> dict[str, Any]:
        return await self.act("modal_submit", modal_handle=self.state["modal"]["handle"], values=values)

    def message_id(self, text: str) -> str:
        return next(key for key, value in self.state["messages"].items() if text in str(value))

    def _controls(self) -> list[dict[str, Any]]:
        return [
            button
            for message in self.state["messages"].values()
            for row in message["components"]
            for button in row.get("components", [])
        ]


class Visitor:
    """Somebody with the address that the try-out printed."""

    def __init__(self, tryout: Tryout, session: aiohttp.ClientSession) -> None:
        self.tryout = tryout
        self.base, _, self.secret = tryout.url.partition("/#")
        self._session = session

    def person(self, name: str) -> str:
        return str(next(person.id for person in self.tryout.world.people if person.name == name))

    def headers(self, page: str | None = None) -> dict[str, str]:
        return {"X-Simcord-Capability": self.secret} | ({"X-Simcord-Context": page} if page else {})

    async def get(self, path: str, page: str | None = None) -> Any:
        async with self._session.get(self.base + path, headers=self.headers(page)) as response:
            return await response.json()

    async def post(self, path: str, body: dict[str, Any], page: str | None = None) -> Any:
        async with self._session.post(self.base + path, json=body, headers=self.headers(page)) as response:
            return await response.json()

    async def status(self, method: str, path: str, headers: dict[str, str]) -> int:
        async with self._session.request(method, self.base + path, json={}, headers=headers) as response:
            return response.status

    async def around(self, name: str, channel: str = "") -> dict[str, Any]:
        """What stands around the channel for that person, who has `channel` before them."""
        return await self.get(f"/try/state?viewer={self.person(name)}&channel={channel}")

    async def places(self, name: str, channel: str = "") -> dict[str, dict[str, Any]]:
        return {place["name"]: place for place in (await self.around(name, channel))["places"]}

    async def open(self, name: str, place: str = "daily-question") -> Page:
        channel = (await self.places(name))[place]["id"]
        return Page(
            self, await self.post("/api/pages", {"viewer_id": self.person(name), "channel_id": channel})
        )

"""People who do what they mean to do until they are told that it is done, whatever happens to the bot."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import discord
import simcord
from simcord.backend.errors import SetupError

from tests.explore.edges import Edges
from tests.world import START, World, labels

Act = Callable[[], Awaitable[simcord.InteractionResult]]
TRIES = 5
# A post that was cut off is looked for after some seconds, at the latest after minutes.
LOOKS = 20
TEXT = "I would start from the load: a thousand questions a second, most of them alike, so cache first."


class Play:
    """A world and what its people remember: a step can be taken again after a cut, from where they are."""

    def __init__(self, world: World, edges: Edges) -> None:
        self.world = world
        self.edges = edges
        self._since: dict[str, int] = {}
        self.done: set[str] = set()
        # What somebody has on their screen, or wrote, and finds again after a cut.
        self.kept: dict[str, Any] = {}

    async def told(
        self, who: Any, deed: str, wanted: str, act: Act, *, seen: Callable[[], Any] | None = None
    ) -> None:
        """Have somebody act until they read what they want to; nobody does again what they were told.

        `seen`: what they find instead of a reply when they look again a minute after a cut.
        """
        key = f"{who.name} {deed}"
        again = key in self._since
        since = self._since.setdefault(key, len(self.edges.replies))
        if again and seen is not None and key not in self.done:
            await self.world.travel(minutes=1)
            if seen():
                self.done.add(key)
        for _ in range(TRIES):
            if key in self.done or self._was_told(who, wanted, since):
                self.done.add(key)
                return
            await act()
        said = [reply.text for reply in self.edges.replies[since:] if reply.user_id == who.id]
        raise AssertionError(f"{key}: nobody says {wanted!r}, but {said}")

    def _was_told(self, who: Any, wanted: str, since: int) -> bool:
        return any(
            reply.user_id == who.id and re.search(wanted, reply.text, re.IGNORECASE)
            for reply in self.edges.replies[since:]
        )

    async def find(self, what: str, look: Callable[[], Any], *, seconds: float = 60) -> Any:
        """Wait for something to stand there; people look again after a while."""
        for _ in range(LOOKS):
            if found := look():
                return found
            await self.world.travel(minutes=seconds / 60)
        raise AssertionError(f"{what} does not come: {self.world.rows('posts')}")

    async def until(self, at: datetime | timedelta) -> None:
        """Let time pass to a moment, or to so long after the beginning."""
        await self.world.travel(to=START + at if isinstance(at, timedelta) else at)

    # -- what is looked at again and again

    async def question(self, channel: simcord.ChannelHandle | None = None, number: int = 0) -> Any:
        """Return the channel's first question, or the one after so many."""
        place = channel or self.world.daily
        return await self.find("the question", lambda: next(iter(self.world.questions(place)[number:]), None))

    async def room(self) -> simcord.ChannelHandle:
        """Return the room of the first question."""

        def look() -> Any:
            drops = [drop for drop in self.world.rows("drops") if drop["room_id"]]
            return self.world.channel(drops[0]["room_id"]) if drops else None

        return await self.find("the room", look)

    async def shown(self, whose: Any) -> Any:
        """Return the message of somebody's answer in the room."""
        room = await self.room()

        def look() -> Any:
            live = self.world.rows("answers", user_id=whose.id, state="live")
            ids = {row["message_id"] for row in live} or {
                row["message_id"] for row in self.world.rows("answers", user_id=whose.id)
            }
            return next((m for m in self.world.posted(room) if m.id in ids), None)

        return await self.find(f"the answer of {whose.name}", look)

    def in_room(self) -> list[discord.Message]:
        """Return what stands in the room of the first question."""
        return self.world.posted(self.world.channel(self.world.rows("drops")[0]["room_id"]))

    # -- what people do

    async def sets_up(self, **options: Any) -> None:
        """/setup by the organiser."""
        world = self.world
        given = {"zone": "UTC", "time": "09:00"} | options
        await self.told(
            world.olga,
            "sets up",
            "(is set up|this is how it is set)",
            lambda: world.command(world.olga, world.daily, "setup", **given),
        )

    async def answers(
        self, who: Any, again: str = "", label: str = "Answer", channel: simcord.ChannelHandle | None = None
    ) -> None:
        """Press Answer, write and send."""

        async def act() -> simcord.InteractionResult:
            form = await self.world.press(who, await self.question(channel), label)
            if form.modal is None:
                return form
            return await self.world.submit(who, form, f"{who.name.upper()}{again} {TEXT}")

        await self.told(who, f"answers{again}", "Your answer is saved|You have answered", act)

    async def press(
        self, who: Any, on: Callable[[], Awaitable[Any]], label: str
    ) -> simcord.InteractionResult:
        """Press a button; whoever is not let into the room yet waits a minute."""
        message = await on()
        with contextlib.suppress(SetupError):
            return await self.world.press(who, message, label)
        await self.world.travel(minutes=1)
        return await self.world.press(who, await on(), label)

    async def presses(
        self,
        who: Any,
        label: str,
        wanted: str,
        on: Callable[[], Awaitable[Any]],
        *,
        sure: str = "",
        seen: Callable[[], Any] | None = None,
    ) -> None:
        """Press a button on what `on` finds (and the one that asks again), until the reply says so."""

        async def act() -> simcord.InteractionResult:
            asked = await self.press(who, on, label)
            return await self.world.press(who, asked, sure) if sure and sure in labels(asked) else asked

        await self.told(who, f"{label} {wanted}", wanted, act, seen=seen)

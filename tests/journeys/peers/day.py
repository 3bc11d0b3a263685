"""A question that five members answer, review and talk about, and what holds at the end of every story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, Literal
from unittest import mock

import discord
import simcord
from simcord.components import walk_components
from simcord.enums import ChannelType

from tests.journeys.peers.recorder import Recorder, lines_of, reason_of, text_of_member
from tests.journeys.test_reviews import send, ticks_key
from tests.world import World

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVEAL = datetime(2026, 1, 6, 8, 30, tzinfo=UTC)
REST = " would start from the load: a thousand questions a second, most of them alike, so I cache first."
Place = Literal["blind", "open", "forum"]
HIDDEN = "An organiser has hidden this answer."


def thoughts(who: Any) -> str:
    """Return this member's answer."""
    return f"{text_of_member(who)}{REST}"


class Day:
    """One question in a channel; every verb ends with a search for what somebody must not read."""

    def __init__(self, world: World, place: Place) -> None:
        self.world = world
        self.place: Place = place
        self.channel = world.forum if place == "forum" else world.daily
        self.log = log_channel(world)
        self.recorder = Recorder(world)
        self.replies: dict[int, simcord.InteractionResult] = {}
        self.pressed = 0

    async def begin(self) -> None:
        """Set up written questions and reports, and wait for the morning's question."""
        world = self.world
        mode = "blind" if self.place == "blind" else "open"
        await world.command(world.olga, world.daily, "manage log", channel=self.log)
        await world.command(world.olga, world.daily, "setup", kind="open", mode=mode, channel=self.channel)
        await world.travel(to=NINE)
        self.recorder.check()

    # -- what there is

    @property
    def drop(self) -> dict[str, Any]:
        return self.world.rows("drops")[0]

    @property
    def question(self) -> Any:
        place = self.room if self.place == "forum" else self.channel
        return next(m for m in self.world.posted(place) if m.id == self.drop["message_id"])

    @property
    def room(self) -> simcord.ChannelHandle:
        return self.world.channel(self.drop["room_id"])

    @property
    def rubric(self) -> list[str]:
        return self.recorder.content(self.drop["version_id"])["rubric"]

    def answer_of(self, who: Any) -> dict[str, Any]:
        return self.world.rows("answers", user_id=who.id)[-1]

    def card(self, who: Any) -> Any:
        """Return the message of a member's answer in the room."""
        return next(m for m in self.world.posted(self.room) if m.id == self.answer_of(who)["message_id"])

    def reveals(self) -> list[Any]:
        place = self.room if self.place == "forum" else self.channel
        return [m for m in self.world.posted(place) if m.content.startswith("**Reveal")]

    def reveal(self) -> Any:
        (message,) = self.reveals()
        return message

    def points(self, who: Any) -> int:
        return sum(row["points"] for row in self.world.rows("totals", user_id=who.id))

    # -- what people do

    async def answer(self, *people: Any) -> None:
        """Have people answer in turn."""
        for who in people:
            self.replies[who.id] = await self.world.answer(who, self.question, thoughts(who))
            self.recorder.check()

    async def vote(self, who: Any, whose: Any) -> simcord.InteractionResult:
        return await self._seen(await self.world.press(who, self.card(whose), "Upvote"))

    async def form(self, who: Any, whose: Any) -> simcord.InteractionResult:
        """Open the form for a review."""
        return await self._seen(await self.world.press(who, self.card(whose), "Review"))

    async def review(self, who: Any, whose: Any, *ticks: int) -> simcord.InteractionResult:
        return await self.send(who, await self.form(who, whose), whose, *ticks)

    async def send(self, who: Any, form: Any, whose: Any, *ticks: int) -> simcord.InteractionResult:
        """Send an open form with both lines written."""
        praise, advice = lines_of(who, whose)
        return await self._seen(await send(self.world, who, form, *ticks, praise=praise, advice=advice))

    async def report(self, who: Any, whose: Any) -> simcord.InteractionResult:
        form = await self.world.press(who, self.card(whose), "Report")
        sent = await self.world._done(await who.submit_modal(form, {"reason": reason_of(who)}))
        return await self._seen(sent)

    async def decide(self, label: str, number: int = -1) -> simcord.InteractionResult:
        """Have the organiser decide a report."""
        message = self.world.posted(self.log)[number]
        return await self._seen(await self.world.press(self.world.olga, message, label))

    async def withdraw(self, who: Any) -> simcord.InteractionResult:
        asked = await self.world.press(who, self.replies[who.id], "Withdraw")
        return await self._seen(await self.world.press(who, asked, "Withdraw it"))

    async def look(self, who: Any, *ticks: int) -> simcord.InteractionResult:
        """Press How did I do?, tick and send."""
        form = await self.world.press(who, self.reveal(), "How did I do?")
        values = {ticks_key(form): [str(tick) for tick in ticks]}
        return await self._seen(await self.world._done(await who.submit_modal(form, values)))

    async def restart(self) -> None:
        await self.world.restart()
        self.recorder.check()

    async def to_the_reveal(self) -> None:
        await self.world.travel(to=REVEAL)
        self.recorder.check()

    async def _seen(self, result: simcord.InteractionResult) -> simcord.InteractionResult:
        self.recorder.check()
        return result

    # -- what holds at the end

    async def close(self) -> None:
        """Nothing is left to send, points are the ledger's, and every button that stands gives an answer."""
        world = self.world
        await world.travel(minutes=30)
        waiting = [
            p for p in world.rows("posts") if p["state"] == "sending" or p["due_at"] <= world.clock.now()
        ]
        assert not [p for p in waiting if p["state"] in {"pending", "sending"}]
        self.recorder.check()
        check_points(world)
        await self._press_everything()
        self.recorder.check()
        check_points(world)

    async def _press_everything(self) -> None:
        world = self.world
        ada, eli, olga = world.ada, world.eli, world.olga
        places = [world.daily, world.forum, *world.daily.threads, *world.forum.threads, self.log]
        for place in places:
            if place._channel.type == ChannelType.FORUM:
                continue
            for message in world.posted(place):
                for who in (olga,) if place.id == self.log.id else (eli, ada):
                    if who.id in world.env.backend.guilds[world.guild.id].members:
                        self.pressed += await self._press_all(who, place, message)
        assert self.pressed > 0

    async def _press_all(self, who: Any, place: simcord.ChannelHandle, message: discord.Message) -> int:
        backend = self.world.env.backend
        pressed = 0
        for button in walk_components(backend.messages[place.id][message.id].components):
            now = backend.messages[place.id].get(message.id)
            custom_id = button.get("custom_id")
            ids = [b.get("custom_id") for b in walk_components(now.components)] if now else []
            if custom_id is None or custom_id not in ids or not self.sees(who, place):
                continue
            result = await who.click(message, custom_id=custom_id)
            await self.world.rest()
            said = result.modal or result.response or result.followups
            assert said, f"{button['label']} says nothing to {who.name}"
            pressed += 1
        return pressed

    def sees(self, who: Any, place: simcord.ChannelHandle) -> bool:
        """Whether a member can read a thread or channel."""
        thread = place._channel
        return thread.type != ChannelType.PRIVATE_THREAD or who.id in thread.thread_members


def log_channel(world: World) -> simcord.ChannelHandle:
    """Return a channel that the organiser and the bot alone can see."""
    seen, unseen = (discord.PermissionOverwrite(view_channel=yes) for yes in (True, False))
    allowed = {world.guild.default_role: unseen, world.guild.me: seen, world.olga: seen}
    return world.guild.create_text_channel("log", overwrites=allowed)


def check_points(world: World) -> None:
    """Totals are the ledger's sums, and each entry says why in words."""
    sums = Counter[int]()
    for entry in world.rows("ledger"):
        sums[entry["user_id"]] += entry["points"]
        assert entry["reason"].strip()
    assert {row["user_id"]: row["points"] for row in world.rows("totals")} == dict(sums)


async def at_once(
    world: World, *acts: Awaitable[simcord.InteractionResult]
) -> list[simcord.InteractionResult]:
    """Have all of this reach the bot before it has dealt with any of it."""
    with mock.patch.object(world.env, "_settle_internal", mock.AsyncMock()):
        results = [await act for act in acts]
    await world.rest()
    return results

"""Stopping the bot at one point of several conversations at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Literal

from tests.loopcord import DROP, Call, Fault
from tests.wire.deployment import PATIENCE, Deployment, Group

Moment = Literal["before", "after", "marked"]


class Trap:
    """Holds requests until all that are meant have come, and then strikes.

    `before`: kill the bot, so that none of them has an effect. `after`: all have had their effect, the bot
    is killed before it gets a reply. `marked`: all get their replies, the bot is killed as soon as the
    database shows that many more posts of `kind` as sent. It does not strike before `ready` says so.
    """

    def __init__(
        self, deployment: Deployment, kind: str, moment: Moment, ready: Callable[[], bool] = lambda: True
    ) -> None:
        self._town = deployment
        self._kind = kind
        self._moment: Moment = moment
        self._ready = ready
        self._wanted = 0
        self._held = 0
        self._strike = asyncio.Event()

    def hold(
        self, method: str, path: str, *, times: int = 1, match: Callable[[Any], bool] | None = None
    ) -> None:
        """Take in `times` requests of this form."""
        self._wanted += times
        when = "before" if self._moment == "before" else "after"
        self._town.server.faults.add(
            method, path, kind="callback", callback=self._caught, when=when, times=times, match=match
        )

    async def _caught(self, call: Call) -> str | None:
        del call
        self._held += 1
        if self._held == self._wanted:
            await self._town.server.until(self._ready, PATIENCE)
            if self._moment != "marked":
                self._town.kill()
            self._strike.set()
        await self._strike.wait()
        return None if self._moment == "marked" else DROP

    async def sprung(self) -> None:
        """Until the bot is dead."""
        before = self._sent()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._strike.wait()
        except TimeoutError:
            raise TimeoutError(f"{self._held} of {self._wanted} came\n{self._town.bot.tail()}") from None
        if self._moment == "marked":
            await self._town.server.until(lambda: self._sent() >= before + self._wanted, PATIENCE)
            self._town.kill()

    def _sent(self) -> int:
        return self._town.states(self._kind).count("sent")


def on_questions(deployment: Deployment, groups: list[Group], moment: Moment) -> Trap:
    """At the next question of each group."""
    trap = Trap(deployment, "drop", moment)
    for group in groups:
        if group.kind == "forum":
            trap.hold("POST", f"/channels/{group.channel.id}/threads")
        else:
            trap.hold("POST", f"/channels/{group.channel.id}/messages", match=lambda b: not is_reveal(b))
    return trap


def on_rooms(deployment: Deployment, groups: list[Group], moment: Moment) -> Trap:
    """At the next room of each group; a forum's post is its own room.

    The bot lives until it knows that all questions stand: one that it hears of later is revealed later.
    """
    trap = Trap(deployment, "room", moment, lambda: set(deployment.states("drop")) == {"sent"})
    for group in groups:
        if group.kind == "blind":
            trap.hold("POST", f"/channels/{group.channel.id}/threads")
        elif group.kind == "open":
            trap.hold("POST", f"/channels/{group.channel.id}/messages/*/threads")
    return trap


def no_rooms(deployment: Deployment, groups: list[Group]) -> list[Fault]:
    """Cut every request for a room before its effect."""
    paths = {"blind": "/channels/{}/threads", "open": "/channels/{}/messages/*/threads"}
    return [
        deployment.server.faults.add(
            "POST", paths[group.kind].format(group.channel.id), kind="drop_before", times=99
        )
        for group in groups
        if group.kind in paths
    ]


def on_reveals(deployment: Deployment, groups: list[Group], moment: Moment) -> Trap:
    """At the next reveal of each group."""
    trap = Trap(deployment, "reveal", moment)
    trap.hold("POST", "/channels/*/messages", times=len(groups), match=is_reveal)
    return trap


def is_reveal(body: Any) -> bool:
    """Whether a request's body is a reveal's."""
    return str(body.get("content", "")).startswith("**Reveal")


# What a quiz posts, in order: the kind, and the request that creates it with what its text begins with.
QUIZ_POSTS = {
    "quiz_item": ("/channels/*/messages", "**Question "),
    "quiz_end": ("/channels/*/messages", "Quiz over"),
    "quiz_room": ("/channels/*/messages/*/threads", ""),
    "quiz_answers": ("/channels/*/messages", "What surprised you"),
}


def on_quiz(deployment: Deployment, kind: str, moment: Moment) -> Trap:
    """At the next post of this kind of a quiz."""
    path, start = QUIZ_POSTS[kind]
    trap = Trap(deployment, kind, moment)
    trap.hold("POST", path, match=lambda body: _begins(body, start))
    return trap


def refuse_quiz(deployment: Deployment, kind: str) -> Fault:
    """Refuse a quiz's posts of this kind until the fault is removed."""
    path, start = QUIZ_POSTS[kind]
    return deployment.server.faults.deny("POST", path, match=lambda body: _begins(body, start))


def _begins(body: Any, start: str) -> bool:
    return str(body.get("content", "")).startswith(start)

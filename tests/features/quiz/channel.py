"""What people do at a quiz in simcord, and what they see of it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord import interactions
from simcord.actors import _find_component, _visible_message
from simcord.backend import serializers
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType, OptionType

from tests.db.files import template
from tests.features.quiz.pack import AGENT_ITEMS, write_pack
from tests.world import World, labels, open_world

RIGHT = "right"
# The length of a question unless a test says otherwise, and longer than any pause between two.
SECONDS, PAUSE = 20, 16


def quiz_world(
    folder: Path, items: int = AGENT_ITEMS, pack: Path | None = None
) -> AbstractAsyncContextManager[World]:
    """Open a world whose bank is the small pack of choice items, or another one."""
    path = Path(shutil.copy(template(), folder / "world.db"))
    return open_world(path, questions=pack or write_pack(folder, items))


class QuizChannel:
    """A channel in which quizzes are played."""

    def __init__(self, world: World, channel: simcord.ChannelHandle | None = None) -> None:
        self.world = world
        self.channel = channel or world.daily

    # -- what people do

    async def type(self, who: simcord.MemberActor, **options: Any) -> simcord.InteractionResult:
        """Type /quiz; three questions of 20 seconds unless it says otherwise."""
        return await self.world.command(
            who, self.channel, "quiz", **({"questions": 3, "seconds": SECONDS} | options)
        )

    async def begin(self, who: simcord.MemberActor, **options: Any) -> discord.Message:
        """Start a quiz and wait for its first question."""
        await self.type(who, **options)
        return await self.next()

    async def next(self) -> discord.Message:
        """Wait for the next question."""
        before = len(self.questions())
        for _ in range(PAUSE):
            await self.wait(1)
            if len(self.questions()) > before:
                return self.questions()[-1]
        raise AssertionError("no further question comes")

    async def wait(self, seconds: float) -> None:
        await self.world.travel(minutes=seconds / 60)

    async def time_up(self, seconds: int = SECONDS) -> discord.Message:
        """Wait until the last question is closed; return it as it is then."""
        message_id = self.questions()[-1].id
        for _ in range(seconds + 2):
            await self.wait(1)
            (shown,) = [m for m in self.questions() if m.id == message_id]
            if not labels(shown):
                return shown
        raise AssertionError("it is still open")

    async def to_the_end(self, seconds: int = SECONDS) -> discord.Message:
        """Wait, without answering, until the quiz is over; return its last message."""
        for _ in range(60):
            if self.quiz()["end_message_id"]:
                return self.ends()[-1]
            await self.wait(seconds)
        raise AssertionError("the quiz does not end")

    async def choose(self, who: Any, option: str = RIGHT, on: Any = None) -> simcord.InteractionResult:
        """Press the button of an option ("right", or "a" to "c" for a wrong one) under the last question."""
        message = on or self.questions()[-1]
        return await self.world.press(who, message, letter(self.questions()[-1], option))

    async def play(self, choices: dict[Any, str]) -> discord.Message:
        """Have people choose in this order and wait until time is up; return the result."""
        for who, option in choices.items():
            await self.choose(who, option)
        return await self.time_up()

    # -- what there is to see

    def questions(self) -> list[discord.Message]:
        """Return the messages of questions, oldest first."""
        return [m for m in self.world.posted(self.channel) if m.content.startswith("**Question ")]

    def ends(self) -> list[discord.Message]:
        """Return the last messages of quizzes."""
        return [m for m in self.world.posted(self.channel) if m.content.startswith("Quiz over")]

    def quiz(self) -> dict[str, Any]:
        """Return the newest quiz of this channel that was more than an offer."""
        played = [
            q for q in self.world.rows("quizzes", channel_id=self.channel.id) if q["state"] != "offered"
        ]
        return played[-1]

    def items(self) -> list[dict[str, Any]]:
        return self.world.rows("quiz_items", quiz_id=self.quiz()["id"])

    def item(self) -> dict[str, Any]:
        """Return the current question."""
        return next(item for item in self.items() if item["position"] == self.quiz()["position"])

    def chosen(self, who: Any) -> str:
        """Return what a person chose in the current question: "right", or "a" to "c"."""
        (row,) = self.world.rows("quiz_choices", item_id=self.item()["id"], user_id=who.id)
        return ("right", "a", "b", "c")[row["option"]]

    def points(self) -> dict[int, int]:
        """Return everybody's points, which the ledger and the totals agree on."""
        check_points(self.world)
        return {row["user_id"]: row["points"] for row in self.world.rows("totals") if row["points"]}


def check_points(world: World) -> None:
    """The totals are the ledger's sum, and no act is paid twice."""
    ledger = Counter[tuple[int, int]]()
    for entry in world.rows("ledger"):
        ledger[entry["guild_id"], entry["user_id"]] += entry["points"]
    totals = {(row["guild_id"], row["user_id"]): row["points"] for row in world.rows("totals")}
    assert totals == dict(ledger)
    acts = Counter((e["guild_id"], e["user_id"], e["act"], e["subject_id"]) for e in world.rows("ledger"))
    assert set(acts.values()) <= {1}


def body(message: Any) -> str:
    """Return what an embed says."""
    return "\n".join(embed.description or "" for embed in message.embeds)


def letter(message: discord.Message, option: str) -> str:
    """Return the letter of an option: "right", or "a" to "c" for a wrong one."""
    wanted = r"right \d+" if option == RIGHT else rf"wrong \d+ {option}"
    found = re.search(rf"\*\*([A-D])\*\*  {wanted}(?: |$)", body(message), re.MULTILINE)
    assert found, body(message)
    return found[1]


def number(message: discord.Message) -> int:
    """Return the number in the pack of the item that a message asks."""
    found = re.search(r"question with number (\d+)", body(message))
    assert found, body(message)
    return int(found[1])


def stamp(at: Any, style: str = "R") -> str:
    return f"<t:{int(at.timestamp())}:{style}>"


async def at_once(
    world: World, presses: Sequence[tuple[simcord.MemberActor, Any, str]]
) -> list[simcord.InteractionResult]:
    """Press buttons (who, message, label) before the bot has answered any of them."""
    records: list[Any] = []
    for who, message, label in presses:
        target = message.response if isinstance(message, simcord.InteractionResult) else message
        stored = _visible_message(who, target)
        button = _find_component(
            stored.components, types=(ComponentType.BUTTON,), custom_id=None, label=label
        )
        data = {"custom_id": button["custom_id"], "component_type": ComponentType.BUTTON}
        message_of = dict(serializers.message_payload(world.env.backend, stored))
        record = _emit(
            world, who, InteractionType.MESSAGE_COMPONENT, stored.channel_id, data, message=message_of
        )
        record.source_message_id = stored.id
        records.append(record)
    await world.rest()
    return [simcord.InteractionResult(world.env, record) for record in records]


async def type_unchecked(
    world: World, *typed: tuple[Any, simcord.ChannelHandle, dict[str, Any]]
) -> list[simcord.InteractionResult]:
    """Send /quiz as a client that checks nothing would: (who, where, options), all at once."""
    records: list[Any] = []
    for who, where, options in typed:
        root = world.env.backend.find_command("quiz", None, type=1)
        given = [
            {"name": n, "type": OptionType.INTEGER if isinstance(v, int) else OptionType.STRING, "value": v}
            for n, v in options.items()
        ]
        data = {"id": root["id"], "name": "quiz", "type": 1, "options": given}
        records.append(_emit(world, who, InteractionType.APPLICATION_COMMAND, where.id, data))
    await world.rest()
    return [simcord.InteractionResult(world.env, record) for record in records]


def _emit(world: World, who: Any, kind: int, channel_id: int, data: dict[str, Any], **more: Any) -> Any:
    guild = getattr(who, "guild", None)
    record, payload = interactions.base_payload(
        world.env.backend,
        type=kind,
        channel_id=channel_id,
        guild_id=guild.id if guild else None,
        user_id=who.id,
        data=data,
    )
    world.env.backend.emit("INTERACTION_CREATE", payload | more)
    return record


def custom_ids(message: Any) -> list[str]:
    """Return the custom_ids on a message or reply, in order."""
    if isinstance(message, simcord.InteractionResult):
        message = message.response
    parts = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    return [c["custom_id"] for c in walk_components(parts) if c.get("custom_id")]


def is_silent(result: simcord.InteractionResult) -> bool:
    """Say whether a press was acknowledged without a new message."""
    assert result.acknowledged
    return not result.followups and (result.response is None or not result.response.ephemeral)

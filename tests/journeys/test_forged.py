"""What no client of Discord's sends and anybody can: every button, form, command and option, with anything.

None of it may write a warning or an error into the log, which any member could fill with it; and each gets
its reply.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import simcord
from discord import app_commands
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

from tests.world import World

COMMAND = InteractionType.APPLICATION_COMMAND
TYPING = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE
CLICK, FORM = InteractionType.MESSAGE_COMPONENT, InteractionType.MODAL_SUBMIT
TEXT = "Shard by user, replicate within the region, and keep the index warm; measure before all that."
LARGEST = 2**63 - 1
LONE = "half \ud83d of a pair \udc00"
TEXTS = ("", " \u200b", LONE, "@everyone **x** ```" * 200, "\u202e" + "x" * 7000)
NO_TEXTS = (None, 5, True, ["1"], {"a": 1})
NO_LISTS = (None, 5, "x", {"a": 1}, ["0", "99", "-1", "x", "²", "9" * 5000, None, 5, ["0"]])
NO_COMPONENTS = (
    None,
    "x",
    5,
    {"a": 1},
    [None, "x", 5],
    [{"type": 18, "component": "x"}],
    [{"type": 1, "components": 5}],
    [{"custom_id": 5, "value": "x"}, {"custom_id": ["x"], "value": "x"}],
)
TEXT_KEYS = ("text", "reason", "praise", "advice")
LIST_KEYS = ("ticks", "ticks-1", "ticks-99999999999999999", "ticks--unnamed", *TEXT_KEYS)


class Noise(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()} {cause!r}")


class Forger:
    """Sends interactions as they come; `wrong` is what the log or a missing reply made of them."""

    def __init__(self, world: World, noise: Noise) -> None:
        self.world = world
        self.noise = noise
        self.sent = 0
        self.wrong: list[str] = []

    async def send(
        self, who: Any, kind: int, data: Any, *, message: Any = None, where: Any = None
    ) -> simcord.InteractionResult:
        backend, extra = self.world.env.backend, None
        if message is not None:
            stored = backend.messages[message.channel.id][message.id]
            extra = {"message": dict(serializers.message_payload(backend, stored))}
        result = await _dispatch_actor_interaction(
            who,
            kind,
            where or self.world.daily,
            data,
            extra=extra,
            source_message_id=message.id if message else None,
        )
        self.sent += 1
        what = f"{who} {json.dumps(data)[:300]}"
        self.wrong += [f"{what}: {line}" for line in self.noise.lines]
        self.noise.lines.clear()
        if not result._interaction.responded:
            self.wrong.append(f"{what}: no reply")
        return result


@pytest.fixture
async def forger(world: World) -> AsyncIterator[Forger]:
    """One of everything: hidden answers, a question with buttons, a quiz, practice, a report."""
    log = world.guild.create_text_channel("log")
    await world.command(world.olga, world.daily, "manage log", channel=log)
    await world.command(world.olga, world.daily, "setup", kind="open")
    await world.command(world.olga, world.news, "setup", kind="choice")
    await world.travel(hours=2)
    (question,) = world.questions(world.daily)
    for who in (world.ada, world.ben):
        await world.answer(who, question, TEXT)
    await world.command(world.cem, world.daily, "quiz")
    await world.command(world.cem, world.daily, "practice")
    noise = Noise()
    logging.getLogger().addHandler(noise)
    try:
        yield Forger(world, noise)
    finally:
        logging.getLogger().removeHandler(noise)


def people(world: World) -> tuple[Any, ...]:
    """Who has answered, who has not, and who decides."""
    return world.ben, world.dia, world.olga


def button(custom_id: str) -> dict[str, Any]:
    return {"component_type": 2, "custom_id": custom_id, "id": 1}


async def test_every_button_about_anything(world: World, forger: Forger) -> None:
    (question,) = world.questions(world.daily)
    addresses = sorted(world.bot.router._pressed)
    for feature, action in addresses:
        for number in (1, LARGEST):
            for who in people(world):
                await forger.send(who, CLICK, button(f"{feature}:{action}:v1:{number}"), message=question)
        await forger.send(world.dia, CLICK, button(f"{feature}:{action}:v1:0"), message=question)
        alone = button(f"{feature}:{action}:v1:1")
        await forger.send(world.ada.user, CLICK, alone, where=world.ada.user.dm_channel)
    await world.travel(hours=30)
    for feature, action in addresses:
        await forger.send(world.dia, CLICK, button(f"{feature}:{action}:v1:1"), message=question)
    assert forger.sent > 400
    assert forger.wrong == []


async def test_what_is_no_button_of_mine(world: World, forger: Forger) -> None:
    (question,) = world.questions(world.daily)
    for custom_id in ("", "x" * 500, "a:b:v1:1", "answers:answer:v1:²", "answers:answer:v1:-1", LONE):
        await forger.send(world.dia, CLICK, button(custom_id), message=question)
        await forger.send(world.dia, FORM, {"custom_id": custom_id, "components": []})
    assert forger.wrong == []


def boxes(keys: tuple[str, ...], field: str, value: Any) -> list[dict[str, Any]]:
    return [{"type": 18, "component": {"type": 4, "custom_id": key, field: value}} for key in keys]


def contents() -> Iterator[Any]:
    """Yield what may stand in a form that is sent."""
    yield from (boxes(TEXT_KEYS, "value", text) for text in (*TEXTS, *NO_TEXTS))
    yield from (boxes(LIST_KEYS, "values", found) for found in NO_LISTS)
    yield from NO_COMPONENTS


async def test_every_form_with_anything_in_it(world: World, forger: Forger) -> None:
    (question,) = world.questions(world.daily)
    for feature, action in sorted(world.bot.router._submitted):
        for components in contents():
            data = {"custom_id": f"{feature}:{action}:v1:1", "components": components}
            for who in people(world):
                await forger.send(who, FORM, data, message=question)
            await forger.send(world.ben, FORM, data)
        for number in (0, 2, LARGEST):
            data = {
                "custom_id": f"{feature}:{action}:v1:{number}",
                "components": boxes(TEXT_KEYS, "value", "x"),
            }
            await forger.send(world.dia, FORM, data, message=question)
        await forger.send(world.ada.user, FORM, data, where=world.ada.user.dm_channel)
    assert forger.sent > 400
    assert forger.wrong == []


async def test_a_button_sent_as_a_form_and_a_form_as_a_button(world: World, forger: Forger) -> None:
    (question,) = world.questions(world.daily)
    router = world.bot.router
    for feature, action in sorted({*router._pressed, *router._submitted}):
        custom_id = f"{feature}:{action}:v1:1"
        filled = {
            "custom_id": custom_id,
            "components": boxes(TEXT_KEYS, "value", "It says enough to be one."),
        }
        for message in (None, question):
            await forger.send(world.dia, FORM, filled, message=message)
        await forger.send(
            world.dia, CLICK, {"component_type": 3, "custom_id": custom_id, "values": ["1"]}, message=question
        )
    assert forger.wrong == []


def nested(command: app_commands.Command[Any, ..., Any], options: Any) -> dict[str, Any]:
    """Return a command's data, below the groups in which it stands."""
    first, *rest = command.qualified_name.split()
    for depth, name in enumerate(reversed(rest)):
        options = [{"name": name, "type": 2 if depth else 1, "options": options}]
    return {"id": "1", "name": first, "type": 1, "options": options}


def commands(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    return [c for c in world.bot.tree.walk_commands() if isinstance(c, app_commands.Command)]


def values_of(parameter: app_commands.Parameter) -> Iterator[Any]:
    yield from (*TEXTS, *NO_TEXTS, -1, 10**30, 1.5, "1", "9" * 30, "nothing like this")
    yield from (choice.value for choice in parameter.choices)


async def test_every_option_of_every_command_with_any_value(world: World, forger: Forger) -> None:
    for command in commands(world):
        for parameter in command.parameters:
            name, kind = parameter.display_name, parameter.type.value
            given = [(kind, value) for value in values_of(parameter)] + [
                (3, "x"),
                (4, 1),
                (5, True),
                (8, "1"),
            ]
            for kind, value in given:
                data = nested(command, [{"name": name, "type": kind, "value": value}])
                await forger.send(world.olga, COMMAND, data)
            await forger.send(world.dia, COMMAND, data)
    assert forger.sent > 500
    assert forger.wrong == []


async def test_every_option_as_it_is_typed(world: World, forger: Forger) -> None:
    for command in commands(world):
        for parameter in command.parameters:
            for value in (*TEXTS, *NO_TEXTS):
                option = {"name": parameter.display_name, "type": 3, "value": value, "focused": True}
                half = {"name": "half", "type": 8, "value": "x"}
                await forger.send(world.dia, TYPING, nested(command, [half, option]))
    assert forger.wrong == []


NO_OPTIONS: tuple[Any, ...] = (
    None,
    5,
    "x",
    {"a": 1},
    [None],
    [{"name": 5, "type": 3, "value": "x"}],
    [{"name": "x", "type": "3", "value": "x"}],
    [{"type": 3, "value": "x"}],
    [{"name": "x", "value": "x"}],
    [{"name": "x", "type": 3}],
    [{"name": "x", "type": 1, "options": 5}],
    [{"name": "x", "type": 2, "options": [{"name": "y", "type": 1}]}],
    [{"name": "x", "type": 3, "value": "x", "focused": True}],
)


async def test_options_of_no_command(world: World, forger: Forger) -> None:
    for kind in (COMMAND, TYPING):
        for options in NO_OPTIONS:
            for command in commands(world):
                await forger.send(world.dia, kind, nested(command, options))
            for name in ("manage", "nothing", LONE, 5, None, ["x"]):
                await forger.send(world.dia, kind, {"id": "1", "name": name, "type": 1, "options": options})
        await forger.send(world.dia, kind, {"id": "1", "name": "today", "type": "x"})
    assert forger.wrong == []


async def test_a_command_on_a_message_that_is_not_there(world: World, forger: Forger) -> None:
    for name in ("Count as my answer", "nothing"):
        for resolved in ({}, None, {"messages": {}}):
            for kind in (2, 3):
                for target in ("1", 1, None, ["x"]):
                    data = {"id": "1", "name": name, "type": kind, "target_id": target, "resolved": resolved}
                    await forger.send(world.dia, COMMAND, data)
    assert forger.wrong == []


async def test_a_command_in_a_direct_message(world: World, forger: Forger) -> None:
    for command in commands(world):
        required = [
            {"name": p.display_name, "type": p.type.value, "value": "1"}
            for p in command.parameters
            if p.required
        ]
        await forger.send(world.ada.user, COMMAND, nested(command, required), where=world.ada.user.dm_channel)
        for parameter in command.parameters:
            if parameter.autocomplete:
                option = {"name": parameter.display_name, "type": 3, "value": "a", "focused": True}
                await forger.send(
                    world.ada.user, TYPING, nested(command, [option]), where=world.ada.user.dm_channel
                )
    assert forger.wrong == []

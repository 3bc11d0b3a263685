"""Runs a journey, cuts the bot's power at one point, starts it again and lets the people go on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import simcord

import tests.world
from tests.explore.edges import Edges, watched
from tests.explore.invariants import Summary, check_records, check_totals, press_everything, summary
from tests.explore.play import Play
from tests.world import World, open_world

LAST_TURNS, LAST_TURN_SECONDS = 50, 0.002
Step = Callable[[Play], Awaitable[None]]


@dataclass(frozen=True)
class Journey:
    """What people do on a day, step by step. A step that was cut off is taken again."""

    name: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Course:
    """How a run went: its points by name, how often the power was cut, and what people had in the end."""

    points: list[str]
    cuts: int
    summary: Summary
    buttons: int


async def run(
    journey: Journey,
    prepared: Path,
    folder: Path,
    kill_at: int = 0,
    *,
    damage: Callable[[World], None] | None = None,
) -> Course:
    """Run a journey on a copy of a prepared file, with a cut at one point or (0) without.

    `damage` is done to the world while the bot is dead, to see that the exploration finds it out.
    """
    edges = Edges(kill_at)
    path = _copied(prepared, folder)
    cuts = 0
    with watched(edges):
        async with open_world(path, questions=prepared.parent / "small") as world:
            play = Play(world, edges)
            # What is left of a dead process may be found by the garbage collector much later.
            world.expected += ["PowerCut", "The garbage collector is trying to clean up"]
            edges.counting = True
            for step in journey.steps:
                while not await _take(step, play):
                    cuts += 1
                    if damage is not None:
                        damage(world)
            # What was cut off at the very end is looked for after some seconds.
            await world.travel(minutes=10)
            edges.counting = False
            end = summary(world)
            check_records(world, edges)
            buttons = await press_everything(world)
            check_totals(world)
            assert not world.unexpected(), world.unexpected()
    return Course(edges.points, cuts, end, buttons)


def _copied(prepared: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(prepared, folder / "world.db"))


async def _take(step: Step, play: Play) -> bool:
    """Take a step; False where the power was cut meanwhile, when the bot has been started again."""
    edges, world = play.edges, play.world
    marks = [0, 0]

    def mark() -> None:
        marks[:] = len(world.errors.lines), len(world.env._errors)

    edges.on_cut = mark
    taking = asyncio.ensure_future(step(play))
    cut = asyncio.ensure_future(edges.cut.wait())
    await asyncio.wait({taking, cut}, return_when=asyncio.FIRST_COMPLETED)
    if not edges.cut.is_set():
        cut.cancel()
        await taking
        return True
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    await _start_again(world, marks)
    edges.cut.clear()
    return False


async def _start_again(world: World, marks: list[int]) -> None:
    """End what is left of the dead process, of whose last moments nobody hears, and start another one."""
    old = world.bot
    # Whoever is in the middle of something comes to an edge now, and ends there: no connection stays open.
    for _ in range(LAST_TURNS):
        if all(task.done() for task in world.env._work.tasks):
            break
        await asyncio.sleep(LAST_TURN_SECONDS)
    await world.env._detach_bot()
    old.alarm.stop()
    await old.db.close()
    del world.errors.lines[marks[0] :]
    del world.env._errors[marks[1] :]
    world.bot = tests.world.make_bot(world.path, world.clock, world.questions_dir)
    world.env._generation += 1
    await simcord._runtime._attach_bot(world.env, world.bot)
    await world.rest()

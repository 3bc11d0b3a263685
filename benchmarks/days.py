"""Days of many servers, hour by hour, to see whether anything grows that should not.

    python -m benchmarks.days [--servers 50] [--days 4]

The real bot lives in simcord on a real file; its clock is moved by hand. Every server gets its question,
people answer or choose, rooms open, reveals come. At the start of each hour the table shows the process's
memory, how many objects of the bot's and of its libraries are alive, asyncio tasks, and open database
connections. What simcord remembers of Discord for tests (requests, interactions, old messages) is thrown away
each hour: Discord keeps that, not the bot. Resident memory still holds what is left of simcord's.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import simcord

from bot.core.clock import Clock
from bot.db import Database
from bot.features.bank.service import BankService
from questions import BUNDLED
from tests.db.files import template, url_of
from tests.world import START, Group, World, labels, open_world

ANSWER = "I would start from the load: a thousand questions a second, most of them alike, so cache first."
OURS = ("bot", "cogs", "questions")
LIBRARIES = ("discord", "sqlalchemy", "aiosqlite", "apscheduler")
KINDS = ("open", "choice", "mixed")
# Discord keeps everything; this one forgets what is older, as no bot looks back so far.
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Sample:
    """What is alive at one moment."""

    hours: int
    resident_mib: float
    ours: int
    libraries: int
    tasks: int
    connections: int
    types: Counter[str]

    def line(self) -> str:
        """Return it as a row of the table."""
        day, hour = divmod(self.hours, 24)
        return (
            f"day {day} {hour:02}:00  {self.resident_mib:7.1f} MiB  {self.ours:7} ours  "
            f"{self.libraries:7} libraries'  {self.tasks:3} tasks  {self.connections:3} connections"
        )


async def sample(world: World, hours: int) -> Sample:
    """Count what is alive, after a full garbage collection."""
    await world.rest()
    forget(world)
    gc.collect()
    types = Counter(f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.get_objects())
    types = Counter({n: count for n, count in types.items() if n.partition(".")[0] in (*OURS, *LIBRARIES)})
    by_package = Counter[str]()
    for name, count in types.items():
        by_package[name.partition(".")[0]] += count
    pools = (world.bot.db._writer.pool, world.bot.db._reader.pool)  # noqa: SLF001 nobody else has to know
    return Sample(
        hours,
        resident_mib(),
        sum(by_package[name] for name in OURS),
        sum(by_package[name] for name in LIBRARIES),
        len(asyncio.all_tasks()),
        sum(pool.checkedin() + pool.checkedout() for pool in pools),  # type: ignore[attr-defined]
        types if hours % 24 == 0 else Counter(),
    )


def resident_mib() -> float:
    """Return how much memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1024**2


def forget(world: World) -> None:
    """Throw away what simcord remembers for tests, and archive old rooms as Discord does."""
    backend = world.env.backend
    backend.interactions.clear()
    for log in (backend.http_requests, backend.transcript, backend.interaction_tokens):
        log.clear()
    oldest = int((world.clock.now() - KEPT).timestamp() * 1000 - 1420070400000) << 22
    for channel_id, messages in list(backend.messages.items()):
        for message_id in [one for one in messages if one < oldest]:
            del messages[message_id]
        channel = backend.channels.get(channel_id)
        if channel is not None and channel.type in {11, 12} and channel_id < oldest:
            backend.delete_channel(channel_id)


async def live(servers: int, days: int, file: Path, *, every: int = 1) -> list[Sample]:
    """Live so many days; return a sample of the start of each hour, or of every so many."""
    samples: list[Sample] = []
    async with open_world(file, START) as world:
        groups = [world.home, *(world.found_group(f"G{number}") for number in range(1, servers))]
        for number, group in enumerate(groups):
            await world.command(
                group.olga, group.daily, "setup", kind=KINDS[number % 3], time=f"{9 + number % 12:02}:00"
            )
        for hours in range(0, 24 * days, every):
            await world.travel(to=START + timedelta(hours=hours))
            for group in groups:
                await take_part(world, group)
            samples.append(await sample(world, hours))
            print(samples[-1].line(), flush=True)
    return samples


async def take_part(world: World, group: Group) -> None:
    """Have two members answer the newest question, once."""
    questions = world.questions(group.daily)
    if not questions:
        return
    shown = labels(questions[-1])
    for who in group.members[:2]:
        if "Answer" in shown and not answered(world, who, questions[-1].id):
            await world.answer(who, questions[-1], ANSWER)
        elif "A" in shown:
            await world.press(who, questions[-1], "A")


def answered(world: World, who: simcord.MemberActor, message_id: int) -> bool:
    """Say whether somebody has answered the question of a message."""
    drops = world.rows("drops", message_id=message_id)
    return bool(drops and world.rows("answers", drop_id=drops[0]["id"], user_id=who.id))


def grown(samples: list[Sample], least: int = 3) -> dict[str, int]:
    """Return the types of which there are more at the start of the last day than of the second one."""
    first, last = (next(s for s in samples if s.hours == 24 * day) for day in (1, samples[-1].hours // 24))
    more = {name: count - first.types[name] for name, count in last.types.items()}
    return {name: extra for name, extra in sorted(more.items(), key=lambda item: -item[1]) if extra >= least}


async def prepared(folder: Path) -> Path:
    """Return a database file with the bundled questions."""
    path = Path(shutil.copy(template(), folder / "days.db"))
    db = Database(url_of(path))
    await BankService(db, Clock()).load(BUNDLED)
    await db.close()
    return path


async def main() -> None:
    """Run, print the table and what grew."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", type=int, default=50)
    parser.add_argument("--days", type=int, default=4)
    given = parser.parse_args()
    # As the tests do: simcord looks for more work for 50 ms after each act.
    simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.001  # noqa: SLF001
    with tempfile.TemporaryDirectory() as folder:
        samples = await live(given.servers, given.days, await prepared(Path(folder)))
    print("more at the start of the last day than of the second one:")
    for name, extra in grown(samples).items():
        print(f"  {extra:6} {name}")


if __name__ == "__main__":
    asyncio.run(main())

"""Many servers whose question is due in the same minute: how long the last one waits, and what clicks feel.

The bot runs as a process on SQLite against the tests' local Discord with Discord's limits on (50 requests a
second, a ban after 10,000 refusals). A member types /today ten times a second all the while. "bound" is the
time that 50 requests a second need for one question a server.

    python -m benchmarks.many [--servers 100 1000 10000] [--rate 10]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks.clicks import cpu_seconds
from bot.core.clock import Clock
from bot.db import Database
from bot.db.upgrades import prepare
from bot.features.bank.service import BankService
from bot.features.schedules.store import NewSchedule, add_schedule
from bot.features.server_settings import changes
from questions import BUNDLED
from tests.loopcord import Channel, Guild, InteractionRecord, Member, Server
from tests.loopcord.calls import Call
from tests.loopcord.limits import Limits
from tests.wire.studyloop import StudyLoop

WITHIN = 120.0
PEACE_SECONDS = 5.0
LIMIT = 50
DISCORD_WAITS = 3.0
OK = 200
POST_MESSAGE = ("POST", "/channels/{channel_id}/messages")


@dataclass
class Clicks:
    """A member who presses ten times a second; latencies in seconds, by when they pressed."""

    server: Server
    member: Member
    channel: Channel
    rate: float
    latencies: list[tuple[float, float]] = field(default_factory=list)
    lost: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def press(self) -> None:
        """Press once; a reply that takes longer than Discord waits is lost."""
        began = time.monotonic()
        try:
            record: InteractionRecord = await self.server.slash(
                self.member, self.channel, "today", within=WITHIN
            )
        except TimeoutError:
            self.lost += 1
            return
        if record.seconds is None or record.seconds > DISCORD_WAITS:
            self.lost += 1
        self.latencies.append((began, time.monotonic() - began))

    async def go_on(self) -> None:
        """Press until cancelled."""
        began, number = time.monotonic(), 0
        while True:
            number += 1
            self._tasks.append(asyncio.ensure_future(self.press()))
            await asyncio.sleep(max(0.0, began + number / self.rate - time.monotonic()))

    async def rest(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._tasks)

    def between(self, start: float, end: float) -> tuple[float, float]:
        """Return median and 99th percentile of what was pressed from `start` to `end`."""
        found = [seconds for at, seconds in self.latencies if start <= at < end]
        if not found[1:]:
            return (0.0, 0.0)
        return median(found), quantiles(found, n=100)[98]


@dataclass
class Asked:
    """Which channels have their question; each look begins where the last one ended."""

    server: Server
    channels: set[int]
    last: float = 0.0  # when the last question was sent
    _open: list[Call] = field(default_factory=list)
    _seen: int = 0
    _there: set[int] = field(default_factory=set)

    def count(self) -> int:
        """Return in how many channels a question stands."""
        calls = [*self._open, *self.server.requests[self._seen :]]
        self._seen = len(self.server.requests)
        self._open = [call for call in calls if call.status is None]
        for call in calls:
            if call.status == OK and (call.method, call.route) == POST_MESSAGE:
                self._there |= {call.ids["channel_id"]} & self.channels
                self.last = max(self.last, call.time)
        return len(self._there)


async def fill(path: Path, groups: list[tuple[Guild, Channel]], due_at: datetime) -> None:
    """Write a database in which each server's hidden question is due at that moment."""
    url = f"sqlite+aiosqlite:///{path}"
    prepare(url)
    db = Database(url)
    await BankService(db, Clock()).load(BUNDLED)
    async with db.transaction() as tx:
        for guild, channel in groups:
            new = NewSchedule(
                guild_id=guild.id,
                channel_id=channel.id,
                channel_kind="text",
                minutes=due_at.hour * 60 + due_at.minute,
                zone="UTC",
                days=127,
                mode="blind",
                kind="open",
                late_hours=12,
                state="active",
                next_run_at=due_at,
                created_by=1,
                created_at=due_at - timedelta(days=1),
            )
            await changes.put_zone(tx, guild.id, "UTC", due_at)
            await add_schedule(tx, new)
    await db.close()


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is removed at the end."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def found(server: Server, count: int) -> list[tuple[Guild, Channel]]:
    """Make so many servers with a channel each."""
    guilds = [server.add_guild(f"Group {number}") for number in range(count)]
    return [(guild, server.add_channel(guild, "daily")) for guild in guilds]


async def sleep_until(moment: datetime, before: float = 0.0) -> None:
    """Wait until so many seconds before a moment."""
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds() - before))


async def measure(count: int, rate: float) -> None:
    """Start a bot in `count` servers, wait for the minute, and print one row."""
    with folder() as place:
        async with Server() as server:
            server.limits = Limits(per_second=LIMIT)
            groups = found(server, count)
            member = server.add_member(groups[0][0], "Ada")
            # The whole minute after next, and later where so many servers take long to be there.
            ahead = timedelta(seconds=90 + count / 100)
            due_at = (datetime.now(UTC) + ahead).replace(second=0, microsecond=0)
            await fill(place / "bot.db", groups, due_at)
            process = StudyLoop(server, place / "bot.db", whole=True)
            async with process:
                await process.ready(WITHIN)
                await server.until(lambda: "ready" in process.output(), WITHIN)
                started = cpu_seconds(process.process.pid)
                clicks = Clicks(server, member, groups[0][1], rate)
                said = await minute(
                    process.process.pid, clicks, due_at, {channel.id for _, channel in groups}
                )
                print(f"{count:6} servers: {said}, start {started:.2f} s CPU", flush=True)


async def minute(pid: int, clicks: Clicks, due_at: datetime, channels: set[int]) -> str:
    """Press before the minute and after it until all questions are out; return what that came to."""
    server, count = clicks.server, len(channels)
    await sleep_until(due_at, PEACE_SECONDS)
    calm = cpu_seconds(pid)
    pressing = asyncio.ensure_future(clicks.go_on())
    await sleep_until(due_at, 0.5)
    before, in_peace = cpu_seconds(pid), len(clicks.latencies)
    of_click = (before - calm) / max(1, in_peace)
    await sleep_until(due_at)
    due, asked = time.monotonic(), Asked(server, channels)
    with suppress(TimeoutError):  # the row says then how many were asked
        await server.until(lambda: asked.count() == count, 3 * count / LIMIT + 60)
    cpu, presses = cpu_seconds(pid) - before, len(clicks.latencies) - in_peace
    last = asked.last or due
    pressing.cancel()
    await clicks.rest()
    peace, during = clicks.between(0.0, due), clicks.between(due, last)
    requests = sum(call.time >= due and call.method != "GET" for call in server.requests)
    limits = server.limits or Limits(per_second=LIMIT)
    return (
        f"{asked.count()} asked in {last - due:6.1f} s (bound {count / LIMIT:.1f}), "
        f"{limits.globally} answers of 429, banned {limits.banned > 0}, "
        f"CPU {(cpu - presses * of_click) * 1000 / count:5.1f} ms a question, besides "
        f"{of_click * 1000:.1f} ms for each of {presses} clicks, "
        f"{requests} requests that write, {memory_mib(pid):.0f} MiB; "
        f"clicks p50/p99 in peace {peace[0] * 1000:.0f}/{peace[1] * 1000:.0f} ms, "
        f"meanwhile {during[0] * 1000:.0f}/{during[1] * 1000:.0f} ms, lost {clicks.lost}"
    )


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--rate", type=float, default=10.0)
    args = parser.parse_args()
    for count in args.servers:
        await measure(count, args.rate)


if __name__ == "__main__":
    asyncio.run(main())

"""Start to ready, and resident memory, of the real process against a local Discord with one server.

Ready means: commands in step, the gateway identified, the server known and the alarm started (the log says
"ready"). Measured from the start of the process, the first time (new database, question bank loaded) and
again. A bare discord.py bot is measured beside it in the same run: the floor on this machine.

    python -m benchmarks.start
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.loopcord import Server
from tests.wire.studyloop import StudyLoop

RUNS = 5
WITHIN = 30.0
BARE = """
import os, discord
from discord.http import Route
Route.BASE = os.environ["DISCORD_API_URL"]
class Bare(discord.AutoShardedClient):
    async def on_ready(self): print("ready", flush=True)
Bare(intents=discord.Intents.default()).run(os.environ["DISCORD_TOKEN"])
"""


def resident_mib(pid: int) -> float:
    """Return a process's resident memory in MiB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


async def start_once(server: Server, database: Path, command: list[str] | None = None) -> tuple[float, float]:
    """Return (seconds to ready, MiB ten seconds' worth of settling later)."""
    process = StudyLoop(server, database, **({"command": command} if command else {}))
    began = time.perf_counter()
    process.start()
    try:
        while "ready" not in process.output():
            if time.perf_counter() - began > WITHIN or not process.running:
                raise SystemExit(f"not ready within {WITHIN} s:\n{process.tail()}")
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - began
        await asyncio.sleep(2)
        return seconds, resident_mib(process.process.pid)
    finally:
        process.kill()


async def main() -> None:
    """Measure turn and turn about, and print medians."""
    bare: list[tuple[float, float]] = []
    first: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    async with Server() as server:
        guild = server.add_guild("Benchmark")
        server.add_channel(guild, "daily-question")
        for run in range(RUNS):
            with tempfile.TemporaryDirectory() as folder:
                database = Path(folder) / "studyloop.db"
                bare.append(await start_once(server, Path(folder) / "bare.db", [sys.executable, "-c", BARE]))
                first.append(await start_once(server, database))
                again.append(await start_once(server, database))
            print(f"run {run + 1} of {RUNS}", file=sys.stderr)
    for name, rows in (("bare discord.py", bare), ("first start", first), ("later start", again)):
        seconds, memory = (median(column) for column in zip(*rows, strict=True))
        print(f"{name:16} ready after {seconds:5.2f} s   resident {memory:6.1f} MiB")


if __name__ == "__main__":
    asyncio.run(main())

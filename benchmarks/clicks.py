"""CPU time and latency of a click: StudyLoop against a bare discord.py bot that gives the same kind of reply.

The bare bot has the same buttons and forms, but no rules and no database: what discord.py itself costs. Both
run as processes against the tests' local Discord, turn and turn about in one run, uvloop in both (with
--plain a bare bot on asyncio's own loop stands beside them). StudyLoop spares Python's garbage collector
(bot/cli/run.py), which a bare bot does not: "bare, spared" is one with the same three lines. CPU is the
process's user and system time.

    python -m benchmarks.clicks [--seconds 6] [--turns 3] [--rates 50 200 400] [--plain]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.features.quiz.pack import write_pack
from tests.loopcord import Channel, InteractionRecord, Member, Message, Server
from tests.wire.studyloop import StudyLoop

MEMBERS = 200
TICKS = os.sysconf("SC_CLK_TCK")
WITHIN = 30.0
# What the bare bot does for each of the three: the same components as StudyLoop's replies.
BARE = """
import gc, os, sys, discord
from discord.http import Route
Route.BASE = os.environ["DISCORD_API_URL"]
LOOP = os.environ.get("BARE_LOOP")

class Bare(discord.AutoShardedClient):
    def __init__(self):
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True), max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(), chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none())
        self.tree = discord.app_commands.CommandTree(self)
        @self.tree.command(name="ask", description="Ask a question.")
        async def ask(interaction: discord.Interaction):
            await interaction.response.send_message("Which one?", view=self.buttons())

    async def setup_hook(self):
        await self.tree.sync()

    async def on_ready(self):
        if os.environ.get("BARE_GC"):
            gc.collect()
            gc.freeze()
            gc.set_threshold(20000, 20, 20)
        print("ready: bare", flush=True)

    def buttons(self):
        view = discord.ui.View(timeout=None)
        for letter in "ABCD":
            view.add_item(discord.ui.Button(label=letter, custom_id="bare:" + letter))
        view.add_item(discord.ui.Button(label="Answer", custom_id="bare:form"))
        view.stop()
        return view

    async def on_interaction(self, interaction):
        if interaction.type is not discord.InteractionType.component:
            return
        custom_id = interaction.data["custom_id"]
        if custom_id == "bare:form":
            form = discord.ui.Modal(title="Question 1", custom_id="bare:sent")
            form.add_item(discord.ui.TextDisplay("The question"))
            form.add_item(discord.ui.Label(text="Your answer", component=discord.ui.TextInput(
                custom_id="text", style=discord.TextStyle.paragraph, min_length=80, max_length=3500)))
            form.stop()
            await interaction.response.send_modal(form)
            return
        view = discord.ui.View(timeout=None)
        for letter in "ABCD":
            mine = custom_id.endswith(letter)
            style = discord.ButtonStyle.primary if mine else discord.ButtonStyle.secondary
            view.add_item(discord.ui.Button(label=letter, custom_id="bare:" + letter, style=style))
        view.stop()
        text = "You chose it. You can change it until time is up."
        if interaction.message.flags.ephemeral:
            await interaction.response.edit_message(content=text, embeds=[], view=view)
        else:
            await interaction.response.send_message(text, embeds=[], view=view, ephemeral=True)

if LOOP == "uvloop":
    import uvloop
    uvloop.install()
Bare().run(os.environ["DISCORD_TOKEN"])
"""


@dataclass(frozen=True)
class Turn:
    """One measured run: CPU seconds a click, and the replies' latencies in seconds."""

    cpu: float
    latencies: list[float]
    lost: int


def cpu_seconds(pid: int) -> float:
    """Return user plus system time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Crowd:
    """200 members who press one message's buttons, and then those of their own private panels."""

    def __init__(self, server: Server, members: list[Member], message: Message, *, changes: bool) -> None:
        self.server = server
        self.members = members
        self.message = message
        self.changes = changes  # whether a second press goes to the private panel
        self.panels: dict[int, Message] = {}
        ids = [c for c in message.custom_ids if c.rpartition(":")[2] != "form"]
        self.letters = [c for c in message.custom_ids if c.startswith("bare:") or ":stop:" not in c][
            :4
        ] or ids

    def press(self, member: Member, turn: int, custom_id: str | None) -> Awaitable[InteractionRecord]:
        """Press a button; the task ends with the reply."""
        panel = self.panels.get(member.id) if self.changes else None
        wanted = custom_id or self.letters[turn % 4]
        return self._press(member, panel or self.message, wanted)

    async def _press(self, member: Member, message: Message, custom_id: str) -> InteractionRecord:
        record = await self.server.click(member, message, custom_id, within=WITHIN)
        if record.message is not None and record.message.ephemeral:
            self.panels[member.id] = record.message
        return record


async def drive(process: StudyLoop, crowd: Crowd, rate: int, seconds: float, custom_id: str | None) -> Turn:
    """Press `rate` times a second for so long; the load is open: a slow reply holds nobody up."""
    members: Iterator[Member] = cycle(crowd.members)
    before = cpu_seconds(process.process.pid)
    began = time.perf_counter()
    tasks: list[asyncio.Task[InteractionRecord]] = []
    for number in range(int(rate * seconds)):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.ensure_future(crowd.press(next(members), number // MEMBERS, custom_id)))
    done = await asyncio.gather(*tasks, return_exceptions=True)
    cpu = cpu_seconds(process.process.pid) - before
    good = [r for r in done if isinstance(r, InteractionRecord) and r.seconds is not None]
    return Turn(cpu / len(tasks), [r.seconds or 0.0 for r in good], len(tasks) - len(good))


def there(message: Message | None) -> Message:
    """Return the message; SystemExit where the bot has not written it."""
    if message is None:
        raise SystemExit("the bot did not write what is measured")
    return message


# A scene: the message, the custom_id to press (None: A to D), and whether presses go on in the private panel.
Scene = tuple[Message, str | None, bool]
Prepare = Callable[[Server, Channel, Member], Awaitable[Scene]]


async def prepare_bare(server: Server, channel: Channel, olga: Member) -> Scene:
    """Have the bare bot ask."""
    record = await server.slash(olga, channel, "ask", within=WITHIN)
    return there(record.message), None, True


async def prepare_form(server: Server, channel: Channel, olga: Member) -> Scene:
    """Have the bare bot ask, and press for its form."""
    message, _, _ = await prepare_bare(server, channel, olga)
    return message, "bare:form", False


async def prepare_quiz(server: Server, channel: Channel, olga: Member) -> Scene:
    """Start a quiz and wait for its first question, which takes choices for two minutes."""
    await server.slash(olga, channel, "quiz", within=WITHIN, questions=3, seconds=120)

    def asked() -> Message | None:
        return next((m for m in server.messages(channel) if m.content.startswith("**Question")), None)

    await server.until(lambda: asked() is not None, WITHIN)
    await asyncio.sleep(1.5)  # its time has begun, and the edit that shows it is through
    return there(asked()), None, True


async def prepare_day(server: Server, channel: Channel, olga: Member, kind: str, prefix: str) -> Message:
    """Set up a schedule and post its first question now; return the question's message."""
    panel = await server.slash(olga, channel, "setup", within=WITHIN, zone="UTC", kind=kind)
    custom_id = next(c for c in there(panel.message).custom_ids if c.startswith("daily:post_now:"))
    await server.click(olga, there(panel.message), custom_id, within=WITHIN)

    def asked() -> Message | None:
        found = (m for m in server.messages(channel) if any(c.startswith(prefix) for c in m.custom_ids))
        return next(found, None)

    await server.until(lambda: asked() is not None, WITHIN)
    await asyncio.sleep(1.5)
    return there(asked())


async def prepare_choice(server: Server, channel: Channel, olga: Member) -> Scene:
    """Post a choice question of the day."""
    return await prepare_day(server, channel, olga, "choice", "choices:a:"), None, True


async def prepare_answer(server: Server, channel: Channel, olga: Member) -> Scene:
    """Post an open question and press Answer."""
    message = await prepare_day(server, channel, olga, "open", "answers:answer:")
    return message, next(c for c in message.custom_ids if c.startswith("answers:answer:")), False


async def turn(
    prepare: Prepare, command: list[str] | None, env: dict[str, str], args: Any, rate: int
) -> Turn:
    """Start a process on a new database and measure one turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Server() as server:
            guild = server.add_guild("Benchmark")
            channel = server.add_channel(guild, "quiz")
            olga = server.add_member(guild, "Olga", organiser=True)
            members = [server.add_member(guild, f"Member {n}") for n in range(MEMBERS)]
            env = {"QUESTIONS_DIR": str(write_pack(folder)), **env}
            more: dict[str, Any] = {"command": command} if command else {}
            process = StudyLoop(server, folder / "bot.db", env, **more)
            async with process:
                await process.ready(WITHIN)
                await server.until(lambda: "ready" in process.output(), WITHIN)
                message, custom_id, changes = await prepare(server, channel, olga)
                crowd = Crowd(server, members, message, changes=changes)
                await drive(process, crowd, 50, 1.0, custom_id)  # caches are warm, as after a minute's play
                return await drive(process, crowd, rate, args.seconds, custom_id)


SCENES: dict[str, tuple[Prepare, Prepare]] = {
    "quiz choice": (prepare_bare, prepare_quiz),
    "choice question of the day": (prepare_bare, prepare_choice),
    "Answer's form": (prepare_form, prepare_answer),
}


def line(name: str, rate: int, turns: list[Turn], bare: list[Turn] | None) -> str:
    """Return one row of the table."""
    cpu = median(t.cpu for t in turns)
    latencies = [x for t in turns for x in t.latencies]
    cuts = quantiles(latencies, n=100)
    ratio = "" if bare is None else f"  {cpu / median(t.cpu for t in bare):5.2f}x"
    lost = sum(t.lost for t in turns)
    return (
        f"  {name:12} {rate:4}/s   CPU {cpu * 1000:6.2f} ms a click{ratio:8}   "
        f"p50 {cuts[49] * 1000:6.1f} ms   p99 {cuts[98] * 1000:7.1f} ms" + (f"   LOST {lost}" if lost else "")
    )


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rates", type=int, nargs="+", default=[50, 200, 400])
    parser.add_argument("--scene", choices=list(SCENES), nargs="+", default=list(SCENES))
    parser.add_argument("--plain", action="store_true", help="measure a bare bot without uvloop too")
    args = parser.parse_args()
    bare_command = [sys.executable, "-c", BARE]
    for scene in args.scene:
        bare, ours = SCENES[scene]
        print(scene)
        for rate in args.rates:
            runs: dict[str, list[Turn]] = {"bare": [], "bare, spared": [], "StudyLoop": []}
            spared = {"BARE_LOOP": "uvloop", "BARE_GC": "1"}
            if args.plain:
                runs["bare asyncio"] = []
            for _ in range(args.turns):
                runs["bare"].append(await turn(bare, bare_command, {"BARE_LOOP": "uvloop"}, args, rate))
                runs["bare, spared"].append(await turn(bare, bare_command, spared, args, rate))
                runs["StudyLoop"].append(await turn(ours, None, {}, args, rate))
                if args.plain:
                    runs["bare asyncio"].append(await turn(bare, bare_command, {}, args, rate))
            for name, turns in runs.items():
                print(line(name, rate, turns, None if name == "bare" else runs["bare"]), flush=True)


if __name__ == "__main__":
    asyncio.run(main())

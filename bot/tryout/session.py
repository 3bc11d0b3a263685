"""One try-out from start to end: clock, database, bot, world, page; in that order, and back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal

from bot.core.clock import Clock
from bot.core.console import say
from bot.core.log import set_up_logging
from bot.core.stop import on_stop
from bot.db import lock
from bot.db.address import path_of, url_of
from bot.db.upgrades import DatabaseError
from bot.features.schedules import zones
from bot.settings import Settings
from bot.tryout import TryOptions
from bot.tryout.group import open_group
from bot.tryout.page import TryPage
from bot.tryout.pump import Pump, settle
from bot.tryout.simcord_bridge import TryPreview, bot_scope, make_env
from bot.tryout.world import World, build_world

MakeBot = Callable[[Settings, Clock], Awaitable[Any]]
DROP_TIME = time(9)
"""When the group's question comes, by /setup's default."""


class TryError(Exception):
    """The try-out cannot start; the text says why and what to do, in one sentence."""


@dataclass(frozen=True)
class Tryout:
    """A running try-out; `url` holds the secret that opens it."""

    url: str
    bot: Any
    clock: Clock
    zone: ZoneInfo
    world: World
    page: TryPage


async def make_study_bot(settings: Settings, clock: Clock) -> Any:
    """Bring the database up to date and put the real bot together; TryError if the database is no good."""
    # Loading every feature takes a while, and a wrong option should fail before that.
    from bot.app import StudyBot  # noqa: PLC0415
    from bot.db.upgrades import prepare  # noqa: PLC0415

    try:
        await asyncio.to_thread(prepare, settings.database_url)
    except DatabaseError as error:
        raise TryError(f"--data: {error}") from None
    # One group alone asks at nine sharp, as the README says.
    return StudyBot(settings, clock, shard_count=1, gather_clicks=0, draw=lambda _: 0)


@contextlib.asynccontextmanager
async def open_try(options: TryOptions, make_bot: MakeBot = make_study_bot) -> AsyncGenerator[Tryout]:
    """Start a try-out and end it cleanly; TryError if an option is wrong."""
    zone = find_zone(options.tz)
    clock = start_clock(options.at, zone)
    async with contextlib.AsyncExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studyloop-")))
        settings = settings_for(folder)
        stack.enter_context(_hold(settings))
        bot = await make_bot(settings, clock)
        env, world_clock = make_env(bot, clock)
        stack.push_async_callback(env.shutdown)
        await env.start()
        stack.push_async_callback(_close_bot, env, bot)
        world = build_world(env, world_clock)
        await settle(env)
        post_now = options.at is None or options.at.time() >= DROP_TIME
        await open_group(world, zone.key, post_now=post_now)
        port = find_port(options.port)
        preview = TryPreview(tuple(p.actor for p in world.people), world.daily, world.faces, zone.key, port)
        pump = Pump(env, bot, preview, clock)
        page = TryPage(world, preview, pump, clock, zone)
        preview.add_routes = page.add_routes
        await stack.enter_async_context(preview)
        pumping = asyncio.create_task(pump.run())
        stack.push_async_callback(_cancel, pumping)
        yield Tryout(preview.url, bot, clock, zone, world, page)


@contextlib.contextmanager
def _hold(settings: Settings) -> Generator[None]:
    """Hold the database; TryError where another process does, or its folder cannot be written in."""
    try:
        with lock.exclusive(path_of(settings.database_url)):
            yield
    except DatabaseError as error:
        raise TryError(f"--data: {error}") from None


async def _close_bot(env: Any, bot: Any) -> None:
    with bot_scope(env):
        await bot.close()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def find_zone(name: str | None) -> ZoneInfo:
    """Return the named zone, or this machine's; UTC if the machine does not say."""
    if name is None:
        try:
            return ZoneInfo(tzlocal.get_localzone_name() or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")
    found = zones.find_zone(name)
    if found is None:
        near = " or ".join(zones.nearest_zones(name)) or "Europe/Berlin"
        raise TryError(f"--tz {name}: no such time zone; use a name such as {near}.")
    return ZoneInfo(found)


def start_clock(at: datetime | None, zone: ZoneInfo) -> Clock:
    """Return a clock that now shows `at` as local time in `zone`, or the real time."""
    if at is None:
        return Clock()
    return Clock(at.replace(tzinfo=zone).astimezone(UTC) - datetime.now(UTC))


def settings_for(folder: Path) -> Settings:
    """Return settings for a database in `folder`, untouched by any `.env`; makes the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TryError(f"--data {folder}: cannot make that directory ({error.strerror}).") from None
    database = folder.resolve() / "studyloop.db"
    # By name, since pydantic-settings does not declare this argument to type checkers.
    no_file: dict[str, Any] = {"_env_file": None}
    # Nothing of a real bot on this machine: neither its backups, which would be cleared up, nor its port.
    apart: dict[str, Any] = {"discord_token": None, "backup_dir": None, "health_port": None}
    return Settings(**no_file, **apart, database_url=url_of(database).render_as_string())


def find_port(wanted: int) -> int:
    """Return the first free port from `wanted` on; 0 stays 0, which means any."""
    if wanted == 0:
        return 0
    for port in range(wanted, min(wanted + 50, 65536)):
        with socket.socket() as probe:
            if (
                os.name == "posix"
            ):  # a port that a try-out has just left is free; elsewhere the option means more
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise TryError(f"--port {wanted}: that port and the 49 after it are taken; use --port 0 for any.")


async def run(options: TryOptions, make_bot: MakeBot = make_study_bot) -> int:
    """Run a try-out until Ctrl-C and print what one has to know; return the exit code."""
    set_up_logging("WARNING", "plain", None)
    stop = asyncio.Event()
    try:
        async with open_try(options, make_bot) as tryout:
            on_stop(stop.set)
            say(_greeting(tryout, options))
            if options.open_browser and _has_browser():
                await asyncio.to_thread(webbrowser.open, tryout.url)
            await stop.wait()
            say("\nEnding the try-out ...")
    except TryError as error:
        say(str(error), err=True)
        return 2
    say(f"Your data is in {options.data}." if options.data else "Nothing is left behind.")
    return 0


def _greeting(tryout: Tryout, options: TryOptions) -> str:
    now = tryout.clock.now().astimezone(tryout.zone)
    kept = f"kept in {options.data}" if options.data else "temporary (keep it with --data DIR)"
    return (
        "\nStudyLoop is running in a Discord of its own. Nothing leaves this machine.\n\n"
        f"  Open   {tryout.url}\n"
        f"  Clock  {now:%a %d %b %Y %H:%M:%S} ({tryout.zone.key})\n"
        f"  Data   {kept}\n\n"
        "Ctrl-C ends it.\n"
    )


def _has_browser() -> bool:
    """Tell whether a browser with a window can be opened: a text browser would take the terminal."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

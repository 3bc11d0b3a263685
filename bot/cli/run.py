"""`python -m bot run`: database, logs, signals, and errors that an operator can act on."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import Route

from bot.app import StudyBot
from bot.core.clock import Clock
from bot.core.log import set_up_logging
from bot.core.stop import on_stop
from bot.core.watch import QUIET
from bot.db import lock
from bot.db.address import path_of
from bot.db.upgrades import DatabaseError, prepare
from bot.features.bank.service import BankError
from bot.gateway.starts import StartsUsedUpError, wait_for_starts
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.ops.health.metrics import Meter
    from bot.ops.health.server import HealthServer

log = logging.getLogger("studyloop")
UNREACHABLE = (aiohttp.ClientError, OSError, discord.GatewayNotFound, discord.DiscordServerError)
# What Discord closes a connection with, in the middle of a session too, where waiting mends nothing.
ENDINGS = {
    4004: (
        "Discord refuses the token, which it took before: reset it on the Bot page of your application at "
        "https://discord.com/developers/applications and put the new one into DISCORD_TOKEN."
    ),
    4010: (
        "Discord refuses a shard that does not exist: set SHARD_COUNT to the number of all shards and "
        "SHARD_IDS to numbers below it, or leave both out."
    ),
    4011: (
        "Discord refuses so few shards for so many servers: leave out SHARD_COUNT, so that Discord says how "
        "many it takes, or set a higher one."
    ),
    4012: "Discord refuses the version of its gateway that this bot speaks: update the bot.",
    4013: "Discord refuses the intents that this bot asks for, as it does not know them: update the bot.",
    4014: "Discord refuses the intents, though the bot asks for none that is privileged: update the bot.",
}
CANCEL_SECONDS = 1.0


class RunError(Exception):
    """The bot cannot run; the text is one line that says what to do."""


class StartError(RunError):
    """As above, and Discord was asked: whoever starts it again at once may use up the day's starts."""


# Python's default looks through young objects after every 700; a click makes some hundred that die at once.
YOUNG_OBJECTS = 20_000


async def _spare_the_collector() -> None:
    """Leave what the start has made out of all later garbage collections: it stays until the end.

    With the collector's defaults a third of a click's CPU time went into looking through it again and
    again (benchmarks/clicks.py).
    """
    if gc.get_freeze_count() == 0:
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS, 20, 20)


async def commands_of(settings: Settings) -> list[dict[str, Any]]:
    """Return the commands as a start would register them; nothing is connected or opened."""
    bot = StudyBot(settings, Clock(settings.offset))
    await bot.add_cogs()
    return [dict(command.to_dict(bot.tree)) for command in bot.tree.get_commands()]


async def run_bot(settings: Settings, token: str) -> None:
    """Run until SIGTERM or SIGINT; raise RunError where it cannot start."""
    set_up_logging(settings.log_level, settings.log_format, token, settings.log_levels)
    path = path_of(settings.database_url)
    try:
        with lock.exclusive(path):
            await asyncio.to_thread(prepare, settings.database_url)
            await _run(settings, token)
    except DatabaseError as error:
        raise RunError(str(error)) from None


async def _run(settings: Settings, token: str) -> None:
    """Run on a database that is this process's alone."""
    if settings.discord_api_url is not None:
        Route.BASE = str(settings.discord_api_url).rstrip("/")
    # The bot does not speak: an operator need not read that the libraries for it are missing.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    meter = None if settings.health_port is None else _meter()
    bot = StudyBot(settings, Clock(settings.offset), watch=meter or QUIET)
    bot.add_listener(_spare_the_collector, "on_ready")
    # Before the bot connects: whoever asks while it starts gets an answer.
    health = None if meter is None else await _serve(bot, meter)
    await _until_stopped(bot, token, health)


def _meter() -> Meter:
    """Return what counts; it is loaded only where HEALTH_PORT is set."""
    from bot.ops.health.metrics import Meter  # noqa: PLC0415 see above

    return Meter()


async def _serve(bot: StudyBot, meter: Meter) -> HealthServer:
    """Listen on HEALTH_PORT; raise RunError where that cannot be."""
    from bot.ops.health.server import serve  # noqa: PLC0415 loaded only where HEALTH_PORT is set
    from bot.ops.health.service import Watched  # noqa: PLC0415 as above

    host, port = bot.settings.health_host, bot.settings.health_port or 0
    watched = Watched(bot.settings, bot.clock, bot.db, bot.edits, bot.pacer, bot.dispatcher.kinds)
    try:
        return await serve(bot, watched, meter, port)
    except OSError as error:
        await bot.db.close()
        raise RunError(
            f"HEALTH_PORT: the bot cannot listen on {host} port {port} "
            f"({error.strerror or error}): choose a free port above 1023 and an address of this machine."
        ) from None


async def _until_stopped(bot: StudyBot, token: str, health: HealthServer | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    on_stop(stopping.set)
    running = loop.create_task(_start(bot, token), name="discord")
    waiting = loop.create_task(stopping.wait(), name="signals")
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        await _close(bot, health)
        await _outcome(running)
        return
    # Before its connections are closed: in the middle of the start it would fail on them.
    running.cancel()
    await asyncio.wait({running}, timeout=CANCEL_SECONDS)
    await _close(bot, health)
    log.info("stopped")


async def _start(bot: StudyBot, token: str) -> None:
    """Log in, wait where too few starts are left, and stay connected."""
    await bot.login(token)
    await wait_for_starts(bot.http.get_bot_gateway, len(bot.shard_ids or ()))
    await bot.connect()


async def _close(bot: StudyBot, health: HealthServer | None) -> None:
    """End both; nobody may ask a database that is being closed."""
    if health is not None:
        await health.close()
    await bot.close()


def _refused(error: discord.DiscordException) -> str:
    return (
        f"Discord refuses to talk to the bot ({error}): wait some minutes; if it stays, look at the "
        "application's page at https://discord.com/developers/applications."
    )


async def _outcome(running: asyncio.Task[None]) -> None:
    """Turn the end of the connection into nothing or a sentence."""
    try:
        await running
    except discord.LoginFailure:
        raise StartError(
            "Discord refuses the token: copy it again from the Bot page of your application at "
            "https://discord.com/developers/applications into DISCORD_TOKEN."
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise StartError(ENDINGS[4014]) from None
    except BankError as error:
        raise StartError(
            f"The question bank cannot be loaded, see `python -m bot bank check`: {error}"
        ) from None
    except UNREACHABLE as error:
        raise StartError(
            f"Discord cannot be reached ({type(error).__name__}): check the network and DISCORD_API_URL."
        ) from None
    except (discord.HTTPException, discord.ConnectionClosed) as error:
        known = ENDINGS.get(error.code) if isinstance(error, discord.ConnectionClosed) else None
        raise StartError(known or _refused(error)) from None
    except StartsUsedUpError:
        raise StartError(
            "Discord ends each session as soon as it has begun, and hardly any start is left today: the next "
            "start waits until there are more; if it stays, look at https://discordstatus.com."
        ) from None
    except Exception:
        log.exception("the connection ended by an error of mine")
        raise StartError("The bot ended by an error of its own, which the log has; start it again.") from None

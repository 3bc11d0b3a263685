"""`python -m bot run`: database, logs, signals, and errors that an operator can act on."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal

import aiohttp
import discord
from discord.http import Route

from bot.bank.service import BankError
from bot.client import StudyBot
from bot.clock import Clock
from bot.db.schema import DatabaseError, prepare
from bot.log import set_up_logging
from bot.settings import Settings

log = logging.getLogger("studyloop")
UNREACHABLE = (aiohttp.ClientError, OSError, discord.GatewayNotFound, discord.DiscordServerError)
REFUSED = (discord.HTTPException, discord.ConnectionClosed)
CANCEL_SECONDS = 1.0


class RunError(Exception):
    """The bot cannot run; the text is one line that says what to do."""


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


async def run_bot(settings: Settings, token: str) -> None:
    """Run until SIGTERM or SIGINT; raise RunError where it cannot start."""
    set_up_logging(settings.log_level, settings.log_format, token)
    try:
        await asyncio.to_thread(prepare, settings.database_url)
    except DatabaseError as error:
        raise RunError(str(error)) from None
    if settings.discord_api_url is not None:
        Route.BASE = str(settings.discord_api_url).rstrip("/")
    # The bot does not speak: an operator need not read that the libraries for it are missing.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    bot = StudyBot(settings, Clock(settings.offset))
    bot.add_listener(_spare_the_collector, "on_ready")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = loop.create_task(bot.start(token), name="discord")
    waiting = loop.create_task(stopping.wait(), name="signals")
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        await bot.close()
        await _outcome(running)
        return
    # Before its connections are closed: in the middle of the start it would fail on them.
    running.cancel()
    await asyncio.wait({running}, timeout=CANCEL_SECONDS)
    await bot.close()
    log.info("stopped")


async def _outcome(running: asyncio.Task[None]) -> None:
    """Turn the end of the connection into nothing or a sentence."""
    try:
        await running
    except discord.LoginFailure:
        raise RunError(
            "Discord refuses the token: copy it again from the Bot page of your application at "
            "https://discord.com/developers/applications into DISCORD_TOKEN."
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise RunError(
            "Discord refuses the intents, though the bot asks for none that is privileged: update it."
        ) from None
    except BankError as error:
        raise RunError(
            f"The question bank cannot be loaded, see `python -m bot bank check`: {error}"
        ) from None
    except UNREACHABLE as error:
        raise RunError(
            f"Discord cannot be reached ({type(error).__name__}): check the network and DISCORD_API_URL."
        ) from None
    except REFUSED as error:
        raise RunError(
            f"Discord refuses to talk to the bot ({error}): wait some minutes; if it stays, look at the "
            "application's page at https://discord.com/developers/applications."
        ) from None

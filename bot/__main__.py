"""The command line: `python -m bot run | try | doctor | backup | restore | bank ...`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.cli import bank, operate, terminal
from bot.core.console import make_writable, say
from bot.settings import Settings, SettingsError, load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="StudyLoop, a Discord bot for study groups.",
)
app.add_typer(bank.app, name="bank", help="The question bank: check it, list it, measure it.")
for command in (operate.doctor, operate.backup, operate.restore):
    app.command()(command)

FATAL = 2
CLOSE_SECONDS = 2.0


@app.command()
def run() -> None:
    """Run the bot on Discord; settings come from the environment and .env (see .env.example)."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise _fatal(str(error)) from None
    if settings.discord_token is None:
        raise _fatal(
            "DISCORD_TOKEN is not set: copy .env.example to .env and put your bot's token there, or try the "
            "bot without one by `python -m bot try`."
        )
    sys.exit(_run(settings, settings.discord_token.get_secret_value()))


def _run(settings: Settings, token: str) -> int:
    # discord.py is loaded where it is needed
    from bot.cli.run import RunError, StartError, run_bot  # noqa: PLC0415 see above
    from bot.gateway.starts import pause_after_failure  # noqa: PLC0415 see above

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            try:
                runner.run(run_bot(settings, token))
            except RunError as error:
                say(f"studyloop: {error}", err=True)
                if isinstance(error, StartError) and not terminal.is_person_waiting():
                    runner.run(pause_after_failure())
                _end_soon(FATAL)
                return FATAL
            _end_soon(0)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


def _end_soon(code: int) -> None:
    """End the process in two seconds, come what may: all is stored and closed by now.

    A task that was cut off in the middle of the start may not heed its cancellation, and closing the event
    loop would wait for it for ever; whoever stops a container gives it ten seconds.
    """
    watch = threading.Timer(CLOSE_SECONDS, os._exit, (code,))
    watch.daemon = True
    watch.start()


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop where it exists: a fifth less processor time for each click."""
    try:
        import uvloop  # noqa: PLC0415 optional
    except ImportError:
        return None
    return uvloop.Loop


@app.command(name="try")
def try_(
    data: Annotated[
        Path | None, typer.Option(help="Keep the database in this folder (default: a temporary one).")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"], help="Start at this local time."),
    ] = None,
    tz: Annotated[str | None, typer.Option(help="Time zone of the try-out, such as Europe/Berlin.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page on 127.0.0.1.")] = 8765,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page.")] = True,  # noqa: FBT002 a typer option
) -> None:
    """Play the bot in a local Discord, without a token."""
    from bot.tryout import TryOptions, run_try  # noqa: PLC0415 simcord is a development dependency

    options = TryOptions(data=data, at=at, tz=tz, port=port, open_browser=open_browser)
    sys.exit(asyncio.run(run_try(options)))


@app.command()
def version() -> None:
    """Print the version."""
    say(f"studyloop {__version__}")


def _fatal(sentence: str) -> typer.Exit:
    say(f"studyloop: {sentence}", err=True)
    return typer.Exit(FATAL)


def main() -> None:
    """Run the command line."""
    make_writable()
    app(prog_name="python -m bot")


if __name__ == "__main__":
    main()

"""Which pack a command means where none is named: the bot's own."""

from pathlib import Path

import typer

from bot.core.console import say
from bot.settings import SettingsError, load_settings


def bots_pack() -> Path:
    """Return the folder that the bot loads: QUESTIONS_DIR, else the bundled pack."""
    try:
        return load_settings().pack_dir
    except SettingsError as wrong:
        say(f"The settings are wrong: {wrong}", err=True)
        raise typer.Exit(1) from None

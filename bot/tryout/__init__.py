"""`python -m bot try`: the real bot in a Discord that lives in this process, with one page to play it in.

Nothing here is imported by the rest of the bot, and simcord only once a try-out really starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from bot.core.console import say

INSTALL_HINT = 'The try-out needs simcord. Install it with:  pip install "simcord[preview]==3.2.1"'


@dataclass(frozen=True)
class TryOptions:
    """How to start a try-out.

    `data` keeps the database in that directory (default: a temporary one). The group, its people and their
    scores are there again at the next start; Discord's messages and rooms are not, they live in this process.
    `at` is the local time to start at, without a zone; `tz` names its zone (default: this machine's).
    `port` is taken if it is free, else the next free one; 0 means any.
    """

    data: Path | None = None
    at: datetime | None = None
    tz: str | None = None
    port: int = 8765
    open_browser: bool = True


async def run_try(options: TryOptions) -> int:
    """Run a try-out until Ctrl-C; return the exit code (2: it cannot start, and why was printed)."""
    if any(find_spec(name) is None for name in ("simcord", "aiohttp", "PIL", "markdown_it")):
        say(INSTALL_HINT, err=True)
        return 2
    from bot.tryout.session import run  # noqa: PLC0415  imports simcord, which hooks into discord.py at import

    return await run(options)

"""StudyLoop as a process against loopcord: the only file that tells loopcord how our bot is started."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.loopcord import BotProcess, Server

ROOT = Path(__file__).resolve().parents[2]


class StudyLoop(BotProcess):
    """One run of `python -m bot run` on a database file; its output goes to a file beside it.

    `env` comes on top of the usual environment, for example STUDYLOOP_CLOCK_OFFSET. `command` starts
    another bot with the same settings, to compare.
    """

    def __init__(
        self,
        server: Server,
        database_path: Path,
        env: Mapping[str, str] | None = None,
        *,
        command: Sequence[str] = (sys.executable, "-m", "bot", "run"),
    ) -> None:
        settings = {
            "DISCORD_API_URL": server.api_url,
            "DISCORD_TOKEN": server.token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{database_path}",
        }
        super().__init__(server, command, database_path.parent, settings | dict(env or {}), cwd=ROOT)
        self.database_path = database_path

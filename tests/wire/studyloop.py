"""StudyLoop as a process against loopcord: the only file that tells loopcord how our bot is started."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.loopcord import BotProcess, Server
from tests.loopcord.process import Process
from tests.wire.forkserver import fork_server

ROOT = Path(__file__).resolve().parents[2]


class StudyLoop(BotProcess):
    """One run of `python -m bot run` on a database file; its output goes to a file beside it.

    `env` comes on top of the usual environment, for example STUDYLOOP_CLOCK_OFFSET. `command` starts
    another bot with the same settings, to compare. It is a copy of a process that has imported the bot's
    modules (forkserver.py); `whole` starts Python itself.
    """

    def __init__(
        self,
        server: Server,
        database_path: Path,
        env: Mapping[str, str] | None = None,
        *,
        whole: bool = False,
        command: Sequence[str] | None = None,
    ) -> None:
        settings = {
            "DISCORD_API_URL": server.api_url,
            "DISCORD_TOKEN": server.token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{database_path}",
        }
        run = command or (sys.executable, "-m", "bot", "run")
        super().__init__(server, run, database_path.parent, settings | dict(env or {}), cwd=ROOT)
        self.database_path = database_path
        self._copied = not whole and command is None

    def launch(self) -> Process:
        """Have the fork server make a copy of itself, where it may and there is one."""
        server = fork_server() if self._copied else None
        return super().launch() if server is None else server.fork(self.env, self.log_path)

"""The program behind forkserver.py: it has imported the bot and copies itself for each one.

Reads orders from standard input, one JSON object a line, and answers each with a number: the pid of a new bot
or the exit code of one that has ended. It has no thread and no event loop, so that a copy is whole.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from typing import Any

import bot.cli.run
import bot.gateway.starts
from bot.__main__ import main as bot_main
from bot.app import COGS

# The command imports these itself, and what it starts imports the others.
OURS = (bot.cli.run, bot.gateway.starts)
OTHERS = (
    "logging.config",
    "mako.template",
    "ruamel.yaml",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvloop",
)


def main() -> None:
    """Do as told until nobody is left who could tell; in a copy: be a bot."""
    import_all()
    # Standard output is the answers' here and the log's in the copies.
    orders, answers = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(2, 1)
    with os.fdopen(orders, "rb") as lines:
        for line in lines:
            order = json.loads(line)
            if "reap" in order:
                _, status = os.waitpid(order["reap"], 0)
                answer = os.waitstatus_to_exitcode(status)
            else:
                answer = os.fork()
                if answer == 0:
                    become(order, closing=(answers, quiet))
                    break
            os.write(answers, f"{answer}\n".encode())
        else:
            return
    bot_main()


def import_all() -> None:
    """Import what a bot imports until it is ready."""
    for name in (*COGS, *OTHERS):
        # Not everything is there on every system, uvloop for example.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def become(order: dict[str, Any], closing: tuple[int, ...]) -> None:
    """Be a process that was started with these words, this environment, this output and in this folder."""
    for number, path in ((1, order["output"]), (2, order["errors"])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["folder"])
    for number in closing:
        os.close(number)
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["bot", *order["words"]]


if __name__ == "__main__":
    main()

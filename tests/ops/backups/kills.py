"""Run as a program: an act on files, killed at its n-th call to the disk, for every n until it gets through.

Each try is a process of its own that ends as kill -9 ends it: no `finally`, nothing flushed. Prints one JSON
list: what each kill left behind.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.ops.backups import copies, restores
from tests.ops.backups.samples import NOW, sql

MOST = 200


def deadly(left: int) -> None:
    """Kill this process at the `left`-th call from now, before or after its effect in turns."""
    counted = [left]

    def strike() -> None:
        counted[0] -= 1
        if counted[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            strike()
            answer = call(*args, **options)
            strike()
            return answer

        return called

    for name in ("link", "rename", "replace", "fsync", "unlink", "open", "chmod", "chown"):
        setattr(os, name, around(getattr(os, name)))
    connect = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, *args: Any) -> Any:
            strike()
            return super().execute(*args)

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        strike()
        return connect(*args, factory=Connection, **options)

    sqlite3.connect = connected  # pyright: ignore[reportAttributeAccessIssue]


def attempt(folder: Path, act: str, n: int) -> bool:
    """Say whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            deadly(n)
            if act == "backup":
                copies.make(folder / "studyloop.db", folder / "copy.db", force=True)
            else:
                restores.restore(folder / "copy.db", folder / "studyloop.db", NOW)
        except BaseException:  # noqa: BLE001 any of them is a failure of the test
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{act} failed at {n}")
    return False


def contents(path: Path) -> Any:
    """What a file says of itself, as whoever starts the bot next would find it."""
    if not path.exists():
        return None
    try:
        whole = sql(path, "PRAGMA integrity_check") == [("ok",)]
        return [whole, sql(path, "SELECT count(*) FROM totals")[0][0]]
    except sqlite3.Error as error:
        return [False, str(error)]


def main(act: str, origin: Path) -> None:
    left: list[dict[str, Any]] = []
    for n in range(1, MOST):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in origin.iterdir():
                shutil.copy(path, folder / path.name)
            killed = attempt(folder, act, n)
            asides = [p for p in folder.iterdir() if "-before-restore-" in p.name and p.suffix == ".db"]
            left.append(
                {
                    "killed": killed,
                    "studyloop": contents(folder / "studyloop.db"),
                    "copy": contents(folder / "copy.db"),
                    "asides": [contents(path) for path in asides],
                }
            )
            if not killed:
                break
    print(json.dumps(left))  # noqa: T201 what the test reads


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""The bot's commands on what Windows lacks or does otherwise, as far as a process here can be made to.

`python -m tests.windows run` is `python -m bot run` so. No signal handlers of the event loop, no fcntl, no
users, no uvloop, no time zones of the system's own; a file that is open in this process cannot be renamed,
replaced or deleted; what was opened for reading cannot be flushed; a folder cannot be opened.
"""

import asyncio.unix_events
import errno
import fcntl
import os
import signal
import sys
import types
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NOT_THERE = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "uvloop")
_NO_CALLS = ("chown", "fork", "geteuid", "getuid", "getloadavg", "lchown", "mkfifo")
# Ctrl-Break is Windows' own signal; this one stands for it.
BREAK = signal.SIGUSR1


def msvcrt() -> Any:
    """Return a module with Windows' locks on files: exclusive ones alone, and each open file has its own."""
    module: Any = types.ModuleType("msvcrt")
    module.LK_NBLCK = 2

    def locking(number: int, mode: int, count: int) -> None:
        assert (mode, count) == (module.LK_NBLCK, 1)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    module.locking = locking
    return module


def become_windows() -> None:
    """Take away and change in this process what Windows lacks or does otherwise; there is no way back."""
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(_NOT_THERE), msvcrt=msvcrt())
    loop: Any = asyncio.unix_events._UnixSelectorEventLoop  # type: ignore[attr-defined]  # what Windows' lacks
    loop.add_signal_handler = loop.remove_signal_handler = _no_signals
    for name in _NO_CALLS:
        delattr(os, name)
    for name in ("SIGHUP", "SIGKILL", "SIGQUIT"):
        delattr(signal, name)
    signal.SIGBREAK = BREAK  # type: ignore[attr-defined]
    zoneinfo.reset_tzpath([])
    for name in ("replace", "rename", "unlink", "remove"):
        setattr(os, name, _closed_files_only(getattr(os, name)))
    vars(os).update(open=_no_folders(os.open), fsync=_written_files_only(os.fsync))


def _no_signals(self: object, number: int, *rest: object) -> None:
    del self, number, rest
    raise NotImplementedError


def _closed_files_only(call: Callable[..., None]) -> Callable[..., None]:
    def checked(*paths: Any, **options: Any) -> None:
        opened = {os.path.realpath(path) for path in Path("/proc/self/fd").iterdir()}
        for path in paths:
            if options.get("dir_fd") is None and os.path.realpath(path) in opened:
                raise PermissionError(errno.EACCES, "The process cannot access the file", str(path))
        call(*paths, **options)

    return checked


def _no_folders(call: Callable[..., int]) -> Callable[..., int]:
    def checked(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        # The standard library's own way to delete a tree is another there.
        if not options and not flags & os.O_DIRECTORY and Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return call(path, flags, *rest, **options)

    return checked


def _written_files_only(call: Callable[[int], None]) -> Callable[[int], None]:
    def checked(number: int) -> None:
        if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        call(number)

    return checked


if __name__ == "__main__":
    become_windows()
    from bot.__main__ import main  # loaded as there: with what is lacking already gone

    main()

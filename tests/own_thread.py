"""SQLite without aiosqlite's threads, for the worlds in which everything else is simulated too.

aiosqlite hands each call over to a thread of the connection's and is woken by it: two switches between
threads for every call, which was half of the processor time of all journeys. Here a call runs where it is
made. Whoever awaits a statement or the end of a transaction goes on one turn of the event loop later, so that
tasks still take turns there; what belongs to a statement (its cursor, its rows) is there at once.
The threads themselves are the subject of tests/db and run in every process of tests/wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from aiosqlite import core

import bot.db.engine

Item = tuple["asyncio.Future[Any] | None", Callable[[], Any]]


class NoThread:
    """Stands where a connection keeps its thread."""

    daemon = True

    def __init__(self, **_: Any) -> None:
        """Take what a thread takes."""

    def start(self) -> None:
        """Start nothing."""


# A statement has four calls; these end none.
PARTS = {"cursor", "fetchone", "fetchmany", "fetchall", "close"}


class AtOnce:
    """Stands where a connection keeps its queue: what is put in is done at once."""

    def put_nowait(self, item: Item) -> None:
        future, function = item
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 whoever awaits it gets it, as from the thread
            _tell(future, core.set_exception, error)
        else:
            if future is not None and getattr(getattr(function, "func", None), "__name__", "") in PARTS:
                future.set_result(result)
            else:
                _tell(future, core.set_result, result)


def _tell(future: asyncio.Future[Any] | None, tell: Callable[..., None], what: Any) -> None:
    # A connection that is collected as garbage closes itself when its loop may be gone.
    if future is not None and not future.get_loop().is_closed():
        future.get_loop().call_soon(tell, future, what)


@contextmanager
def sqlite_in_own_thread() -> Iterator[None]:
    """Have every connection that is made inside work in the thread that uses it."""
    with (
        mock.patch.object(core, "SimpleQueue", AtOnce),
        mock.patch.object(core, "Thread", NoThread),
        # No power is cut here, and waiting for the disk would hold up everything.
        mock.patch.object(bot.db.engine, "SYNCHRONOUS", "OFF"),
    ):
        yield

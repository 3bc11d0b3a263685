"""How statements reach SQLite: one journey to the connection's thread each.

SQLAlchemy's adapter for aiosqlite goes there four times a statement (for a cursor, to execute, to fetch, to
close), and each journey wakes two threads. Here a statement goes with all its rows, and with the BEGIN of
its transaction where it is the first.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_

# Whoever pressed a button hears within three seconds, also that another program holds the file.
BUSY_TIMEOUT_MS = 1_500
# What waits behind one that has waited in vain has waited long enough already.
STILL_BUSY_TIMEOUT_MS = 50
READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"

Result = TypeVar("Result")
# What a cursor tells: description, rowcount, lastrowid, rows.
Told = tuple[Any, int, int | None, Sequence[Any]]


class Connection(aiosqlite.Connection):
    """A connection that begins its transactions with their first statement."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True
        self._to_begin: str | None = None
        self._was_busy = False

    def begin(self, statement: str) -> None:
        """Have the next statement begin a transaction."""
        self._to_begin = statement

    def end(self) -> bool:
        """Return True if a transaction was begun that has to be ended."""
        waits, self._to_begin = self._to_begin is not None, None
        return not waits

    async def run(self, call: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a function in the connection's thread."""
        statement, self._to_begin = self._to_begin, None
        return await self._execute(self._run, statement, call)  # pyright: ignore[reportUnknownMemberType] it has no types

    async def commit(self) -> None:
        """Commit what was begun; where that is refused nothing of it stays."""
        await self._execute(self._commit)  # pyright: ignore[reportUnknownMemberType] it has no types

    def _commit(self) -> None:
        try:
            self._conn.commit()
        except sqlite3.Error:
            # SQLAlchemy takes the transaction for ended then: nobody else ends it, and it holds the file.
            self._conn.rollback()
            raise

    def _run(self, statement: str | None, call: Callable[[sqlite3.Connection], Result]) -> Result:
        if statement is not None:
            self._begin(statement)
        return call(self._conn)

    def _begin(self, statement: str) -> None:
        try:
            self._conn.execute(statement)
        except sqlite3.OperationalError:
            # Who goes on all the same begins with the next statement: without, that would stand on its own.
            self._to_begin = statement
            if not self._was_busy:
                self._be_patient(STILL_BUSY_TIMEOUT_MS, was_busy=True)
            raise
        if self._was_busy:
            self._be_patient(BUSY_TIMEOUT_MS, was_busy=False)

    def _be_patient(self, milliseconds: int, *, was_busy: bool) -> None:
        self._conn.execute(f"PRAGMA busy_timeout = {milliseconds}")
        self._was_busy = was_busy


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """All that a statement brought, fetched in one journey."""

    __slots__ = ("_driven", "_told")

    def __init__(self, adapt_connection: _Adapter) -> None:
        self._adapt_connection = adapt_connection
        self._driven = adapt_connection.driven
        self._cursor: Any = None  # there is none between journeys, so closing needs none
        self._soft_closed_memoized = {}
        self._rows = deque[Any]()
        self._told: Told = (None, -1, None, ())

    @property
    def description(self) -> Any:
        return self._told[0]

    @property
    def rowcount(self) -> int:
        return self._told[1]

    @property
    def lastrowid(self) -> Any:
        return self._told[2]

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._fetch(partial(_execute, operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._fetch(partial(_execute_many, operation, seq_of_parameters))

    async def _fetch(self, call: Callable[[sqlite3.Connection], Told]) -> None:
        self._told = await self._driven.run(call)
        self._rows = deque(self._told[3])


def _execute(operation: str, parameters: Any, connection: sqlite3.Connection) -> Told:
    return _told(connection.execute(operation, parameters))


def _execute_many(operation: str, parameters: Any, connection: sqlite3.Connection) -> Told:
    return _told(connection.executemany(operation, parameters))


def _told(cursor: sqlite3.Cursor) -> Told:
    rows = cursor.fetchall() if cursor.description else ()
    told = cursor.description, cursor.rowcount, cursor.lastrowid, rows
    cursor.close()
    return told


class _Adapter(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's view of a connection."""

    __slots__ = ()
    _cursor_cls = _Cursor

    @property
    def driven(self) -> Connection:
        """The connection that it stands for."""
        connection: Any = self._connection
        return connection

    def commit(self) -> None:
        if self.driven.end():
            super().commit()

    def rollback(self) -> None:
        if self.driven.end():
            super().rollback()


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The module that SQLAlchemy's dialect takes for aiosqlite."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> _Adapter:
        """Open a connection."""
        opened: Any = await_(Connection(partial(sqlite3.connect, *arg, **kw)))
        return _Adapter(self, opened)

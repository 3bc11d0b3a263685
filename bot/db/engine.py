"""The two engines and the one way to write.

SQLite has one writer. SQLAlchemy's defaults over aiosqlite begin lazily (DEFERRED), so two tasks that
read before they write can both read the old value: an update is lost without an error. Here every
write runs on one connection that begins IMMEDIATE; readers have connections of their own (WAL).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.watch import QUIET, Watch
from bot.db import sqlite
from bot.db.address import path_of, url_of

READERS = 4
SYNCHRONOUS = "FULL"  # what was confirmed to a person survives a power cut
_NEWS = "studyloop.news"


class News(StrEnum):
    """What a committed write has touched: something of it may be due earlier, or a message be out of date."""

    SERVERS = "servers"
    SCHEDULES = "schedules"
    POSTS = "posts"
    DROPS = "drops"
    ANSWERS = "answers"
    REPORTS = "reports"
    QUIZZES = "quizzes"
    CHOICES = "choices"  # in a quiz: nothing is due earlier for it


def announce(tx: AsyncConnection, news: News) -> None:
    """Have the hooks of `on_commit` hear this when the caller's transaction is committed."""
    tx.info[_NEWS].add(news)


class Database:
    """The writer and reader engines of one SQLite file."""

    def __init__(self, url: str | sa.URL, watch: Watch = QUIET) -> None:
        self.url = url = url_of(path_of(url))
        self._watch = watch
        self._writer = _engine(url, size=1)
        self._reader = _engine(url, size=READERS)
        event.listen(self._writer.sync_engine, "begin", partial(_begin, sqlite.WRITE))
        event.listen(self._reader.sync_engine, "begin", partial(_begin, sqlite.READ))
        self._after_commit: list[Callable[[frozenset[News]], None]] = []

    def on_commit(self, call: Callable[[frozenset[News]], None]) -> None:
        """Have `call(news)` run after each committed write in which something was announced."""
        self._after_commit.append(call)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """Give the writing connection: committed when the block ends, rolled back when it raises."""
        async with self._timed("write", self._writer) as connection:
            connection.info[_NEWS] = set()
            yield connection
            news = frozenset(connection.info[_NEWS])
        if news:
            for call in self._after_commit:
                call(news)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection that sees one consistent state and must not write."""
        async with self._timed("read", self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def _timed(self, kind: str, engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
        started = begun = perf_counter()
        try:
            async with engine.begin() as connection:
                begun = perf_counter()
                yield connection
        except DBAPIError as error:
            self._watch.database_failed(error)
            raise
        finally:
            ended = perf_counter()
            self._watch.transacted(kind, begun - started, ended - started)

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


def _engine(url: sa.URL, *, size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        module=sqlite.Driver(),
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # an error's text goes into the log, what people wrote does not
        poolclass=sa.pool.AsyncAdaptedQueuePool,
        pool_reset_on_return=None,
    )
    event.listen(engine.sync_engine, "connect", _set_up_connection)
    return engine


def _set_up_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the begin events below say when a transaction starts
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {sqlite.BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(statement: str, connection: sa.Connection) -> None:
    adapter: Any = connection.connection.dbapi_connection
    adapter.driven.begin(statement)

"""Statements are compiled once a test run, not once a world.

SQLAlchemy keeps what it has compiled per engine, and every world has two engines of its own: a sixth of the
processor time of all journeys went into compiling the same statements again.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import create_async_engine

import bot.db.engine


def compile_once() -> None:
    """Have all databases that are opened from now on share what is compiled."""
    # What is kept is found under the dialect too. All of ours are alike: the same SQLite, the same options.
    SQLiteDialect_aiosqlite.__eq__ = lambda one, other: type(one) is type(other)
    SQLiteDialect_aiosqlite.__hash__ = lambda one: hash(type(one))
    bot.db.engine.create_async_engine = partial(create_async_engine, execution_options={"compiled_cache": {}})

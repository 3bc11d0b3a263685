"""Engines, transaction and column types; migrations stand beside them."""

from sqlalchemy.ext.asyncio import AsyncConnection as Connection

from bot.db.engine import Database, News, announce
from bot.db.rows import Row, columns, fetch, fetch_one, get_row, set_row
from bot.db.types import Flag, Id, Moment, Words, metadata, table

__all__ = [
    "Connection",
    "Database",
    "Flag",
    "Id",
    "Moment",
    "News",
    "Row",
    "Words",
    "announce",
    "columns",
    "fetch",
    "fetch_one",
    "get_row",
    "metadata",
    "set_row",
    "table",
]

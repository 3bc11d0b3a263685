"""Reading rows as mappings, which fit the stores' frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = Mapping[str, Any]


def columns(row: DataclassInstance) -> dict[str, Any]:
    """Return a row to be written as its columns: a store's dataclass has their names."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


async def fetch(tx: AsyncConnection, query: sa.Executable) -> Sequence[Row]:
    """Return all rows; column names are the keys."""
    rows = (await tx.execute(query)).mappings().all()
    return [{str(name): value for name, value in row.items()} for row in rows]


async def fetch_one(tx: AsyncConnection, query: sa.Executable) -> Row | None:
    """Return the first row, or None."""
    rows = await fetch(tx, query)
    return rows[0] if rows else None

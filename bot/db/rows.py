"""Reading rows as mappings, which fit the stores' frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = Mapping[str, Any]


def columns(row: DataclassInstance) -> dict[str, Any]:
    """Return a row to be written as its columns: a store's dataclass has their names."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


async def fetch(
    tx: AsyncConnection, query: sa.Executable, values: Mapping[str, Any] | None = None
) -> list[Row]:
    """Return all rows; column names are the keys. `values` are for the query's bindparams."""
    result = await tx.execute(query, values)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


async def fetch_one(
    tx: AsyncConnection, query: sa.Executable, values: Mapping[str, Any] | None = None
) -> Row | None:
    """Return the first row, or None."""
    rows = await fetch(tx, query, values)
    return rows[0] if rows else None


async def get_row(tx: AsyncConnection, table: sa.Table, row_id: int) -> Row | None:
    """Return the row with this id."""
    return await fetch_one(tx, _select(table), {"row_id": row_id})


async def set_row(tx: AsyncConnection, table: sa.Table, row_id: int, **values: Any) -> None:
    """Set columns of the row with this id, to values or to expressions of SQLAlchemy's."""
    if any(isinstance(value, sa.ClauseElement) for value in values.values()):
        await tx.execute(sa.update(table).where(table.c.id == row_id).values(**values))
    else:
        given = {f"new_{name}": value for name, value in values.items()}
        await tx.execute(_update(table, tuple(values)), {"row_id": row_id, **given})


# To build a statement anew and to see that it is a known one costs more than to run it.
@cache
def _select(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).where(table.c.id == sa.bindparam("row_id"))


@cache
def _update(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    given = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(**given)

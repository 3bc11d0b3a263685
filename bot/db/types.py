"""Column types and the shared metadata."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


# A STRICT table knows INTEGER (64 bits there) and TEXT, neither BIGINT nor VARCHAR, BOOLEAN or JSON.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Flag(TypeDecorator[bool]):
    """True or false as 1 or 0."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> int | None:  # noqa: FBT001 the base's signature
        """Return 1, 0 or None."""
        del dialect
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> bool | None:
        """Return the bool."""
        del dialect
        return None if value is None else bool(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of words, kept as a JSON list. Any other text is read as one word, which nobody will know."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        """Return the JSON text."""
        del dialect
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...] | None:
        """Return the words."""
        del dialect
        return None if value is None else _words_in(value)


def _words_in(value: str) -> tuple[str, ...]:
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    return tuple(map(str, cast("list[Any]", found))) if isinstance(found, list) else (value,)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as integer microseconds since 1970 so that it sorts and compares exactly."""

    impl = Id
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Refuse naive datetimes: which zone they meant is anybody's guess."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment, aware, in UTC."""
        del dialect
        return None if value is None else EPOCH + value * MICROSECOND


def table(name: str, *items: sa.schema.SchemaItem, **options: Any) -> sa.Table:
    """Return a table of the shared metadata, STRICT under SQLite so that a wrong type is an error."""
    return sa.Table(name, metadata, *items, sqlite_strict=True, **options)

"""Alembic's environment: online only, all that a start migrates in one transaction.

sqlite3 by itself commits before each DDL statement: a start that is killed half way would leave half of the
tables, and no later start could go on. Here the transaction is begun by hand, as bot/db/engine.py does.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy import event

engine = sa.create_engine(context.config.attributes["url"])


@event.listens_for(engine, "connect")
def _begin_by_hand(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.begin() as connection:
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()

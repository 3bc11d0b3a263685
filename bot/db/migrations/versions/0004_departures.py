"""Servers that the bot has left, whose data is deleted when they do not come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "departures",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("left_at", sa.Integer, nullable=False),
        sa.Column("deleting", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("guild_id", name="pk_departures"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("departures")

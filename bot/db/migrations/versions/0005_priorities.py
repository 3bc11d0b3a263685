"""Which posts go first, so that the most urgent of many are found without a look at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INDEX = "ix_posts_state_priority_next_try_at"
REPLACED = "ix_posts_state_next_try_at"


def upgrade() -> None:
    op.add_column("posts", sa.Column("priority", sa.Integer, nullable=False, server_default="3"))
    op.execute("UPDATE posts SET priority = 1 WHERE kind LIKE 'quiz\\_%' ESCAPE '\\'")
    op.execute("UPDATE posts SET priority = 2 WHERE kind = 'drop'")
    op.create_index(INDEX, "posts", ["state", "priority", "next_try_at"])
    op.drop_index(REPLACED, "posts")


def downgrade() -> None:
    op.create_index(REPLACED, "posts", ["state", "next_try_at"])
    op.drop_index(INDEX, "posts")
    op.drop_column("posts", "priority")

"""Peer answers: reviews, votes, reports, what is saved, and reveals that are wished for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("guilds", sa.Column("log_channel_id", sa.Integer))
    op.add_column("guilds", sa.Column("anonymous_reviews", sa.Integer, nullable=False, server_default="0"))
    op.add_column("answers", sa.Column("hidden", sa.Integer, nullable=False, server_default="0"))
    op.add_column("drops", sa.Column("reveal_revision", sa.Integer, nullable=False, server_default="0"))
    op.add_column("drops", sa.Column("reveal_shown", sa.Integer, nullable=False, server_default="0"))
    op.add_column("drops", sa.Column("discussion", sa.Integer))
    # Partial: questions of the day have their own indexes, from which this one would draw the planner away.
    op.create_index(
        "uq_drops_discussion",
        "drops",
        ["guild_id", "discussion"],
        unique=True,
        sqlite_where=sa.text("discussion IS NOT NULL"),
        postgresql_where=sa.text("discussion IS NOT NULL"),
    )
    op.create_index(
        "ix_drops_reveal_stale", "drops", ["id"], sqlite_where=sa.text("reveal_revision > reveal_shown")
    )
    # Settling a question asks for many acts of many answers at once: without the server in front and all that
    # it groups by, the planner reads the server's whole ledger.
    op.create_index(
        "ix_ledger_guild_id_act_subject_id_user_id", "ledger", ["guild_id", "act", "subject_id", "user_id"]
    )
    op.drop_index("ix_ledger_act_subject_id_user_id", "ledger")
    _reviews()
    _moderation()
    _keeping()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("answer_id", sa.Integer, nullable=False),
        sa.Column("reviewer_id", sa.Integer, nullable=False),
        sa.Column("reviewer_name", sa.Text, nullable=False),
        sa.Column("ticks", sa.Text, nullable=False),
        sa.Column("praise", sa.Text),
        sa.Column("advice", sa.Text),
        sa.Column("anonymous", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("text_at", sa.Integer, nullable=False),
        sa.Column("local_date", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("answer_id", "reviewer_id", name="uq_reviews_answer_id_reviewer_id"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_reviews_answer_id"),
        sa.CheckConstraint("state IN ('live', 'withdrawn')", name="ck_reviews_state"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_reviews_guild_id_reviewer_id_local_date", "reviews", ["guild_id", "reviewer_id", "local_date"]
    )
    op.create_table(
        "votes",
        sa.Column("answer_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("text_at", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name="pk_votes"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_votes_answer_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "self_reviews",
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("ticks", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name="pk_self_reviews"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_self_reviews_drop_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "reveal_wishes",
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("has_left", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name="pk_reveal_wishes"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_reveal_wishes_drop_id"),
        sqlite_strict=True,
    )


def _moderation() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("answer_id", sa.Integer, nullable=False),
        sa.Column("reporter_id", sa.Integer, nullable=False),
        sa.Column("reporter_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text_at", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("addition", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", sa.Integer),
        sa.Column("channel_id", sa.Integer),
        sa.Column("message_id", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("shown_revision", sa.Integer, nullable=False),
        sa.Column("old_messages", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint(
            "answer_id", "reporter_id", "text_at", name="uq_reports_answer_id_reporter_id_text_at"
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_reports_answer_id"),
        sa.CheckConstraint("state IN ('open', 'hidden', 'dismissed', 'shown')", name="ck_reports_state"),
        sqlite_strict=True,
    )
    op.create_index("ix_reports_guild_id_state", "reports", ["guild_id", "state"])
    op.create_index("ix_reports_stale", "reports", ["id"], sqlite_where=sa.text("revision > shown_revision"))
    op.create_index("ix_reports_moved", "reports", ["id"], sqlite_where=sa.text("old_messages IS NOT NULL"))


def _keeping() -> None:
    op.create_table(
        "saved",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("answer_id", sa.Integer),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_saved_drop_id"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_saved_answer_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_saved_user_id_guild_id", "saved", ["user_id", "guild_id"])
    # The model answer of a question has no answer_id, and NULLs are never equal to each other.
    op.create_index(
        "uq_saved_model",
        "saved",
        ["user_id", "drop_id"],
        unique=True,
        sqlite_where=sa.text("answer_id IS NULL"),
    )
    op.create_index("uq_saved_answer", "saved", ["user_id", "answer_id"], unique=True)


def downgrade() -> None:
    for name in ("saved", "reports", "reveal_wishes", "self_reviews", "votes", "reviews"):
        op.drop_table(name)
    op.create_index("ix_ledger_act_subject_id_user_id", "ledger", ["act", "subject_id", "user_id"])
    op.drop_index("ix_ledger_guild_id_act_subject_id_user_id", "ledger")
    op.drop_index("ix_drops_reveal_stale", "drops")
    op.drop_index("uq_drops_discussion", "drops")
    for table, column in (
        ("drops", "discussion"),
        ("drops", "reveal_shown"),
        ("drops", "reveal_revision"),
        ("answers", "hidden"),
        ("guilds", "anonymous_reviews"),
        ("guilds", "log_channel_id"),
    ):
        op.drop_column(table, column)

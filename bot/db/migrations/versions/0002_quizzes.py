"""Quizzes, practice and choice questions of the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _daily()
    _practice()
    _quizzes()


def _daily() -> None:
    # Schedules from before keep what they were set up for: questions to write about.
    op.add_column("schedules", sa.Column("kind", sa.Text, nullable=False, server_default="open"))
    op.add_column("drops", sa.Column("kind", sa.Text, nullable=False, server_default="open"))
    op.add_column("drops", sa.Column("shuffle", sa.Text))
    op.create_table(
        "choices",
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("option", sa.Integer, nullable=False),
        sa.Column("chosen_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name="pk_choices"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_choices_drop_id"),
        sa.CheckConstraint("option BETWEEN 0 AND 3", name="ck_choices_option"),
        sqlite_strict=True,
    )


def _practice() -> None:
    op.create_table(
        "item_answers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("question_id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("option", sa.Integer, nullable=False),
        sa.Column("right", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("answered_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item_answers"),
        sa.UniqueConstraint(
            "source", "source_id", "user_id", name="uq_item_answers_source_source_id_user_id"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name="fk_item_answers_version_id"),
        sa.CheckConstraint("source IN ('quiz', 'practice', 'drop')", name="ck_item_answers_source"),
        sa.CheckConstraint("option BETWEEN 0 AND 3", name="ck_item_answers_option"),
        sqlite_strict=True,
    )
    op.create_index("ix_item_answers_question_id_user_id", "item_answers", ["question_id", "user_id"])
    op.create_index("ix_item_answers_user_id_answered_at", "item_answers", ["user_id", "answered_at"])
    op.create_table(
        "cards",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("question_id", sa.Integer, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "question_id", name="pk_cards"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_cards_question_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_cards_user_id_due_at", "cards", ["user_id", "due_at"])
    op.create_table(
        "practice_sessions",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Integer),
        sa.Column("shuffle", sa.Text),
        sa.Column("shown_at", sa.Integer),
        sa.Column("option", sa.Integer),
        sa.Column("answered_at", sa.Integer),
        sa.Column("rating", sa.Integer),
        sa.Column("card_before", sa.Text),
        sa.Column("ended_at", sa.Integer),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("right", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_practice_sessions"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name="fk_practice_sessions_version_id"
        ),
        sqlite_strict=True,
    )


def _quizzes() -> None:
    op.create_table(
        "quizzes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("starter_id", sa.Integer, nullable=False),
        sa.Column("starter_name", sa.Text, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("difficulty", sa.Text),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.Integer),
        sa.Column("end_message_id", sa.Integer),
        sa.Column("thread_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_quizzes"),
        sa.CheckConstraint("state IN ('offered', 'running', 'ended')", name="ck_quizzes_state"),
        sqlite_strict=True,
    )
    op.create_index("ix_quizzes_channel_id", "quizzes", ["channel_id"])
    op.create_index(
        "uq_quizzes_running",
        "quizzes",
        ["channel_id"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "quiz_items",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("quiz_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question_id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("shuffle", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message_id", sa.Integer),
        sa.Column("opened_at", sa.Integer),
        sa.Column("ends_at", sa.Integer),
        sa.Column("closed_at", sa.Integer),
        sa.Column("touched_at", sa.Integer),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("shown_revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quiz_items"),
        sa.UniqueConstraint("quiz_id", "position", name="uq_quiz_items_quiz_id_position"),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name="fk_quiz_items_quiz_id"),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name="fk_quiz_items_version_id"),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed', 'void')", name="ck_quiz_items_state"),
        sqlite_strict=True,
    )
    op.create_index("ix_quiz_items_state_ends_at", "quiz_items", ["state", "ends_at"])
    op.create_index("ix_quiz_items_question_id", "quiz_items", ["question_id"])
    op.create_index(
        "ix_quiz_items_stale", "quiz_items", ["id"], sqlite_where=sa.text("revision > shown_revision")
    )
    op.create_table(
        "quiz_choices",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("option", sa.Integer, nullable=False),
        sa.Column("chosen_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "user_id", name="pk_quiz_choices"),
        sa.ForeignKeyConstraint(["item_id"], ["quiz_items.id"], name="fk_quiz_choices_item_id"),
        sa.CheckConstraint("option BETWEEN 0 AND 3", name="ck_quiz_choices_option"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for name in (
        "quiz_choices",
        "quiz_items",
        "quizzes",
        "practice_sessions",
        "cards",
        "item_answers",
        "choices",
    ):
        op.drop_table(name)
    with op.batch_alter_table("drops") as drops:
        drops.drop_column("shuffle")
        drops.drop_column("kind")
    with op.batch_alter_table("schedules") as schedules:
        schedules.drop_column("kind")

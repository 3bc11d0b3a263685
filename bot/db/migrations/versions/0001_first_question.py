"""The first question: bank, schedules, drops, answers, scores and the outbox."""

from __future__ import annotations

import random

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# A component's numeric id and a nonce are post ids. They start anywhere, so that after a database was
# thrown away an old message in a channel is not mistaken for a new post. They must fit 31 bits.
LARGEST_FIRST_POST = 2**30


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("colour", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "key", name="pk_categories"),
        sqlite_strict=True,
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("user_id", "purpose", "subject_id", name="uq_drafts_user_id_purpose_subject_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "guilds",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_guilds"),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sqlite_strict=True,
    )
    op.create_index("ix_ledger_act_subject_id_user_id", "ledger", ["act", "subject_id", "user_id"])
    op.create_index("ix_ledger_guild_id_user_id", "ledger", ["guild_id", "user_id"])
    op.create_table(
        "packs",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "pack", name="pk_packs"),
        sqlite_strict=True,
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.Column("not_after", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("claimed_at", sa.Integer),
        sa.Column("message_id", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'skipped', 'failed')", name="ck_posts_state"
        ),
        sa.UniqueConstraint("kind", "subject_id", "part", name="uq_posts_kind_subject_id_part"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_posts_guild_id_state", "posts", ["guild_id", "state"])
    op.create_index("ix_posts_state_next_try_at", "posts", ["state", "next_try_at"])
    op.create_table(
        "problems",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("schedule_id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("resolved_at", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_problems"),
        sqlite_strict=True,
    )
    op.create_index("ix_problems_guild_id", "problems", ["guild_id"])
    op.create_index(
        "uq_problems_open",
        "problems",
        ["schedule_id", "code"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("difficulty", sa.Text, nullable=False),
        sa.Column("version_id", sa.Integer),
        sa.Column("active", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("guild_id", "slug", name="uq_questions_guild_id_slug"),
        sqlite_strict=True,
    )
    op.create_table(
        "totals",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_totals"),
        sqlite_strict=True,
    )
    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("question_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_versions"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_question_versions_question_id"),
        sa.UniqueConstraint("question_id", "version", name="uq_question_versions_question_id_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("channel_kind", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("categories", sa.Text, nullable=False),
        sa.Column("difficulties", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("role_id", sa.Integer),
        sa.Column("reveal_minutes", sa.Integer),
        sa.Column("late_hours", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("next_run_at", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sa.CheckConstraint("days BETWEEN 1 AND 127", name="ck_schedules_days"),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1439", name="ck_schedules_minutes"),
        sa.CheckConstraint("state IN ('active', 'paused', 'removed')", name="ck_schedules_state"),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.guild_id"], name="fk_schedules_guild_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_schedules_guild_id", "schedules", ["guild_id"])
    op.create_index("ix_schedules_state_next_run_at", "schedules", ["state", "next_run_at"])
    op.create_table(
        "drops",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("schedule_id", sa.Integer, nullable=False),
        sa.Column("local_date", sa.Text),
        sa.Column("number", sa.Integer),
        sa.Column("version_id", sa.Integer),
        sa.Column("question_id", sa.Integer),
        sa.Column("category", sa.Text),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("channel_kind", sa.Text, nullable=False),
        sa.Column("role_id", sa.Integer),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.Column("reveal_at", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("message_id", sa.Integer),
        sa.Column("room_id", sa.Integer),
        sa.Column("reveal_message_id", sa.Integer),
        sa.Column("opened_at", sa.Integer),
        sa.Column("revealed_at", sa.Integer),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("shown_revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drops"),
        sa.CheckConstraint("state IN ('planned', 'open', 'revealed', 'skipped')", name="ck_drops_state"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name="fk_drops_schedule_id"),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name="fk_drops_version_id"),
        sa.UniqueConstraint("guild_id", "number", name="uq_drops_guild_id_number"),
        sa.UniqueConstraint("schedule_id", "local_date", name="uq_drops_schedule_id_local_date"),
        sqlite_strict=True,
    )
    op.create_index("ix_drops_guild_id_state", "drops", ["guild_id", "state"])
    op.create_index("ix_drops_message_id", "drops", ["message_id"])
    op.create_index("ix_drops_room_id", "drops", ["room_id"])
    op.create_index("ix_drops_stale", "drops", ["id"], sqlite_where=sa.text("revision > shown_revision"))
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("avatar_url", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("addition", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("scored", sa.Integer, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Integer),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("added_at", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("shown_revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.CheckConstraint("state IN ('live', 'withdrawn')", name="ck_answers_state"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_answers_drop_id"),
        sa.UniqueConstraint("drop_id", "user_id", name="uq_answers_drop_id_user_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_answers_stale", "answers", ["id"], sqlite_where=sa.text("revision > shown_revision"))
    op.create_index("ix_answers_user_id_guild_id", "answers", ["user_id", "guild_id"])
    op.create_table(
        "hints_seen",
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("drop_id", "user_id", name="pk_hints_seen"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_hints_seen_drop_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("drop_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name="fk_reminders_drop_id"),
        sa.UniqueConstraint("drop_id", "user_id", name="uq_reminders_drop_id_user_id"),
        sqlite_strict=True,
    )
    first = random.SystemRandom().randrange(1, LARGEST_FIRST_POST)
    op.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('posts', :first)").bindparams(first=first)
    )


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_table("hints_seen")
    op.drop_table("answers")
    op.drop_table("drops")
    op.drop_table("schedules")
    op.drop_table("question_versions")
    op.drop_table("totals")
    op.drop_table("questions")
    op.drop_table("problems")
    op.drop_table("posts")
    op.drop_table("packs")
    op.drop_table("ledger")
    op.drop_table("guilds")
    op.drop_table("drafts")
    op.drop_table("categories")

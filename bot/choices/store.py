"""The table of choices on questions of the day and its SQL."""

from __future__ import annotations

import sqlalchemy as sa

from bot.db import Id, Moment, table

choices = table(
    "choices",
    sa.Column("drop_id", Id, sa.ForeignKey("drops.id", name="fk_choices_drop_id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("option", Id, nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
    sa.CheckConstraint("option BETWEEN 0 AND 3", name="option"),
)

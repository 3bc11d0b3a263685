"""The tables of the question bank and their SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, fetch, table

# guild_id 0 is everybody's: the packs that come with the bot.
EVERYBODY = 0

packs = table(
    "packs",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("pack", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("loaded_at", Moment, nullable=False),
)
categories = table(
    "categories",
    sa.Column("guild_id", Id, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("colour", Id, nullable=False),
    sa.Column("position", Id, nullable=False),
)
questions = table(
    "questions",
    sa.Column("id", Id, primary_key=True),
    sa.Column("guild_id", Id, nullable=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("difficulty", sa.Text, nullable=False),
    sa.Column("version_id", Id),
    sa.Column("active", Flag, nullable=False),
    sa.UniqueConstraint("guild_id", "slug"),
)
question_versions = table(
    "question_versions",
    sa.Column("id", Id, primary_key=True),
    sa.Column(
        "question_id",
        Id,
        sa.ForeignKey("questions.id", name="fk_question_versions_question_id"),
        nullable=False,
    ),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("question_id", "version"),
)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category as a message needs it; `colour` is 0xRRGGBB."""

    key: str
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a question: its content is JSON as questions/models.py writes it."""

    id: int
    question_id: int
    content: str
    category: CategoryRow


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What choosing a question needs to know of it."""

    question_id: int
    version_id: int
    category: str
    difficulty: str


_OF_GUILD: sa.BindParameter[int] = sa.bindparam("of_guild")
GET_DIGEST = sa.select(packs.c.digest).where(
    packs.c.guild_id == sa.bindparam("of_guild"), packs.c.pack == sa.bindparam("of_pack")
)
_pack = insert(packs)
PUT_PACK = _pack.on_conflict_do_update(
    index_elements=["guild_id", "pack"],
    set_={"digest": _pack.excluded.digest, "loaded_at": _pack.excluded.loaded_at},
)
_category = insert(categories)
PUT_CATEGORY = _category.on_conflict_do_update(
    index_elements=["guild_id", "key"],
    set_={name: _category.excluded[name] for name in ("name", "colour", "position")},
)
_question = insert(questions)
PUT_QUESTION = _question.on_conflict_do_update(
    index_elements=["guild_id", "slug"],
    set_={name: _question.excluded[name] for name in ("pack", "category", "kind", "difficulty", "active")},
).returning(questions.c.id)
PUT_VERSION = insert(question_versions).on_conflict_do_nothing(index_elements=["question_id", "version"])
GET_VERSION_ID = sa.select(question_versions.c.id).where(
    question_versions.c.question_id == sa.bindparam("of_question"),
    question_versions.c.version == sa.bindparam("of_version"),
)
SET_VERSION = (
    sa.update(questions)
    .where(questions.c.id == sa.bindparam("of_question"))
    .values(version_id=sa.bindparam("to_version"))
)
RETIRE = sa.update(questions).where(questions.c.guild_id == sa.bindparam("of_guild")).values(active=False)
FORGET_PACKS = sa.delete(packs).where(packs.c.guild_id == sa.bindparam("of_guild"))
LIST_CATEGORIES = (
    sa.select(categories)
    .where(
        categories.c.guild_id.in_((EVERYBODY, _OF_GUILD)),
        sa.exists().where(
            questions.c.guild_id == categories.c.guild_id,
            questions.c.category == categories.c.key,
            questions.c.active,
        ),
    )
    .order_by(categories.c.guild_id, categories.c.position)
)
LIST_ACTIVE = (
    sa.select(
        questions.c.id.label("question_id"),
        questions.c.version_id,
        questions.c.category,
        questions.c.difficulty,
    )
    .where(
        questions.c.guild_id.in_((EVERYBODY, _OF_GUILD)),
        questions.c.kind == sa.bindparam("of_kind"),
        questions.c.active,
    )
    .order_by(questions.c.id)
)
GET_VERSION = (
    sa.select(
        question_versions.c.id,
        question_versions.c.question_id,
        question_versions.c.content,
        categories.c.key,
        categories.c.name,
        categories.c.colour,
    )
    .join(questions, questions.c.id == question_versions.c.question_id)
    .join(
        categories,
        (categories.c.key == question_versions.c.category) & (categories.c.guild_id == questions.c.guild_id),
    )
    .where(question_versions.c.id == sa.bindparam("of_version"))
)


async def get_digest(tx: Connection, guild_id: int, pack: str) -> str | None:
    """Return the digest of the files that were loaded last."""
    return (await tx.execute(GET_DIGEST, {"of_guild": guild_id, "of_pack": pack})).scalar()


async def put_pack(tx: Connection, guild_id: int, pack: str, digest: str, now: datetime) -> None:
    """Remember what was loaded."""
    await tx.execute(PUT_PACK, {"guild_id": guild_id, "pack": pack, "digest": digest, "loaded_at": now})


async def put_category(tx: Connection, row: dict[str, Any]) -> None:
    """Insert or update a category."""
    await tx.execute(PUT_CATEGORY, row)


async def retire(tx: Connection, guild_id: int) -> None:
    """Take all questions out of choice; those that are loaded next come back, of whichever pack."""
    await tx.execute(RETIRE, {"of_guild": guild_id})
    await tx.execute(FORGET_PACKS, {"of_guild": guild_id})


async def put_question(tx: Connection, row: dict[str, Any], version: dict[str, Any]) -> None:
    """Insert or update a question and point it at its version, which is kept for good."""
    question_id = (await tx.execute(PUT_QUESTION, row | {"active": True})).scalar_one()
    await tx.execute(PUT_VERSION, version | {"question_id": question_id})
    key = {"of_question": question_id, "of_version": version["version"]}
    version_id = (await tx.execute(GET_VERSION_ID, key)).scalar_one()
    await tx.execute(SET_VERSION, {"of_question": question_id, "to_version": version_id})


async def list_categories(tx: Connection, guild_id: int) -> list[CategoryRow]:
    """Return everybody's categories and the server's own that have questions, in their order."""
    rows = await tx.execute(LIST_CATEGORIES, {"of_guild": guild_id})
    return [CategoryRow(row.key, row.name, row.colour) for row in rows]


async def list_active(tx: Connection, guild_id: int, kind: str) -> list[QuestionRow]:
    """Return what a server can be asked."""
    rows = await fetch(tx, LIST_ACTIVE, {"of_guild": guild_id, "of_kind": kind})
    return [QuestionRow(**row) for row in rows]


async def get_version(tx: Connection, version_id: int) -> VersionRow | None:
    """Return one version with its category."""
    row = (await tx.execute(GET_VERSION, {"of_version": version_id})).one_or_none()
    if row is None:
        return None
    return VersionRow(row.id, row.question_id, row.content, CategoryRow(row.key, row.name, row.colour))

"""The tables of the question bank and their SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bot.db import Connection, Flag, Id, Moment, columns, set_row, table

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCategory:
    """A category to be written; `colour` is 0xRRGGBB, `position` its place among them."""

    guild_id: int
    key: str
    name: str
    colour: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question to be written, without what people see: that is its version's."""

    guild_id: int
    slug: str
    pack: str
    category: str
    kind: str
    difficulty: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version of a question to be written; its content is JSON as questions/models.py writes it."""

    version: str
    category: str
    content: str
    created_at: datetime


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


async def get_digest(tx: Connection, guild_id: int, pack: str) -> str | None:
    """Return the digest of the files that were loaded last."""
    query = sa.select(packs.c.digest).where(packs.c.guild_id == guild_id, packs.c.pack == pack)
    return (await tx.execute(query)).scalar()


async def put_pack(tx: Connection, guild_id: int, pack: str, digest: str, now: datetime) -> None:
    """Remember what was loaded."""
    query = insert(packs)
    query = query.on_conflict_do_update(
        index_elements=["guild_id", "pack"],
        set_={"digest": query.excluded.digest, "loaded_at": query.excluded.loaded_at},
    )
    row = {"guild_id": guild_id, "pack": pack, "digest": digest, "loaded_at": now}
    await tx.execute(query, row)


async def put_category(tx: Connection, new: NewCategory) -> None:
    """Insert or update a category."""
    query = insert(categories)
    query = query.on_conflict_do_update(
        index_elements=["guild_id", "key"],
        set_={name: query.excluded[name] for name in ("name", "colour", "position")},
    )
    await tx.execute(query, columns(new))


async def retire(tx: Connection, guild_id: int) -> None:
    """Take all questions out of choice; those that are loaded next come back, of whichever pack."""
    await tx.execute(sa.update(questions).where(questions.c.guild_id == guild_id).values(active=False))
    await tx.execute(sa.delete(packs).where(packs.c.guild_id == guild_id))


async def put_question(tx: Connection, new: NewQuestion, version: NewVersion) -> None:
    """Insert or update a question and point it at its version, which is kept for good."""
    query = insert(questions)
    query = query.on_conflict_do_update(
        index_elements=["guild_id", "slug"],
        set_={name: query.excluded[name] for name in ("pack", "category", "kind", "difficulty", "active")},
    )
    question_id = (await tx.execute(query.returning(questions.c.id), columns(new))).scalar_one()
    version_id = await _put_version(tx, question_id, version)
    await set_row(tx, questions, question_id, version_id=version_id)


async def _put_version(tx: Connection, question_id: int, version: NewVersion) -> int:
    """Insert a version where it is not there yet; return its id."""
    new = insert(question_versions).on_conflict_do_nothing(index_elements=["question_id", "version"])
    await tx.execute(new, columns(version) | {"question_id": question_id})
    query = sa.select(question_versions.c.id).where(
        question_versions.c.question_id == question_id, question_versions.c.version == version.version
    )
    return (await tx.execute(query)).scalar_one()


async def list_categories(tx: Connection, guild_id: int) -> list[CategoryRow]:
    """Return everybody's categories and the server's own that have questions, in their order."""
    query = (
        sa.select(categories)
        .where(
            categories.c.guild_id.in_((EVERYBODY, guild_id)),
            sa.exists().where(
                questions.c.guild_id == categories.c.guild_id,
                questions.c.category == categories.c.key,
                questions.c.active,
            ),
        )
        .order_by(categories.c.guild_id, categories.c.position)
    )
    return [CategoryRow(row.key, row.name, row.colour) for row in await tx.execute(query)]


# Built once: each question of each server asks it.
_ACTIVE = (
    sa.select(questions.c.id, questions.c.version_id, questions.c.category, questions.c.difficulty)
    .where(
        sa.or_(questions.c.guild_id == EVERYBODY, questions.c.guild_id == sa.bindparam("guild_id")),
        questions.c.kind == sa.bindparam("kind"),
        questions.c.active,
    )
    .order_by(questions.c.id)
)


async def list_active(tx: Connection, guild_id: int, kind: str) -> list[QuestionRow]:
    """Return what a server can be asked."""
    rows = await tx.execute(_ACTIVE, {"guild_id": guild_id, "kind": kind})
    return [QuestionRow(*row) for row in rows]


async def get_version(tx: Connection, version_id: int) -> VersionRow | None:
    """Return one version with its category."""
    query = (
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
            (categories.c.key == question_versions.c.category)
            & (categories.c.guild_id == questions.c.guild_id),
        )
        .where(question_versions.c.id == version_id)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    return VersionRow(row.id, row.question_id, row.content, CategoryRow(row.key, row.name, row.colour))

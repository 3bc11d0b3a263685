"""Loading packs into the database and reading questions from it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.core.clock import Clock
from bot.core.lines import folded
from bot.db import Connection, Database
from bot.features.bank import store
from bot.features.bank.store import (
    EVERYBODY,
    CategoryRow,
    NewCategory,
    NewQuestion,
    NewVersion,
    QuestionRow,
    VersionRow,
)
from questions.models import ChoiceQuestion, OpenQuestion, Pack, PackQuestion

log = logging.getLogger("studyloop.bank")
Category = CategoryRow
Candidate = QuestionRow


class BankError(Exception):
    """There is no question to ask: the pack cannot be loaded and the database has none; the text says why."""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One version of an open question with its category."""

    version_id: int
    question_id: int
    category: Category
    content: OpenQuestion


@dataclass(frozen=True, slots=True)
class BankItem:
    """One version of a choice question with its category."""

    version_id: int
    question_id: int
    category: Category
    content: ChoiceQuestion


# Says by guild_id which choice items (question ids) are being asked there: nobody else may give them away.
BeingAsked = Callable[[Connection, int], Awaitable[Sequence[int]]]


class BankService:
    """The question bank. Versions never change, so those that were read stay in memory."""

    def __init__(self, db: Database, clock: Clock, being_asked: Sequence[BeingAsked] = ()) -> None:
        self._db = db
        self._clock = clock
        self._versions: dict[int, BankQuestion] = {}
        self._items: dict[int, BankItem] = {}
        self._being_asked = being_asked

    async def load(self, directory: Path) -> bool:
        """Make the pack in `directory` the one of everybody; False where it is and its files are unchanged.

        Raises questions.PackError where the pack has mistakes; the database then keeps what it had.
        """
        digest = await asyncio.to_thread(_digest, directory)
        async with self._db.reading() as tx:
            if await store.get_digest(tx, EVERYBODY, directory.name) == digest:
                return False
        pack = await asyncio.to_thread(_load_pack, directory)
        async with self._db.transaction() as tx:
            await self._put(tx, pack, directory.name, digest)
        log.info("loaded pack=%s questions=%s", pack.manifest.pack, len(pack.questions))
        return True

    async def _put(self, tx: Connection, pack: Pack, name: str, digest: str) -> None:
        await store.retire(tx, EVERYBODY)
        for position, category in enumerate(pack.manifest.categories):
            new = NewCategory(
                guild_id=EVERYBODY,
                key=category.key,
                name=category.name,
                colour=int(category.colour.removeprefix("#"), 16),
                position=position,
            )
            await store.put_category(tx, new)
        for entry in pack.questions:
            await self._put_question(tx, pack.manifest.pack, entry)
        await store.put_pack(tx, EVERYBODY, name, digest, self._clock.now())

    async def _put_question(self, tx: Connection, pack: str, entry: PackQuestion) -> None:
        question = entry.question
        new = NewQuestion(
            guild_id=EVERYBODY,
            slug=question.slug,
            pack=pack,
            category=entry.category,
            kind=question.kind,
            difficulty=question.difficulty.value,
        )
        version = NewVersion(entry.version, entry.category, question.model_dump_json(), self._clock.now())
        await store.put_question(tx, new, version)

    async def has_questions(self) -> bool:
        """Return True if any question can be asked."""
        async with self._db.reading() as tx:
            return bool(await store.list_active(tx, EVERYBODY, "open"))

    async def list_categories(self, tx: Connection, guild_id: int) -> list[Category]:
        """Return the categories that a server can choose from."""
        return await store.list_categories(tx, guild_id)

    async def list_candidates(
        self,
        tx: Connection,
        guild_id: int,
        categories: Collection[str],
        difficulties: Collection[str],
        kind: Literal["open", "choice"] = "open",
    ) -> list[Candidate]:
        """Return the questions of a kind that pass the filters; an empty filter lets all pass."""
        return [
            row
            for row in await store.list_active(tx, guild_id, kind)
            if (not categories or row.category in categories)
            and (not difficulties or row.difficulty in difficulties)
        ]

    async def list_held(self, tx: Connection, guild_id: int) -> set[int]:
        """Return the choice items (question ids) that are being asked in a server right now."""
        return {one for asked in self._being_asked for one in await asked(tx, guild_id)}

    async def list_free(
        self, tx: Connection, guild_id: int, categories: Collection[str], difficulties: Collection[str]
    ) -> list[Candidate]:
        """Return the choice items that pass the filters and are not being asked in the server right now."""
        held = await self.list_held(tx, guild_id)
        found = await self.list_candidates(tx, guild_id, categories, difficulties, "choice")
        return [row for row in found if row.question_id not in held]

    async def get_question(self, tx: Connection, version_id: int) -> BankQuestion:
        """Return one version of an open question; LookupError where there is none."""
        known = self._versions.get(version_id)
        if known is not None:
            return known
        row = await _version(tx, version_id)
        question = BankQuestion(
            row.id, row.question_id, row.category, OpenQuestion.model_validate_json(row.content, strict=False)
        )
        self._versions[version_id] = question
        return question

    async def get_item(self, tx: Connection, version_id: int) -> BankItem:
        """Return one version of a choice question; LookupError where there is none."""
        known = self._items.get(version_id)
        if known is not None:
            return known
        row = await _version(tx, version_id)
        item = BankItem(
            row.id,
            row.question_id,
            row.category,
            ChoiceQuestion.model_validate_json(row.content, strict=False),
        )
        self._items[version_id] = item
        return item


def find_category(typed: str, names: Mapping[str, str]) -> str | None:
    """Return the key of the category whose key or name was typed; `names` maps keys to names."""
    wanted = folded(" ".join(typed.split()))
    return next((key for key, name in names.items() if wanted in {folded(key), folded(name)}), None)


async def _version(tx: Connection, version_id: int) -> VersionRow:
    row = await store.get_version(tx, version_id)
    if row is None:
        raise LookupError(f"no question version {version_id}")
    return row


def _digest(directory: Path) -> str:
    """Hash the pack's files: a start whose files are unchanged needs no YAML."""
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _load_pack(directory: Path) -> Pack:
    from questions import load_pack  # noqa: PLC0415 the YAML parser is loaded when a pack is

    return load_pack(directory)

"""Awarding points, taking them back, and the leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.db import Connection, Database
from bot.features.scores import rules, store
from bot.features.scores.rules import Standing

__all__ = [
    "Award",
    "Leaderboard",
    "ScoresService",
    "Standing",
    "award",
    "award_all",
    "award_each",
    "brought",
    "undo",
]


@dataclass(frozen=True, slots=True)
class Award:
    """What one act is worth to one person: `act` and `subject_id` name it once and for all."""

    guild_id: int
    user_id: int
    act: str
    subject_id: int
    points: int
    reason: str


async def award(tx: Connection, award: Award, now: datetime) -> int:
    """Bring the act to `award.points` in the caller's transaction; return the change.

    Saying it twice changes nothing, so an act that is done again after a crash is not paid again.
    """
    current = await store.balance(tx, award.guild_id, award.user_id, award.act, award.subject_id)
    change = rules.difference(current, award.points)
    if change:
        entry = store.Entry(
            award.guild_id, award.user_id, award.act, award.subject_id, change, award.reason, now
        )
        await store.append(tx, entry)
    return change


async def award_all(tx: Connection, awards: Sequence[Award], now: datetime) -> None:
    """Bring one act of one subject to its points for many people at once, in the caller's transaction.

    All awards name the same guild, act and subject.
    """
    if not awards:
        return
    first = awards[0]
    current = await store.balances(tx, first.guild_id, first.act, first.subject_id)
    changes = [(given, rules.difference(current.get(given.user_id, 0), given.points)) for given in awards]
    await store.append_all(
        tx,
        [
            store.Entry(a.guild_id, a.user_id, a.act, a.subject_id, change, a.reason, now)
            for a, change in changes
            if change
        ],
    )


async def award_each(tx: Connection, awards: Sequence[Award], now: datetime) -> dict[int, int]:
    """Bring different acts of one server to their points, in the caller's transaction.

    Return by user_id what changed, those left out for whom it is nothing. No act may be named twice.
    """
    if not awards:
        return {}
    acts, subjects = {a.act for a in awards}, {a.subject_id for a in awards}
    current = await store.balances_of(tx, awards[0].guild_id, acts, subjects)
    entries: list[store.Entry] = []
    changes: dict[int, int] = {}
    for a in awards:
        change = rules.difference(current.get((a.user_id, a.act, a.subject_id), 0), a.points)
        if change:
            entries.append(store.Entry(a.guild_id, a.user_id, a.act, a.subject_id, change, a.reason, now))
            changes[a.user_id] = changes.get(a.user_id, 0) + change
    await store.append_all(tx, entries)
    return {user_id: change for user_id, change in changes.items() if change}


async def brought(tx: Connection, guild_id: int, user_id: int, act: str, subject_id: int) -> int:
    """Return what an act has brought a person so far."""
    return await store.balance(tx, guild_id, user_id, act, subject_id)


async def undo(tx: Connection, award_: Award, now: datetime) -> int:
    """Take back all that an act has brought; return the change (zero or negative)."""
    nothing = Award(award_.guild_id, award_.user_id, award_.act, award_.subject_id, 0, award_.reason)
    return await award(tx, nothing, now)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The first places, and the asking person's own line: None where they have no points."""

    first: tuple[Standing, ...]
    own: Standing | None
    people: int


class ScoresService:
    """Reads of the scores."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def leaderboard(self, guild_id: int, user_id: int, places: int = 15) -> Leaderboard:
        """Return the leaderboard of all time."""
        async with self._db.reading() as tx:
            standings = rules.rank(await store.list_totals(tx, guild_id))
        own = next((line for line in standings if line.user_id == user_id), None)
        return Leaderboard(tuple(standings[:places]), own, len(standings))

    async def rebuild(self) -> None:
        """Compute all totals anew from the ledger."""
        async with self._db.transaction() as tx:
            await store.rebuild_totals(tx)

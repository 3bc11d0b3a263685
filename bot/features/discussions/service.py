"""Discussions: a room on any question of the bank, at any time, begun by anybody.

A discussion is a question of a schedule that never recurs: the schedule is written as a removed one, so it
is never due and stands in no list, and whoever began it is told of trouble. Rooms, answers and reveals are
those of every other question.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.features.bank import messages as items
from bot.features.bank.service import BankService, Category
from bot.features.discussions.outcomes import (
    AskedNow,
    Begin,
    DiscussionWish,
    InQuiz,
    NoSuchQuestion,
    NotAllowed,
    NotHidden,
)
from bot.features.drops import store
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.features.schedules import plan, rules
from bot.features.schedules.recurrence import EVERY_DAY
from bot.features.schedules.rules import Begun, DropKind, EnoughOpen, EnoughToday, Mode, Suggestion
from bot.gateway.directory import Directory
from bot.outbox import service as outbox

Beginning = Begin | NoSuchQuestion | AskedNow | InQuiz | NotHidden | NotAllowed | EnoughToday | EnoughOpen
KINDS: tuple[DropKind, ...] = ("open", "choice")
# A local day ends within this, wherever it is.
LOCAL_DAY = timedelta(days=2)


class DiscussionsService:
    """What members do with discussions; every method opens its own transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bank: BankService,
        daily: DailyService,
        directory: Directory,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._daily = daily
        self._directory = directory

    async def suggest(self, guild_id: int, typed: str) -> list[Suggestion]:
        """Return the questions that fit what was typed and are not being asked now."""
        async with self._db.reading() as tx:
            asked = {drop.question_id for drop in await store.list_being_asked(tx, guild_id)}
            asked |= await self._bank.list_held(tx, guild_id)
            known = await self._questions(tx, guild_id)
        return rules.suggest([one for one in known if one.question_id not in asked], typed)

    async def begin(self, wish: DiscussionWish) -> Beginning:
        """Write a discussion down and queue its question; the first thing that cannot be is refused."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            chosen = rules.named(await self._questions(tx, wish.guild_id), wish.question)
            if chosen is None:
                return NoSuchQuestion(wish.question)
            mode = rules.mode_for(wish.channel_kind, wish.mode)
            if mode is None:
                return NotHidden()
            refused = await self._refuse(tx, wish, chosen, mode, now)
            if refused is not None:
                return refused
            drop = await self._add(tx, wish, chosen, rules.drop_mode(chosen.kind, mode), now)
            return Begin(drop, chosen.title, await self._daily.pays(tx, drop))

    async def _refuse(
        self, tx: Connection, wish: DiscussionWish, chosen: Suggestion, mode: Mode, now: datetime
    ) -> AskedNow | InQuiz | NotAllowed | EnoughToday | EnoughOpen | None:
        for drop in await store.list_being_asked(tx, wish.guild_id):
            if drop.question_id == chosen.question_id:
                return AskedNow(drop)
        if chosen.question_id in await self._bank.list_held(tx, wish.guild_id):
            return InQuiz()
        needed = rules.needed_permissions(wish.channel_kind, mode, chosen.kind)
        missing = self._directory.missing(wish.guild_id, wish.channel_id, needed)
        if missing is None or missing:
            return NotAllowed(wish.channel_id, missing)
        begun = [
            Begun(user_id, drop.due_at, drop.reveal_at, drop.state, drop.message_id is not None)
            for drop, user_id in await store.list_discussions(tx, wish.guild_id, now - LOCAL_DAY)
        ]
        zone = await store.get_zone(tx, wish.guild_id) or wish.zone
        return rules.may_discuss(begun, wish.user_id, zone, now)

    async def _add(
        self, tx: Connection, wish: DiscussionWish, chosen: Suggestion, mode: Mode, now: datetime
    ) -> Drop:
        await store.put_guild(tx, wish.guild_id, wish.zone, now)
        schedule_id = await store.add_schedule(tx, _once(wish, chosen.kind, mode, now))
        number = await store.next_discussion(tx, wish.guild_id)
        category = await self._category_of(tx, chosen)
        row = {
            "guild_id": wish.guild_id,
            "schedule_id": schedule_id,
            "discussion": number,
            "version_id": chosen.version_id,
            "question_id": chosen.question_id,
            "category": category.key,
            "kind": chosen.kind,
            "shuffle": plan.order_of(f"discussion {schedule_id}") if chosen.kind == "choice" else None,
            "mode": mode,
            "channel_id": wish.channel_id,
            "channel_kind": wish.channel_kind,
            "due_at": now,
            "reveal_at": now + rules.DISCUSSION_LASTS,
            "state": "planned",
        }
        drop_id = await store.add_drop(tx, row)
        drop = None if drop_id is None else await store.get_drop(tx, drop_id)
        if drop is None:
            raise LookupError(f"discussion {number} of {wish.guild_id} was not written")
        await outbox.queue(
            tx,
            "drop",
            drop.id,
            guild_id=drop.guild_id,
            channel_id=drop.channel_id,
            due_at=now,
            not_after=now + timedelta(hours=rules.DEFAULT_LATE_HOURS),
        )
        return drop

    async def _questions(self, tx: Connection, guild_id: int) -> list[Suggestion]:
        """Return the whole bank of a server as it is chosen from."""
        uses = await store.uses(tx, guild_id)
        found: list[Suggestion] = []
        for kind in KINDS:
            for row in await self._bank.list_candidates(tx, guild_id, (), (), kind):
                category, title = await self._headline(tx, row.version_id, kind)
                times = uses.get(row.question_id, (0, 0))[0]
                found.append(
                    Suggestion(
                        row.question_id, row.version_id, kind, title, category.name, row.difficulty, times
                    )
                )
        return found

    async def _headline(
        self, tx: Connection, version_id: int, kind: Literal["open", "choice"]
    ) -> tuple[Category, str]:
        if kind == "choice":
            item = await self._bank.get_item(tx, version_id)
            return item.category, items.headline(item.content)
        question = await self._bank.get_question(tx, version_id)
        return question.category, question.content.title

    async def _category_of(self, tx: Connection, chosen: Suggestion) -> Category:
        return (await self._headline(tx, chosen.version_id, chosen.kind))[0]


def _once(wish: DiscussionWish, kind: DropKind, mode: Mode, now: datetime) -> dict[str, object]:
    """Return a schedule that is never due; who began it is told what keeps its question from going out."""
    return {
        "guild_id": wish.guild_id,
        "channel_id": wish.channel_id,
        "channel_kind": wish.channel_kind,
        "minutes": 0,
        "zone": wish.zone,
        "days": EVERY_DAY,
        "categories": (),
        "difficulties": (),
        "mode": mode,
        "kind": kind,
        "role_id": None,
        "reveal_minutes": None,
        "late_hours": rules.DEFAULT_LATE_HOURS,
        "state": "removed",
        "next_run_at": now,
        "created_by": wish.user_id,
        "created_at": now,
    }

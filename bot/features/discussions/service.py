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
from bot.features.discussions import rules
from bot.features.discussions.options import DiscussionOptions
from bot.features.discussions.outcomes import AskedNow, Begin, InQuiz, NoSuchQuestion, NotAllowed, NotHidden
from bot.features.discussions.rules import Begun, EnoughOpen, EnoughToday, Suggestion
from bot.features.drops import lifecycle, modes, permissions
from bot.features.drops import queries as drops
from bot.features.drops.modes import DropKind, Mode
from bot.features.drops.store import Drop, NewDrop
from bot.features.schedules import lifecycle as schedule_lifecycle
from bot.features.schedules import queries as schedules
from bot.features.schedules.selection import order_of
from bot.features.server_settings import changes
from bot.features.server_settings import queries as server_settings
from bot.gateway.directory import Directory

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
        directory: Directory,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._directory = directory

    async def suggest(self, guild_id: int, typed: str) -> list[Suggestion]:
        """Return the questions that fit what was typed and are not being asked now."""
        async with self._db.reading() as tx:
            asked = {drop.question_id for drop in await drops.list_being_asked(tx, guild_id)}
            asked |= await self._bank.list_held(tx, guild_id)
            known = await self._questions(tx, guild_id)
        return rules.suggest([one for one in known if one.question_id not in asked], typed)

    async def begin(self, options: DiscussionOptions) -> Beginning:
        """Write a discussion down and queue its question; the first thing that cannot be is refused."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            chosen = rules.named(await self._questions(tx, options.guild_id), options.question)
            if chosen is None:
                return NoSuchQuestion(options.question)
            mode = modes.mode_for(options.channel_kind, options.mode)
            if mode is None:
                return NotHidden()
            refused = await self._refuse(tx, options, chosen, mode, now)
            if refused is not None:
                return refused
            drop = await self._add(tx, options, chosen, modes.drop_mode(chosen.kind, mode), now)
            return Begin(drop, chosen.title, await drops.pays(tx, drop))

    async def _refuse(
        self, tx: Connection, options: DiscussionOptions, chosen: Suggestion, mode: Mode, now: datetime
    ) -> AskedNow | InQuiz | NotAllowed | EnoughToday | EnoughOpen | None:
        for drop in await drops.list_being_asked(tx, options.guild_id):
            if drop.question_id == chosen.question_id:
                return AskedNow(drop)
        if chosen.question_id in await self._bank.list_held(tx, options.guild_id):
            return InQuiz()
        needed = permissions.needed_permissions(options.channel_kind, mode, chosen.kind)
        missing = self._directory.missing(options.guild_id, options.channel_id, needed)
        if missing is None or missing:
            return NotAllowed(options.channel_id, missing)
        earlier = await drops.list_discussions(tx, options.guild_id, now - LOCAL_DAY)
        starters = await schedules.list_starters(tx, {drop.schedule_id for drop in earlier})
        begun = [
            Begun(
                starters[drop.schedule_id],
                drop.due_at,
                drop.reveal_at,
                drop.state,
                drop.message_id is not None,
            )
            for drop in earlier
        ]
        zone = await server_settings.get_zone(tx, options.guild_id) or options.zone
        return rules.may_discuss(begun, options.user_id, zone, now)

    async def _add(
        self, tx: Connection, options: DiscussionOptions, chosen: Suggestion, mode: Mode, now: datetime
    ) -> Drop:
        await changes.put_zone(tx, options.guild_id, options.zone, now)
        channel = (options.channel_id, options.channel_kind)
        schedule = await schedule_lifecycle.add_once(
            tx, options.guild_id, options.user_id, options.zone, channel, chosen.kind, mode, now
        )
        number = await lifecycle.next_discussion(tx, options.guild_id)
        category, _ = await self._headline(tx, chosen.version_id, chosen.kind)
        new = NewDrop(
            guild_id=options.guild_id,
            schedule_id=schedule.id,
            discussion=number,
            version_id=chosen.version_id,
            question_id=chosen.question_id,
            category=category.key,
            kind=chosen.kind,
            shuffle=order_of(f"discussion {schedule.id}") if chosen.kind == "choice" else None,
            mode=mode,
            channel_id=options.channel_id,
            channel_kind=options.channel_kind,
            due_at=now,
            reveal_at=now + rules.DISCUSSION_LASTS,
        )
        drop_id = await lifecycle.plan(tx, new, timedelta(hours=schedule.late_hours))
        drop = None if drop_id is None else await drops.get_drop(tx, drop_id)
        if drop is None:
            raise LookupError(f"discussion {number} of {options.guild_id} was not written")
        return drop

    async def _questions(self, tx: Connection, guild_id: int) -> list[Suggestion]:
        """Return the whole bank of a server as it is chosen from."""
        uses = (await drops.list_past(tx, [guild_id]))[guild_id].uses
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

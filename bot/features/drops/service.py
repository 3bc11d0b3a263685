"""Drops: planning what is due, what follows a sent question, hints, and what is open today."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.db import Connection, Database
from bot.db.trouble import trouble_of
from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion, BankService
from bot.features.drops import store
from bot.features.drops.store import Drop, Schedule
from bot.features.problems import reports
from bot.features.schedules import plan, rules
from bot.features.schedules.rules import DropKind
from bot.gateway.directory import Directory
from bot.outbox import service as outbox
from bot.outbox.message import Blocked, Receipt, Trouble

log = logging.getLogger("studyloop.daily")
# A schedule that cannot be planned is tried again after this long.
PUT_OFF = timedelta(minutes=10)
MISSED = "I was not running at that time"
SKIPPED_BY = "skipped by an organiser"
# Which kind of post reveals a drop.
REVEALS: dict[DropKind, str] = {"open": "reveal", "choice": "choice_reveal"}


@dataclass(frozen=True, slots=True)
class Question:
    """A drop with what it asks."""

    drop: Drop
    question: BankQuestion | BankItem


@dataclass(frozen=True, slots=True)
class Gone:
    """The drop does not exist here, or its schedule was removed."""


class DailyService:
    """What happens to drops; every method opens its own transaction unless it is given one."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank
        self._put_off: dict[int, datetime] = {}

    async def plan_due(self, mine: Callable[[int], bool] = outbox.everybody) -> None:
        """Turn every schedule whose time has come into a drop, one transaction each.

        `mine` says by guild_id which servers this process works for. A schedule that cannot be planned is
        put off, so that it keeps no other waiting.
        """
        now = self._clock.now()
        async with self._db.reading() as tx:
            due = await store.list_due_schedules(tx, now)
        for schedule in due:
            if not mine(schedule.guild_id) or self._put_off.get(schedule.id, now) > now:
                continue
            try:
                async with self._db.transaction() as tx:
                    await self._plan(tx, schedule.id, now)
                self._put_off.pop(schedule.id, None)
            except Exception as error:
                if trouble_of(error) is not None:
                    raise  # of all schedules alike: the alarm looks again in a minute
                log.exception("guild=%s schedule=%s cannot be planned", schedule.guild_id, schedule.id)
                self._put_off[schedule.id] = now + PUT_OFF

    async def _plan(self, tx: Connection, schedule_id: int, now: datetime) -> None:
        schedule = await store.get_schedule(tx, schedule_id)
        if schedule is None or schedule.state != "active" or schedule.next_run_at > now:
            return  # another process was faster, or an organiser paused it meanwhile
        decision = rules.plan(schedule.recurrence, schedule.next_run_at, schedule.late_hours, now)
        for missed in decision.missed:
            await plan.add_skipped(tx, schedule, missed, MISSED)
        if decision.post is not None:
            await plan.add_drop(tx, self._bank, schedule, decision.post, now)
        await store.set_schedule(tx, schedule.id, next_run_at=decision.next_at)

    async def opened(self, tx: Connection, drop: Drop, receipt: Receipt) -> None:
        """Open a drop whose question was sent; queue its room and its reveal in the same transaction.

        One whose schedule was removed meanwhile is only written down: an edit will say so on the message.
        """
        forum = drop.channel_kind == "forum"
        now = self._clock.now()
        reveal_at = rules.open_until(drop.reveal_at, now)
        place = {"message_id": receipt.message_id, "room_id": receipt.message_id if forum else None}
        if drop.state != "planned":
            await store.set_drop(tx, drop.id, **place, revision=drop.revision + 1)
            return
        await store.set_drop(
            tx,
            drop.id,
            **place,
            state="open",
            opened_at=now,
            reveal_at=reveal_at,
            revision=drop.revision + (reveal_at != drop.reveal_at),
        )
        if forum or drop.kind == "choice":
            await self.mended(tx, drop)  # else with its room, which may need what is missing
        if drop.kind == "open":
            await self._queue_room(tx, drop, reveal_at)
        await outbox.queue(
            tx,
            REVEALS[drop.kind],
            drop.id,
            guild_id=drop.guild_id,
            channel_id=receipt.message_id if forum else drop.channel_id,
            due_at=reveal_at,
            not_after=reveal_at + rules.REVEAL_NOT_AFTER,
        )
        if forum:
            # People may have answered before the bot knew that its question stands: the room is there now.
            await outbox.retry_guild(tx, drop.guild_id, now)

    async def _queue_room(self, tx: Connection, drop: Drop, reveal_at: datetime) -> None:
        if drop.channel_kind == "forum":
            return  # there the post itself is the room
        await outbox.queue(
            tx,
            "room",
            drop.id,
            guild_id=drop.guild_id,
            channel_id=drop.channel_id,
            due_at=self._clock.now(),
            not_after=reveal_at + rules.REVEAL_NOT_AFTER,
        )

    async def room_opened(self, tx: Connection, drop: Drop, room_id: int) -> None:
        """Write down a drop's room; a revealed question's message and its reveal lead into it."""
        leads = drop.state == "revealed"
        await store.set_drop(tx, drop.id, room_id=room_id, revision=drop.revision + leads)
        await self.mended(tx, drop)
        if leads and drop.kind == "open":
            await store.reveal_again(tx, drop.id)

    async def room_lost(self, tx: Connection, drop: Drop) -> None:
        """Forget a room that was deleted; another one is opened."""
        await store.set_drop(tx, drop.id, room_id=None)

    async def mended(self, tx: Connection, drop: Drop) -> None:
        """Close the problems of a drop's schedule: what was held up by them went out.

        A question goes out without its lost role too: that problem ends when the schedule is edited.
        """
        await store.resolve(tx, drop.schedule_id, self._clock.now(), but_not=Trouble.ROLE_GONE.value)

    async def revealed(self, tx: Connection, drop: Drop, message_id: int | None) -> None:
        """Close a drop for points: its reveal was sent, or (None) came too late to be sent.

        The room of a choice question opens now: before, it would have given the answer away.
        """
        await store.set_drop(
            tx,
            drop.id,
            state="revealed",
            reveal_message_id=message_id,
            revealed_at=self._clock.now(),
            revision=drop.revision + 1,
        )
        await self._discussed(tx, drop)
        if drop.kind == "choice" and message_id is not None:
            await self._queue_room(tx, drop, self._clock.now())

    async def reveal_now(self, tx: Connection, drop: Drop) -> bool:
        """Reveal an open question now: its time for answers ends with this transaction.

        False where nothing changes, since it is not open or its reveal is due.
        """
        now = self._clock.now()
        if drop.state != "open" or not await outbox.hasten(tx, REVEALS[drop.kind], drop.id, now):
            return False
        await store.set_drop(tx, drop.id, reveal_at=now, revision=drop.revision + 1)
        return True

    async def pays(self, tx: Connection, drop: Drop) -> bool:
        """Say whether answers to a question bring points.

        A member chooses what is discussed, so only a written question that the server sees for the first time
        pays: its model answer is known to nobody, and no question brings points again and again.
        """
        if drop.discussion is None or drop.question_id is None:
            return True
        if drop.kind == "choice":
            return False
        return not await store.was_asked(tx, drop.guild_id, drop.question_id, but_not=drop.id)

    async def report_blocked(
        self, tx: Connection, directory: Directory, drop: Drop, blocked: Blocked
    ) -> None:
        """Tell the organisers what keeps a drop's post from going out."""
        await reports.report_blocked(tx, directory, drop, blocked, self._clock.now())

    async def reveal_again(self, tx: Connection, drop: Drop) -> None:
        """Have a drop's reveal edited, where it stands: what it says of the answers has changed."""
        await store.reveal_again(tx, drop.id)

    async def role_lost(self, tx: Connection, drop: Drop) -> None:
        """Forget a role that is gone, so that no later edit names it."""
        await store.set_drop(tx, drop.id, role_id=None)

    async def reveal_later(self, drop: Drop) -> Drop:
        """Give a question that is about to go out late its hour; return the drop as it is then."""
        reveal_at = rules.open_until(drop.reveal_at, self._clock.now())
        if reveal_at != drop.reveal_at:
            async with self._db.transaction() as tx:
                await store.set_drop(tx, drop.id, reveal_at=reveal_at)
        return replace(drop, reveal_at=reveal_at)

    async def skip_drop(self, tx: Connection, drop: Drop, reason: str) -> None:
        """End a question without a reveal. One that nobody saw gives its number back."""
        number = drop.number if drop.message_id is not None and drop.discussion is None else None
        await store.set_drop(tx, drop.id, state="skipped", reason=reason, number=number)
        await self._discussed(tx, drop)

    async def _discussed(self, tx: Connection, drop: Drop) -> None:
        """Close the problems of a discussion that has ended: there is no next question to mend them for."""
        if drop.discussion is not None:
            await self.mended(tx, drop)

    async def count_answer(self, tx: Connection, drop_id: int, by: int) -> None:
        """Add `by` (1 or -1) to a drop's live answers; its message will show it."""
        await store.count_answer(tx, drop_id, by)

    async def set_answered(self, tx: Connection, drop: Drop, answered: int) -> None:
        """Write down how many have chosen; its message will show it where the number is another."""
        if answered != drop.answered:
            await store.count_answer(tx, drop.id, answered - drop.answered)

    async def shown(self, drop: Drop) -> None:
        """Write down that the drop's message shows `drop.revision`."""
        async with self._db.transaction() as tx:
            await store.set_drop(tx, drop.id, shown_revision=drop.revision)

    async def list_stale(self) -> list[Drop]:
        """Return the drops whose message has to be edited."""
        async with self._db.reading() as tx:
            return await store.list_stale(tx)

    async def get_drop(self, tx: Connection, drop_id: int) -> Drop | None:
        """Return a drop."""
        return await store.get_drop(tx, drop_id)

    async def find_drop(self, tx: Connection, guild_id: int, place_id: int) -> Drop | None:
        """Return the newest drop whose room, message or channel has this id."""
        return await store.find_drop(tx, guild_id, place_id)

    async def question_of(self, tx: Connection, drop: Drop) -> BankQuestion:
        """Return what a written drop asks; LookupError for a skipped one."""
        return await self._bank.get_question(tx, _version_of(drop))

    async def item_of(self, tx: Connection, drop: Drop) -> BankItem:
        """Return what a choice drop asks; LookupError for a skipped one."""
        return await self._bank.get_item(tx, _version_of(drop))

    async def asked_by(self, tx: Connection, drop: Drop) -> BankQuestion | BankItem:
        """Return what a drop of either kind asks; LookupError for a skipped one."""
        return await (self.item_of(tx, drop) if drop.kind == "choice" else self.question_of(tx, drop))

    async def title_of(self, tx: Connection, drop: Drop) -> str:
        """Return what a drop asks in one line."""
        asked = await self.asked_by(tx, drop)
        return items.headline(asked.content) if isinstance(asked, BankItem) else asked.content.title

    async def usual(self, tx: Connection, drop: Drop) -> int | None:
        """Return how many usually answer this schedule's questions of the kind."""
        return rules.usual(await store.recent_answered(tx, drop.schedule_id, drop.kind))

    async def load(self, guild_id: int, drop_id: int) -> Question | Gone:
        """Return a posted drop of this server with its question."""
        async with self._db.reading() as tx:
            drop = await store.get_drop(tx, drop_id)
            if drop is None or drop.guild_id != guild_id or not await self.is_out(tx, drop):
                return Gone()
            return Question(drop, await self.asked_by(tx, drop))

    async def is_out(self, tx: Connection, drop: Drop) -> bool:
        """Say whether people can see the question: it was sent, or was perhaps and the reply was lost."""
        if drop.state in {"open", "revealed"}:
            return True
        post = await outbox.get_post(tx, "drop", drop.id) if drop.state == "planned" else None
        return post is not None and post.state == "sending"

    async def being_asked(self, tx: Connection, guild_id: int) -> list[int]:
        """Return the choice questions (question ids) that are open in a server: nobody may give them away."""
        drops = await store.list_open_drops(tx, guild_id)
        return [drop.question_id for drop in drops if drop.kind == "choice" and drop.question_id]

    async def list_open(self, guild_id: int) -> list[Question]:
        """Return the questions that are open in a server now."""
        async with self._db.reading() as tx:
            drops = await store.list_open_drops(tx, guild_id)
            return [Question(drop, await self.asked_by(tx, drop)) for drop in drops]

    async def next_in(self, guild_id: int) -> Schedule | None:
        """Return the schedule whose question comes next in a server, if one is active."""
        async with self._db.reading() as tx:
            active = [s for s in await store.list_schedules(tx, guild_id) if s.state == "active"]
        return min(active, key=lambda s: s.next_run_at, default=None)

    async def next_run_at(self, mine: Callable[[int], bool] = outbox.everybody) -> datetime | None:
        """Return when the next schedule of this process wants attention."""
        async with self._db.reading() as tx:
            runs = await store.list_next_runs(tx)
        moments = (max(at, self._put_off.get(id_, at)) for id_, guild_id, at in runs if mine(guild_id))
        return min(moments, default=None)


def _version_of(drop: Drop) -> int:
    if drop.version_id is None:
        raise LookupError(f"drop {drop.id} has no question")
    return drop.version_id

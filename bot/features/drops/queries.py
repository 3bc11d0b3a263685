"""What other features may read of drops, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.db import Connection
from bot.features.bank import messages as items
from bot.features.bank.service import BankItem, BankQuestion, BankService
from bot.features.drops import rules, store
from bot.features.drops.store import Drop
from bot.outbox import service as outbox


async def get_drop(tx: Connection, drop_id: int) -> Drop | None:
    return await store.get_drop(tx, drop_id)


async def find_drop(tx: Connection, guild_id: int, place_id: int) -> Drop | None:
    """Return the newest drop whose room, message or channel has this id."""
    return await store.find_drop(tx, guild_id, place_id)


async def is_out(tx: Connection, drop: Drop) -> bool:
    """Return True if people can see the question: it was sent, or was perhaps and the reply was lost."""
    if drop.state in {"open", "revealed"}:
        return True
    post = await outbox.get_post(tx, "drop", drop.id) if drop.state == "planned" else None
    return post is not None and post.state == "sending"


async def is_waiting(tx: Connection, drop: Drop) -> bool:
    """Return True if the question has not been sent: what is on its way to Discord cannot be changed."""
    post = await outbox.get_post(tx, "drop", drop.id) if drop.state == "planned" else None
    return post is not None and post.state == "pending"


async def question_of(tx: Connection, bank: BankService, drop: Drop) -> BankQuestion:
    """Return what a written drop asks; LookupError for a skipped one."""
    return await bank.get_question(tx, _version_of(drop))


async def item_of(tx: Connection, bank: BankService, drop: Drop) -> BankItem:
    """Return what a choice drop asks; LookupError for a skipped one."""
    return await bank.get_item(tx, _version_of(drop))


async def asked_by(tx: Connection, bank: BankService, drop: Drop) -> BankQuestion | BankItem:
    """Return what a drop of either kind asks; LookupError for a skipped one."""
    return await (item_of if drop.kind == "choice" else question_of)(tx, bank, drop)


async def title_of(tx: Connection, bank: BankService, drop: Drop) -> str:
    """Return what a drop asks in one line."""
    asked = await asked_by(tx, bank, drop)
    return items.headline(asked.content) if isinstance(asked, BankItem) else asked.content.title


async def usual(tx: Connection, drop: Drop) -> int | None:
    """Return how many usually answer this schedule's questions of the kind."""
    return rules.usual(await store.recent_answered(tx, drop.schedule_id, drop.kind))


async def pays(tx: Connection, drop: Drop) -> bool:
    """Return True if answers to a question bring points.

    A member chooses what is discussed, so only a written question that the server sees for the first time
    pays: its model answer is known to nobody, and no question brings points again and again.
    """
    if drop.discussion is None or drop.question_id is None:
        return True
    if drop.kind == "choice":
        return False
    return not await store.was_asked(tx, drop.guild_id, drop.question_id, but_not=drop.id)


async def list_open_choices(tx: Connection, guild_id: int) -> list[int]:
    """Return the choice questions (question ids) that are open in a server: nobody may give them away."""
    drops = await store.list_open_drops(tx, guild_id)
    return [drop.question_id for drop in drops if drop.kind == "choice" and drop.question_id]


async def list_being_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return the questions that are open in a server or on their way into it."""
    return await store.list_being_asked(tx, guild_id)


async def list_discussions(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return what is discussed now and what was begun since a moment."""
    return await store.list_discussions(tx, guild_id, since)


async def list_asked(tx: Connection, guild_id: int) -> list[Drop]:
    """Return all questions that a server ever saw, the newest first."""
    return await store.list_asked(tx, guild_id)


async def list_reviewable(tx: Connection, guild_id: int, since: datetime) -> list[Drop]:
    """Return the written questions that are open or were revealed after `since`, the newest first."""
    return await store.list_reviewable(tx, guild_id, since)


async def list_stale_reveals(tx: Connection) -> list[Drop]:
    """Return the questions whose reveal does not show their newest state."""
    return await store.list_stale_reveals(tx)


async def list_recent(tx: Connection, schedule_id: int, most: int) -> list[Drop]:
    """Return the newest drops of a schedule, the skipped ones included."""
    return await store.list_recent_drops(tx, schedule_id, most)


async def last_of(tx: Connection, schedule_id: int) -> Drop | None:
    """Return the last drop of a schedule that has a question."""
    return await store.last_drop_of(tx, schedule_id)


async def has_drop_on(tx: Connection, schedule_id: int, local_date: date) -> bool:
    """Return True if a schedule has had its question on a local date, or leaves it out."""
    return await store.has_drop_on(tx, schedule_id, local_date)


@dataclass(frozen=True, slots=True)
class Past:
    """What a server was asked: the number and the category of its last question, what is open now (ids).

    `uses` maps question_id to (times asked, id of the last drop).
    """

    uses: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    open_now: set[int] = field(default_factory=set[int])
    last_number: int = 0
    last_category: str | None = None


async def list_past(tx: Connection, guild_ids: Collection[int]) -> dict[int, Past]:
    """Map each server to what it was asked."""
    past = {guild_id: Past() for guild_id in guild_ids}
    for guild_id, number, category in await store.list_last(tx, guild_ids):
        past[guild_id] = Past(last_number=number, last_category=category)
    for guild_id, question_id, times, last_drop in await store.list_uses(tx, guild_ids):
        past[guild_id].uses[question_id] = (times, last_drop)
    for guild_id, question_id in await store.list_asking(tx, guild_ids):
        past[guild_id].open_now.add(question_id)
    return past


async def by_id(tx: Connection, drop_ids: Sequence[int]) -> dict[int, Drop]:
    """Map these ids to their drops."""
    return {drop.id: drop for drop in await store.list_these(tx, drop_ids)}


def asked_on(drop: Drop, zone: ZoneInfo) -> date:
    """Return the local date of a question; one that no schedule asked has the server's date."""
    if drop.local_date is not None:
        return date.fromisoformat(drop.local_date)
    return (drop.opened_at or drop.due_at).astimezone(zone).date()


def _version_of(drop: Drop) -> int:
    if drop.version_id is None:
        raise LookupError(f"drop {drop.id} has no question")
    return drop.version_id

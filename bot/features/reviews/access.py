"""Who may see which answer, and who may review it, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.db import Connection
from bot.features.answers import points, queries
from bot.features.answers.forms import written_drop
from bot.features.answers.outcomes import Gone
from bot.features.answers.store import Answer
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.features.reviews import rules
from bot.features.reviews.outcomes import Closed, NotThere, Own, Unseen

# What says of a channel whether whoever asks can see it; None where it was deleted.
Sees = Callable[[int], bool | None]


def everything(channel_id: int) -> bool | None:
    """Be the sight of somebody who sees every channel."""
    del channel_id
    return True


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer that stands and that the person may see."""

    drop: Drop
    answer: Answer


async def reviewable(
    tx: Connection,
    daily: DailyService,
    now: datetime,
    guild_id: int,
    answer_id: int,
    user_id: int,
    sees: Sees,
) -> Seen | NotThere | Own | Unseen | Closed:
    """Return an answer of this server that the person may review now."""
    seen = await see(tx, daily, guild_id, answer_id, user_id, sees, rubric=True)
    if not isinstance(seen, Seen):
        return seen
    if seen.answer.user_id == user_id:
        return Own(seen.drop)
    return seen if rules.is_open(seen.drop.revealed_at, now) else Closed(seen.drop)


async def see(
    tx: Connection,
    daily: DailyService,
    guild_id: int,
    answer_id: int,
    user_id: int,
    sees: Sees,
    *,
    rubric: bool = False,
) -> Seen | NotThere | Unseen:
    """Return an answer of this server as the person may see it."""
    answer = await queries.get(tx, answer_id)
    if answer is None or answer.guild_id != guild_id:
        return NotThere()
    drop = await written_drop(tx, daily, guild_id, answer.drop_id)
    if isinstance(drop, Gone) or sees(drop.channel_id) is False:
        return NotThere()
    if answer.user_id != user_id and not await may_see(tx, drop, user_id, rubric=rubric):
        return Unseen(drop)
    return Seen(drop, answer) if points.stands(answer) else NotThere()


async def may_see(tx: Connection, drop: Drop, user_id: int, *, rubric: bool) -> bool:
    """Say whether a person may see the answers to a question, as its room shows them.

    With `rubric` whether they may see the points of a good answer too: not before they have answered,
    or the reveal is there. Who knew them could write them down as an answer.
    """
    if drop.state == "revealed" or (drop.mode == "open" and not rubric):
        return True
    return await queries.has_live(tx, drop.id, user_id)

"""A question's answers and the points that stand with them, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.db import Connection
from bot.features.answers import store
from bot.features.answers.store import Answer
from bot.features.drops.service import DailyService
from bot.features.drops.store import Drop
from bot.features.reviews import early
from bot.features.reviews import points as reviews
from bot.features.reviews.points import Answered, Facts, Judged, Standing
from bot.features.scores import service as scores
from bot.features.scores.service import Award

ANSWER = "answer"


def stands(answer: Answer) -> bool:
    """Say whether an answer can be seen at all: it is neither withdrawn nor hidden."""
    return answer.state == "live" and not answer.hidden


async def settle(tx: Connection, daily: DailyService, drop: Drop, now: datetime) -> dict[int, int]:
    """Bring all points that the answers to a question bring to what they should be.

    Call it after whatever changes an answer's state, a review, a vote or the question's (give it the drop as
    it is then). Return by user_id what changed. The reveal is edited where it stands already.
    """
    facts = await facts_of(tx, daily, drop)
    changes = await scores.award_each(tx, [_written(facts, answer) for answer in facts.answers], now)
    for user_id, change in (await reviews.settle(tx, facts, now)).items():
        changes[user_id] = changes.get(user_id, 0) + change
    if facts.revealed:
        await daily.reveal_again(tx, drop)
    elif await early.all_agree(tx, facts):
        await daily.reveal_now(tx, drop)  # who held it up has withdrawn, or is hidden
    return changes


async def standings(tx: Connection, daily: DailyService, drop: Drop) -> list[Standing]:
    """Return a question's answers that stand with what is said of them, the earliest first."""
    return await reviews.standings(tx, await facts_of(tx, daily, drop))


async def judged(tx: Connection, answers: Sequence[Answer]) -> dict[int, Judged]:
    """Map these answers to what reviews and votes say of them."""
    return await reviews.judge(tx, {answer.id: answer.created_at for answer in answers})


async def facts_of(tx: Connection, daily: DailyService, drop: Drop) -> Facts:
    """Return what is to know of a question to settle it."""
    content = (await daily.question_of(tx, drop)).content
    return Facts(
        guild_id=drop.guild_id,
        drop_id=drop.id,
        name=f"{drop.called}, {content.title}",
        rubric=content.rubric,
        revealed=drop.state == "revealed",
        answers=tuple(
            Answered(answer.id, answer.user_id, answer.scored, stands(answer), answer.created_at)
            for answer in await store.list_all(tx, drop.id)
        ),
    )


async def show_again(tx: Connection, answer: Answer) -> None:
    """Have an answer's message edited: what is said of it has changed."""
    await store.show_again(tx, answer.id)


def _written(facts: Facts, answer: Answered) -> Award:
    earned = scores.SCORED_ANSWER if answer.scored and answer.stands else 0
    what = "answered" if earned else "no longer an answer to"
    return Award(facts.guild_id, answer.user_id, ANSWER, answer.id, earned, f"{what} {facts.name}")

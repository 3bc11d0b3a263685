"""Bringing the points of a question's answers and reviewers to what stands, in the caller's transaction.

Nothing is added up from what happened: each act has a target that is computed from what is there, so that the
order in which things came does not matter and doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.db import Connection
from bot.features.answers import queries as answers
from bot.features.answers.rules import ANSWER_ACT, Judged
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import lifecycle
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reviews import scoring, store
from bot.features.reviews.scoring import Review, ReviewedAnswer
from bot.features.reviews.store import StoredReview
from bot.features.scores import rules as pays
from bot.features.scores import service as scores
from bot.features.scores.service import Award

# Reviews of one text of an answer: (answer_id, when the text was written).
Text = tuple[int, datetime]
REVIEW_ACT = "review"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of the question. `stands` is false where it is withdrawn or hidden."""

    id: int
    user_id: int
    scored: bool
    stands: bool
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to know of one question; `answers` are all of them, those that do not stand included.

    `name` is what reasons call it: "question 12, Design a cache".
    """

    guild_id: int
    drop_id: int
    name: str
    rubric: tuple[str, ...]
    revealed: bool
    answers: tuple[Answered, ...]


async def settle(tx: Connection, bank: BankService, drop: Drop, now: datetime) -> dict[int, int]:
    """Bring all points that the answers to a question bring to what they should be.

    Call it after whatever changes an answer's state, a review, a vote or the question's (give it the drop as
    it is then). Return by user_id what changed. The reveal is edited where it stands already; the best answer
    is paid from the reveal on.
    """
    facts = await _facts_of(tx, bank, drop)
    reviewed = await _reviewed(tx, facts)
    awards = [
        *(_of_answer(facts, answer) for answer in facts.answers),
        *_of_peers(facts, reviewed),
        *_of_best(facts, reviewed),
        *await _of_reviewers(tx, facts),
    ]
    changes = await scores.award_each(tx, awards, now)
    if facts.revealed:
        await lifecycle.reveal_again(tx, drop)
    return changes


async def list_reviewed(tx: Connection, bank: BankService, drop: Drop) -> list[ReviewedAnswer]:
    """Return a question's answers that stand with what is said of them, the earliest first."""
    return await _reviewed(tx, await _facts_of(tx, bank, drop))


async def judged(tx: Connection, texts: Sequence[Answer]) -> dict[int, Judged]:
    """Map these answers to what reviews and votes say of them."""
    return await _judge(tx, {answer.id: answer.created_at for answer in texts})


async def _facts_of(tx: Connection, bank: BankService, drop: Drop) -> Facts:
    content = (await drops.question_of(tx, bank, drop)).content
    return Facts(
        guild_id=drop.guild_id,
        drop_id=drop.id,
        name=f"{drop.called}, {content.title}",
        rubric=content.rubric,
        revealed=drop.state == "revealed",
        answers=tuple(
            Answered(answer.id, answer.user_id, answer.scored, answer.stands, answer.created_at)
            for answer in await answers.list_all(tx, drop.id)
        ),
    )


async def _judge(tx: Connection, texts: Mapping[int, datetime]) -> dict[int, Judged]:
    """Map each of these answers to what reviews and votes say of it; `texts` says when each was written."""
    said = await store.list_reviews(tx, texts)
    votes = await store.list_votes(tx, texts)
    return {
        answer_id: scoring.judge(
            [_review(kept) for kept in said if _is_about(kept, answer_id, written_at)],
            sum(of == answer_id and text_at == written_at for of, _, text_at in votes),
        )
        for answer_id, written_at in texts.items()
    }


async def _reviewed(tx: Connection, facts: Facts) -> list[ReviewedAnswer]:
    standing = [answer for answer in facts.answers if answer.stands]
    judged = await _judge(tx, {answer.id: answer.written_at for answer in standing})
    return [ReviewedAnswer(a.id, a.user_id, a.scored, a.written_at, judged[a.id]) for a in standing]


def _of_answer(facts: Facts, answer: Answered) -> Award:
    earned = pays.WRITTEN_ANSWER if answer.scored and answer.stands else 0
    what = "answered" if earned else "no longer an answer to"
    return Award(facts.guild_id, answer.user_id, ANSWER_ACT, answer.id, earned, f"{what} {facts.name}")


def _of_peers(facts: Facts, standing: Sequence[ReviewedAnswer]) -> list[Award]:
    awards: list[Award] = []
    paid = {s.answer_id: s.judged for s in standing if s.scored}
    for answer in facts.answers:
        judged = paid.get(answer.id, Judged(frozenset(), 0, 0))
        for index, point in enumerate(facts.rubric):
            given = pays.RUBRIC_POINT if index in judged.confirmed else 0
            reason = f"reviewers confirmed '{point}'" if given else f"no longer confirmed: '{point}'"
            awards.append(Award(facts.guild_id, answer.user_id, f"rubric:{index}", answer.id, given, reason))
        given = scoring.vote_points(judged.votes)
        reason = f"upvotes for the answer to {facts.name}: {judged.votes} now"
        awards.append(Award(facts.guild_id, answer.user_id, "votes", answer.id, given, reason))
    return awards


def _of_best(facts: Facts, standing: Sequence[ReviewedAnswer]) -> list[Award]:
    best = scoring.best(standing) if facts.revealed else None
    awards: list[Award] = []
    for answer in facts.answers:
        is_best = best is not None and best.answer_id == answer.id
        reason = f"{'the' if is_best else 'no longer the'} best answer to {facts.name}"
        points = pays.BEST_ANSWER if is_best else 0
        awards.append(Award(facts.guild_id, answer.user_id, "best", facts.drop_id, points, reason))
    return awards


async def _of_reviewers(tx: Connection, facts: Facts) -> list[Award]:
    """Return what everybody who reviewed an answer of the question gets for all reviews of that day."""
    answer_ids = [answer.id for answer in facts.answers]
    touched = {(r.reviewer_id, r.local_date) for r in await store.list_reviews(tx, answer_ids)}
    if not touched:
        return []
    users, days = zip(*touched, strict=True)
    found = await store.list_of_days(tx, facts.guild_id, set(users), set(days))
    by_day: dict[tuple[int, str], list[StoredReview]] = {key: [] for key in touched}
    for kept in found:
        if (kept.reviewer_id, kept.local_date) in by_day:
            by_day[kept.reviewer_id, kept.local_date].append(kept)
    by_text = await _by_text(tx, {kept.answer_id for kept in found})
    return [award for of_a_day in by_day.values() for award in _of_day(facts, of_a_day, by_text)]


async def _by_text(tx: Connection, answer_ids: set[int]) -> dict[Text, list[Review]]:
    by_text: dict[Text, list[Review]] = {}
    for kept in await store.list_reviews(tx, answer_ids):
        if kept.state == "live":
            by_text.setdefault((kept.answer_id, kept.text_at), []).append(_review(kept))
    return by_text


def _of_day(
    facts: Facts, of_a_day: Sequence[StoredReview], by_text: Mapping[Text, list[Review]]
) -> list[Award]:
    live = [kept for kept in of_a_day if kept.state == "live"]
    # A reviewer has one review of an answer, so that each answer stands here for the text that was reviewed.
    others = {kept.answer_id: by_text[kept.answer_id, kept.text_at] for kept in live}
    paid = scoring.paid_reviews([_review(kept) for kept in live], others)
    here = {answer.id for answer in facts.answers}
    awards: list[Award] = []
    for kept in of_a_day:
        points = paid.get(kept.id, 0)
        where = f" to {facts.name}" if kept.answer_id in here else ""
        if points:
            reason = f"reviewed an answer{where}"
        elif kept.state == "withdrawn":
            reason = f"withdrew the review of an answer{where}"
        elif scoring.keeps_pay(_review(kept), others[kept.answer_id]):
            reason = f"review of an answer{where}: more than {pays.PAID_REVIEWS_A_DAY} that day"
        else:
            reason = f"review of an answer{where}: far from what the other reviewers ticked"
        awards.append(Award(facts.guild_id, kept.reviewer_id, REVIEW_ACT, kept.id, points, reason))
    return awards


def _review(kept: StoredReview) -> Review:
    return Review(kept.id, kept.answer_id, kept.reviewer_id, kept.ticks, kept.created_at)


def _is_about(kept: StoredReview, answer_id: int, written_at: datetime) -> bool:
    return kept.answer_id == answer_id and kept.text_at == written_at and kept.state == "live"

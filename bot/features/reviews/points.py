"""Bringing the points of a question's answers and reviewers to what stands, in the caller's transaction.

Nothing is added up from what happened: each act has a target that is computed from what is there, so that the
order in which things came does not matter and doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.db import Connection
from bot.features.reviews import rules, store
from bot.features.reviews.rules import Judged, Review, Standing
from bot.features.reviews.store import Kept
from bot.features.scores import service as scores
from bot.features.scores.service import Award

__all__ = ["Answered", "Facts", "Judged", "Standing", "judge", "settle", "standings"]

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


async def judge(tx: Connection, texts: Mapping[int, datetime]) -> dict[int, Judged]:
    """Map each of these answers to what reviews and votes say of it; `texts` says when each was written."""
    said = await store.list_reviews(tx, texts)
    votes = await store.list_votes(tx, texts)
    return {
        answer_id: rules.judge(
            [_review(kept) for kept in said if _is_about(kept, answer_id, written_at)],
            sum(of == answer_id and text_at == written_at for of, _, text_at in votes),
        )
        for answer_id, written_at in texts.items()
    }


async def standings(tx: Connection, facts: Facts) -> list[Standing]:
    """Return the answers that stand with what is said of them."""
    standing = [answer for answer in facts.answers if answer.stands]
    judged = await judge(tx, {answer.id: answer.written_at for answer in standing})
    return [Standing(a.id, a.user_id, a.scored, a.written_at, judged[a.id]) for a in standing]


async def settle(tx: Connection, facts: Facts, now: datetime) -> dict[int, int]:
    """Bring everybody's points from the question's reviews and votes to what they should be.

    Return by user_id what changed. The best answer is paid from the reveal on.
    """
    standing = await standings(tx, facts)
    awards = [*_of_answers(facts, standing), *_of_best(facts, standing), *await _of_reviewers(tx, facts)]
    return await scores.award_each(tx, awards, now)


def _of_answers(facts: Facts, standing: Sequence[Standing]) -> list[Award]:
    awards: list[Award] = []
    paid = {s.answer_id: s.judged for s in standing if s.scored}
    for answer in facts.answers:
        judged = paid.get(answer.id, Judged(frozenset(), 0, 0))
        for index, point in enumerate(facts.rubric):
            given = rules.POINT if index in judged.confirmed else 0
            reason = f"reviewers confirmed '{point}'" if given else f"no longer confirmed: '{point}'"
            awards.append(Award(facts.guild_id, answer.user_id, f"rubric:{index}", answer.id, given, reason))
        given = rules.vote_points(judged.votes)
        reason = f"upvotes for the answer to {facts.name}: {judged.votes} now"
        awards.append(Award(facts.guild_id, answer.user_id, "votes", answer.id, given, reason))
    return awards


def _of_best(facts: Facts, standing: Sequence[Standing]) -> list[Award]:
    best = rules.best(standing) if facts.revealed else None
    awards: list[Award] = []
    for answer in facts.answers:
        is_best = best is not None and best.answer_id == answer.id
        reason = f"{'the' if is_best else 'no longer the'} best answer to {facts.name}"
        points = rules.BEST if is_best else 0
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
    by_day: dict[tuple[int, str], list[Kept]] = {key: [] for key in touched}
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


def _of_day(facts: Facts, of_a_day: Sequence[Kept], by_text: Mapping[Text, list[Review]]) -> list[Award]:
    live = [kept for kept in of_a_day if kept.state == "live"]
    # A reviewer has one review of an answer, so that each answer stands here for the text that was reviewed.
    others = {kept.answer_id: by_text[kept.answer_id, kept.text_at] for kept in live}
    paid = rules.paid_reviews([_review(kept) for kept in live], others)
    here = {answer.id for answer in facts.answers}
    awards: list[Award] = []
    for kept in of_a_day:
        points = paid.get(kept.id, 0)
        where = f" to {facts.name}" if kept.answer_id in here else ""
        if points:
            reason = f"reviewed an answer{where}"
        elif kept.state == "withdrawn":
            reason = f"withdrew the review of an answer{where}"
        elif rules.keeps_pay(_review(kept), others[kept.answer_id]):
            reason = f"review of an answer{where}: more than {rules.REVIEWS_A_DAY} that day"
        else:
            reason = f"review of an answer{where}: far from what the other reviewers ticked"
        awards.append(Award(facts.guild_id, kept.reviewer_id, REVIEW_ACT, kept.id, points, reason))
    return awards


def _review(kept: Kept) -> Review:
    return Review(kept.id, kept.answer_id, kept.reviewer_id, kept.ticks, kept.created_at)


def _is_about(kept: Kept, answer_id: int, written_at: datetime) -> bool:
    return kept.answer_id == answer_id and kept.text_at == written_at and kept.state == "live"

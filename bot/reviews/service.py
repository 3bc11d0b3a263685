"""Reviewing, voting, and reading what was said of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.answers import reading, settling
from bot.answers.opening import written_drop
from bot.answers.outcomes import Gone
from bot.answers.store import Answer
from bot.clock import Clock
from bot.daily import reviewing
from bot.daily.service import DailyService
from bot.daily.store import Drop
from bot.db import Connection, Database
from bot.reviews import rules, store
from bot.reviews.outcomes import (
    AllReviews,
    Another,
    Closed,
    NoReview,
    NothingLeft,
    NotThere,
    Opening,
    Own,
    Reading,
    Reviewer,
    ReviewForm,
    Reviewing,
    Rewritten,
    Saved,
    TakenBack,
    ToDo,
    TooMuch,
    Unseen,
    Voted,
    Voting,
    Withdrawing,
    Written,
)
from bot.reviews.rules import Standing
from bot.reviews.settling import REVIEW_ACT
from bot.reviews.store import Kept
from bot.scores import service as scores

# What says of a channel whether whoever asks can see it; None where it was deleted.
Sees = Callable[[int], bool | None]


def everything(channel_id: int) -> bool | None:
    """Be the sight of somebody who sees every channel."""
    del channel_id
    return True


@dataclass(frozen=True, slots=True)
class _Seen:
    """An answer that stands and that the person may see."""

    drop: Drop
    answer: Answer


class ReviewsService:
    """What members do with each other's answers; every method opens its own transaction and checks anew."""

    def __init__(self, db: Database, clock: Clock, daily: DailyService) -> None:
        self._db = db
        self._clock = clock
        self._daily = daily

    async def form(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = everything) -> Opening:
        """Return the form for a review of an answer."""
        async with self._db.reading() as tx:
            seen = await self._reviewable(tx, guild_id, answer_id, user_id, sees)
            return await self._form(tx, seen.drop, seen.answer, user_id) if isinstance(seen, _Seen) else seen

    async def another(self, guild_id: int, drop_id: int, user_id: int, sees: Sees = everything) -> Another:
        """Return the form for the answer to a question that needs a review most."""
        async with self._db.reading() as tx:
            drop = await written_drop(tx, self._daily, guild_id, drop_id)
            if isinstance(drop, Gone) or sees(drop.channel_id) is False:
                return NotThere()
            if not await self._may_see(tx, drop, user_id, rubric=True):
                return Unseen(drop)
            if not rules.is_open(drop.revealed_at, self._clock.now()):
                return Closed(drop)
            standing = await settling.standings(tx, self._daily, drop)
            reviewed = await self._reviewed(tx, standing, user_id)
            counts = {one.answer_id: one.judged.reviews for one in standing}
            chosen = rules.next_to_review(standing, reviewed, user_id, counts)
            answer = await reading.get(tx, chosen.answer_id) if chosen else None
            if answer is None:
                return NothingLeft(drop, any(one.user_id != user_id for one in standing))
            return await self._form(tx, drop, answer, user_id)

    async def review(
        self,
        guild_id: int,
        answer_id: int,
        reviewer: Reviewer,
        written: Written,
        sees: Sees = everything,
    ) -> Reviewing:
        """Store a review, or change it, with all that it does to points."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            seen = await self._reviewable(tx, guild_id, answer_id, reviewer.user_id, sees)
            if not isinstance(seen, _Seen):
                return seen
            drop, answer = seen.drop, seen.answer
            if written.text_at not in {None, answer.created_at}:
                return Rewritten(answer)
            praise, advice = rules.clean(written.praise), rules.clean(written.advice)
            if max(len(praise), len(advice)) > rules.LONGEST_LINE:
                return TooMuch(answer, rules.LONGEST_LINE)
            ticks = await self._ticks(tx, drop, written)
            row = {
                "reviewer_name": reviewer.name,
                "ticks": store.ticks_text(ticks),
                "praise": praise or None,
                "advice": advice or None,
                "state": "live",
                "text_at": answer.created_at,
                "changed_at": now,
            }
            earlier = await store.find_review(tx, answer.id, reviewer.user_id)
            await self._put(tx, answer, reviewer.user_id, earlier, row)
            change = await self._changed(tx, drop, answer, reviewer.user_id)
            edited = earlier is not None and earlier.state == "live"
            return await self._saved(tx, seen, reviewer.user_id, change, edited=edited)

    async def _ticks(self, tx: Connection, drop: Drop, written: Written) -> frozenset[int]:
        """Return the points that were ticked; a forged form could name others."""
        points = range(len((await self._daily.question_of(tx, drop)).content.rubric))
        return frozenset(tick for tick in written.ticks if tick in points)

    async def _saved(self, tx: Connection, seen: _Seen, user_id: int, change: int, *, edited: bool) -> Saved:
        drop, answer = seen.drop, seen.answer
        kept = await store.find_review(tx, answer.id, user_id)
        if kept is None:
            raise LookupError(f"the review of answer {answer.id} is not there")
        standing = await settling.standings(tx, self._daily, drop)
        return Saved(
            drop,
            await self._daily.question_of(tx, drop),
            answer,
            kept,
            judged=next(one.judged for one in standing if one.answer_id == answer.id),
            change=change,
            paid=await self._is_paid(tx, kept),
            edited=edited,
            left=await self._left(tx, standing, user_id),
        )

    async def _put(
        self,
        tx: Connection,
        answer: Answer,
        reviewer_id: int,
        earlier: Kept | None,
        row: Mapping[str, Any],
    ) -> None:
        """Write a person's one review of an answer. It keeps its first day: a day pays five reviews."""
        anonymous = await reviewing.are_anonymous(tx, answer.guild_id)
        if earlier is not None:
            # Who was promised not to be named stays unnamed, whatever the server chooses later.
            promised = earlier.anonymous and earlier.state == "live"
            await store.set_review(tx, earlier.id, **row, anonymous=anonymous or promised)
            return
        now = self._clock.now()
        first = {
            "guild_id": answer.guild_id,
            "answer_id": answer.id,
            "reviewer_id": reviewer_id,
            "anonymous": anonymous,
            "local_date": (await reviewing.local_date(tx, answer.guild_id, now)).isoformat(),
            "created_at": now,
        }
        await store.add_review(tx, dict(row) | first)

    async def withdraw(self, guild_id: int, answer_id: int, user_id: int) -> Withdrawing:
        """Take one's review of an answer back, and its pay, as long as answers can be reviewed."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            answer = await reading.get(tx, answer_id)
            if answer is None or answer.guild_id != guild_id:
                return NotThere()
            drop = await written_drop(tx, self._daily, guild_id, answer.drop_id)
            if isinstance(drop, Gone):
                return NotThere()
            kept = await store.find_review(tx, answer.id, user_id)
            if kept is None or kept.state == "withdrawn":
                return NoReview()
            if not rules.is_open(drop.revealed_at, now):
                return Closed(drop)  # the author's points have been counted on since
            await store.set_review(tx, kept.id, state="withdrawn", changed_at=now)
            change = await self._changed(tx, drop, answer, user_id)
            return TakenBack(drop, answer, change, rules.is_open(drop.revealed_at, now))

    async def vote(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = everything) -> Voting:
        """Give an answer one's upvote, or take it back."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            seen = await self._see(tx, guild_id, answer_id, user_id, sees)
            if not isinstance(seen, _Seen):
                return seen
            drop, answer = seen.drop, seen.answer
            if answer.user_id == user_id:
                return Own(drop)
            given = (answer.id, user_id, answer.created_at) not in await store.list_votes(tx, [answer.id])
            if given:
                await store.put_vote(tx, answer.id, user_id, answer.created_at, now)
            else:
                await store.delete_vote(tx, answer.id, user_id)
            await self._changed(tx, drop, answer, user_id)
            judged = await settling.judged(tx, [answer])
            return Voted(answer, given, judged[answer.id].votes)

    async def read(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = everything) -> Reading:
        """Return what was said of an answer."""
        async with self._db.reading() as tx:
            seen = await self._see(tx, guild_id, answer_id, user_id, sees, rubric=True)
            if not isinstance(seen, _Seen):
                return seen
            drop, answer = seen.drop, seen.answer
            kept = [
                one
                for one in await store.list_reviews(tx, [answer.id])
                if one.state == "live" and one.text_at == answer.created_at
            ]
            judged = await settling.judged(tx, [answer])
            return AllReviews(
                drop,
                await self._daily.question_of(tx, drop),
                answer,
                judged[answer.id],
                tuple(kept),
                anonymous=await reviewing.are_anonymous(tx, guild_id),
                own=answer.user_id == user_id,
            )

    async def to_do(self, guild_id: int, user_id: int, sees: Sees = everything) -> list[ToDo]:
        """Return the questions with answers that the person could still review, the newest first."""
        found: list[ToDo] = []
        async with self._db.reading() as tx:
            since = self._clock.now() - rules.REVIEW_AFTER_REVEAL
            for drop in await reviewing.list_reviewable(tx, guild_id, since):
                if sees(drop.channel_id) is False:
                    continue
                if await self._may_see(tx, drop, user_id, rubric=True):
                    standing = await settling.standings(tx, self._daily, drop)
                    found.append(ToDo(drop, await self._left(tx, standing, user_id)))
        return [one for one in found if one.left]

    async def set_anonymous(self, guild_id: int, *, anonymous: bool) -> None:
        """Choose whether reviews are shown without their authors' names."""
        async with self._db.transaction() as tx:
            await reviewing.set_anonymous(tx, guild_id, self._clock.now(), anonymous=anonymous)

    async def _changed(self, tx: Connection, drop: Drop, answer: Answer, user_id: int) -> int:
        """Settle the question and have the answer's message edited; return what a person's points did."""
        changes = await settling.settle(tx, self._daily, drop, self._clock.now())
        await settling.show_again(tx, answer)
        return changes.get(user_id, 0)

    async def _is_paid(self, tx: Connection, kept: Kept) -> bool:
        return await scores.brought(tx, kept.guild_id, kept.reviewer_id, REVIEW_ACT, kept.id) > 0

    async def _form(self, tx: Connection, drop: Drop, answer: Answer, user_id: int) -> ReviewForm:
        question = await self._daily.question_of(tx, drop)
        mine = await store.find_review(tx, answer.id, user_id)
        fits = mine is not None and mine.state == "live" and mine.text_at == answer.created_at
        anonymous = await reviewing.are_anonymous(tx, drop.guild_id)
        return ReviewForm(drop, question, answer, mine if fits else None, anonymous)

    async def _reviewable(
        self, tx: Connection, guild_id: int, answer_id: int, user_id: int, sees: Sees
    ) -> _Seen | NotThere | Own | Unseen | Closed:
        seen = await self._see(tx, guild_id, answer_id, user_id, sees, rubric=True)
        if not isinstance(seen, _Seen):
            return seen
        if seen.answer.user_id == user_id:
            return Own(seen.drop)
        return seen if rules.is_open(seen.drop.revealed_at, self._clock.now()) else Closed(seen.drop)

    async def _see(
        self,
        tx: Connection,
        guild_id: int,
        answer_id: int,
        user_id: int,
        sees: Sees,
        *,
        rubric: bool = False,
    ) -> _Seen | NotThere | Unseen:
        """Return an answer of this server as the person may see it."""
        answer = await reading.get(tx, answer_id)
        if answer is None or answer.guild_id != guild_id:
            return NotThere()
        drop = await written_drop(tx, self._daily, guild_id, answer.drop_id)
        if isinstance(drop, Gone) or sees(drop.channel_id) is False:
            return NotThere()
        if answer.user_id != user_id and not await self._may_see(tx, drop, user_id, rubric=rubric):
            return Unseen(drop)
        return _Seen(drop, answer) if settling.stands(answer) else NotThere()

    async def _may_see(self, tx: Connection, drop: Drop, user_id: int, *, rubric: bool) -> bool:
        """Say whether a person may see the answers to a question, as its room shows them.

        With `rubric` whether they may see the points of a good answer too: not before they have answered,
        or the reveal is there. Who knew them could write them down as an answer.
        """
        if drop.state == "revealed" or (drop.mode == "open" and not rubric):
            return True
        return await reading.has_live(tx, drop.id, user_id)

    async def _reviewed(self, tx: Connection, standing: list[Standing], user_id: int) -> set[int]:
        """Return which of these answers' texts a person has reviewed."""
        written = {one.answer_id: one.created_at for one in standing}
        return {
            kept.answer_id
            for kept in await store.list_reviews(tx, written)
            if kept.reviewer_id == user_id
            and kept.state == "live"
            and kept.text_at == written[kept.answer_id]
        }

    async def _left(self, tx: Connection, standing: list[Standing], user_id: int) -> int:
        reviewed = await self._reviewed(tx, standing, user_id)
        return sum(one.user_id != user_id and one.answer_id not in reviewed for one in standing)

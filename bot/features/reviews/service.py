"""Reviewing, voting, and reading what was said of an answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.lines import one_line
from bot.db import Connection, Database, columns
from bot.features.answers import lifecycle as answer_lifecycle
from bot.features.answers import queries as answers
from bot.features.answers.access import REVIEW_AFTER_REVEAL, Sees, sees_all, takes_reviews
from bot.features.answers.store import Answer
from bot.features.bank.service import BankService
from bot.features.drops import queries as drops
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.store import Drop
from bot.features.reviews import awards, rules, store
from bot.features.reviews.awards import REVIEW_ACT
from bot.features.reviews.outcomes import (
    AllReviews,
    Another,
    Closed,
    Naming,
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
    Stays,
    TakenBack,
    ToDo,
    TooMuch,
    Unseen,
    Voted,
    Voting,
    Withdrawing,
    Written,
)
from bot.features.reviews.scoring import ReviewedAnswer
from bot.features.reviews.store import NewReview, ReviewText, StoredReview
from bot.features.scores import service as scores
from bot.features.server_settings import changes
from bot.features.server_settings import queries as server_settings


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer that stands and that the person may see."""

    drop: Drop
    answer: Answer


class ReviewsService:
    """What members do with each other's answers; every method opens its own transaction and checks anew."""

    def __init__(self, db: Database, clock: Clock, bank: BankService) -> None:
        self._db = db
        self._clock = clock
        self._bank = bank

    async def form(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = sees_all) -> Opening:
        """Return the form for a review of an answer."""
        async with self._db.reading() as tx:
            seen = await self._reviewable(tx, guild_id, answer_id, user_id, sees)
            return await self._form(tx, seen.drop, seen.answer, user_id) if isinstance(seen, Seen) else seen

    async def another(self, guild_id: int, drop_id: int, user_id: int, sees: Sees = sees_all) -> Another:
        """Return the form for the answer to a question that needs a review most."""
        async with self._db.reading() as tx:
            drop = await answers.get_written_drop(tx, guild_id, drop_id)
            if isinstance(drop, QuestionGone):
                return NotThere()
            reader = await answers.reader_of(tx, drop, user_id, sees)
            if not reader.reaches_answers:
                return NotThere()
            if not reader.reads_rubric:
                return Unseen(drop)
            if not takes_reviews(drop.revealed_at, self._clock.now()):
                return Closed(drop)
            standing = await awards.list_reviewed(tx, self._bank, drop)
            reviewed = await self._reviewed(tx, standing, user_id)
            counts = {one.answer_id: one.judged.reviews for one in standing}
            chosen = rules.next_to_review(standing, reviewed, user_id, counts)
            answer = await answers.get_answer(tx, chosen.answer_id) if chosen else None
            if answer is None:
                return NothingLeft(drop, any(one.user_id != user_id for one in standing))
            return await self._form(tx, drop, answer, user_id)

    async def review(
        self,
        guild_id: int,
        answer_id: int,
        reviewer: Reviewer,
        written: Written,
        sees: Sees = sees_all,
    ) -> Reviewing:
        """Store a review, or change it, with all that it does to points."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            user_id = reviewer.user_id
            seen = await self._reviewable(tx, guild_id, answer_id, user_id, sees)
            if not isinstance(seen, Seen):
                return seen
            drop, answer = seen.drop, seen.answer
            if written.text_at not in {None, answer.created_at}:
                return Rewritten(answer)
            praise, advice = one_line(written.praise), one_line(written.advice)
            if max(len(praise), len(advice)) > rules.LONGEST_LINE:
                return TooMuch(answer, rules.LONGEST_LINE)
            earlier = await store.find_review(tx, answer.id, user_id)
            had = await self._brought(tx, earlier) if earlier else 0
            unnamed = written.unnamed or await server_settings.has_anonymous_reviews(tx, guild_id)
            said = ReviewText(
                reviewer_name=reviewer.name,
                ticks=await self._ticks(tx, drop, written),
                praise=praise or None,
                advice=advice or None,
                anonymous=unnamed or _is_promised(earlier),
                text_at=answer.created_at,
                changed_at=now,
            )
            await self._put(tx, answer, user_id, earlier, said)
            change = await self._changed(tx, drop, answer, user_id)
            edited = earlier is not None and earlier.state == "live"
            return await self._saved(tx, seen, user_id, had, change, edited=edited)

    async def _ticks(self, tx: Connection, drop: Drop, written: Written) -> frozenset[int]:
        """Return the points that were ticked; a forged form could name others."""
        points = range(len((await drops.question_of(tx, self._bank, drop)).content.rubric))
        return frozenset(tick for tick in written.ticks if tick in points)

    async def _saved(
        self, tx: Connection, seen: Seen, user_id: int, had: int, change: int, *, edited: bool
    ) -> Saved:
        """Return what came of it: `had` is what the review brought before, `change` what all points did."""
        drop, answer = seen.drop, seen.answer
        kept = await store.find_review(tx, answer.id, user_id)
        if kept is None:
            raise LookupError(f"the review of answer {answer.id} is not there")
        standing = await awards.list_reviewed(tx, self._bank, drop)
        has = await self._brought(tx, kept)
        return Saved(
            drop,
            await drops.question_of(tx, self._bank, drop),
            answer,
            kept,
            judged=next(one.judged for one in standing if one.answer_id == answer.id),
            change=has - had,
            besides=change - (has - had),
            paid=has > 0,
            edited=edited,
            left=await self._left(tx, standing, user_id),
        )

    async def _put(
        self, tx: Connection, answer: Answer, reviewer_id: int, earlier: StoredReview | None, said: ReviewText
    ) -> None:
        """Write a person's one review of an answer. It keeps its first day: a day pays five reviews."""
        if earlier is not None:
            await store.change_review(tx, earlier.id, said)
            return
        now = self._clock.now()
        new = NewReview(
            guild_id=answer.guild_id,
            answer_id=answer.id,
            reviewer_id=reviewer_id,
            local_date=(await server_settings.local_date(tx, answer.guild_id, now)).isoformat(),
            created_at=now,
            **columns(said),
        )
        await store.add_review(tx, new)

    async def withdraw(self, guild_id: int, answer_id: int, user_id: int) -> Withdrawing:
        """Take one's review of an answer back, and its pay, as long as answers can be reviewed."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            answer = await answers.get_answer(tx, answer_id)
            if answer is None or answer.guild_id != guild_id:
                return NotThere()
            drop = await answers.get_written_drop(tx, guild_id, answer.drop_id)
            if isinstance(drop, QuestionGone):
                return NotThere()
            kept = await store.find_review(tx, answer.id, user_id)
            if kept is None or kept.state == "withdrawn":
                return NoReview()
            if not takes_reviews(drop.revealed_at, now):
                return Stays(drop)  # the author's points have been counted on since
            had = await self._brought(tx, kept)
            await store.set_review(tx, kept.id, state="withdrawn", changed_at=now)
            change = await self._changed(tx, drop, answer, user_id)
            return TakenBack(drop, answer, -had, change + had)

    async def vote(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = sees_all) -> Voting:
        """Give an answer one's upvote, or take it back."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            seen = await self._see(tx, guild_id, answer_id, user_id, sees)
            if not isinstance(seen, Seen):
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
            judged = await awards.judged(tx, [answer])
            return Voted(answer, given, judged[answer.id].votes)

    async def read(self, guild_id: int, answer_id: int, user_id: int, sees: Sees = sees_all) -> Reading:
        """Return what was said of an answer."""
        async with self._db.reading() as tx:
            seen = await self._see(tx, guild_id, answer_id, user_id, sees, rubric=True)
            if not isinstance(seen, Seen):
                return seen
            drop, answer = seen.drop, seen.answer
            kept = [
                one
                for one in await store.list_reviews(tx, [answer.id])
                if one.state == "live" and one.text_at == answer.created_at
            ]
            judged = await awards.judged(tx, [answer])
            return AllReviews(
                drop,
                await drops.question_of(tx, self._bank, drop),
                answer,
                judged[answer.id],
                tuple(kept),
                anonymous=await server_settings.has_anonymous_reviews(tx, guild_id),
                own=answer.user_id == user_id,
            )

    async def to_do(self, guild_id: int, user_id: int, sees: Sees = sees_all) -> list[ToDo]:
        """Return the questions with answers that the person could still review, the newest first."""
        found: list[ToDo] = []
        async with self._db.reading() as tx:
            since = self._clock.now() - REVIEW_AFTER_REVEAL
            for drop in await drops.list_reviewable(tx, guild_id, since):
                reader = await answers.reader_of(tx, drop, user_id, sees)
                if reader.reaches_answers and reader.reads_rubric:
                    standing = await awards.list_reviewed(tx, self._bank, drop)
                    found.append(ToDo(drop, await self._left(tx, standing, user_id)))
        return [one for one in found if one.left]

    async def set_anonymous(self, guild_id: int, *, anonymous: bool) -> Naming:
        """Choose whether reviews are shown without their authors' names."""
        async with self._db.transaction() as tx:
            await changes.set_anonymous_reviews(tx, guild_id, self._clock.now(), anonymous=anonymous)
        return Naming(anonymous)

    async def _reviewable(
        self, tx: Connection, guild_id: int, answer_id: int, user_id: int, sees: Sees
    ) -> Seen | NotThere | Own | Unseen | Closed:
        """Return an answer of this server that the person may review now."""
        seen = await self._see(tx, guild_id, answer_id, user_id, sees, rubric=True)
        if not isinstance(seen, Seen):
            return seen
        if seen.answer.user_id == user_id:
            return Own(seen.drop)
        return seen if takes_reviews(seen.drop.revealed_at, self._clock.now()) else Closed(seen.drop)

    async def _see(
        self, tx: Connection, guild_id: int, answer_id: int, user_id: int, sees: Sees, *, rubric: bool = False
    ) -> Seen | NotThere | Unseen:
        """Return an answer of this server as the person may see it; with `rubric` its points too."""
        answer = await answers.get_answer(tx, answer_id)
        if answer is None or answer.guild_id != guild_id:
            return NotThere()
        drop = await answers.get_written_drop(tx, guild_id, answer.drop_id)
        if isinstance(drop, QuestionGone):
            return NotThere()
        reader = await answers.reader_of(tx, drop, user_id, sees)
        if not reader.finds_question or (answer.user_id != user_id and not reader.reaches_answers):
            return NotThere()
        if answer.user_id != user_id and not (reader.reads_rubric if rubric else reader.reads_answers):
            return Unseen(drop)
        return Seen(drop, answer) if answer.stands else NotThere()

    async def _changed(self, tx: Connection, drop: Drop, answer: Answer, user_id: int) -> int:
        """Settle the question and have the answer's message edited; return what a person's points did."""
        changes = await awards.settle(tx, self._bank, drop, self._clock.now())
        await answer_lifecycle.show_state(tx, answer)
        return changes.get(user_id, 0)

    async def _brought(self, tx: Connection, kept: StoredReview) -> int:
        return await scores.brought(tx, kept.guild_id, kept.reviewer_id, REVIEW_ACT, kept.id)

    async def _form(self, tx: Connection, drop: Drop, answer: Answer, user_id: int) -> ReviewForm:
        question = await drops.question_of(tx, self._bank, drop)
        mine = await store.find_review(tx, answer.id, user_id)
        fits = mine is not None and mine.state == "live" and mine.text_at == answer.created_at
        anonymous = await server_settings.has_anonymous_reviews(tx, drop.guild_id)
        return ReviewForm(drop, question, answer, mine if fits else None, anonymous)

    async def _reviewed(self, tx: Connection, standing: list[ReviewedAnswer], user_id: int) -> set[int]:
        """Return which of these answers' texts a person has reviewed."""
        written = {one.answer_id: one.created_at for one in standing}
        return {
            kept.answer_id
            for kept in await store.list_reviews(tx, written)
            if kept.reviewer_id == user_id
            and kept.state == "live"
            and kept.text_at == written[kept.answer_id]
        }

    async def _left(self, tx: Connection, standing: list[ReviewedAnswer], user_id: int) -> int:
        reviewed = await self._reviewed(tx, standing, user_id)
        return sum(one.user_id != user_id and one.answer_id not in reviewed for one in standing)


def _is_promised(earlier: StoredReview | None) -> bool:
    """Return True if a review's author was promised not to be named: whatever the server chooses now."""
    return earlier is not None and earlier.anonymous and earlier.state == "live"

"""Reviews and votes: whose, of which text, what they pay."""

from tests.mutants.mutant import Mutant

SCORING = "bot/features/reviews/scoring.py"
AWARDS = "bot/features/reviews/awards.py"
STORE = "bot/features/reviews/store.py"
SERVICE = "bot/features/reviews/service.py"

MUTANTS = (
    Mutant(
        "bot/features/reviews/rules.py::next_to_review",
        "a.user_id != reviewer_id and",
        "",
        "Another answer offers one's own to review",
    ),
    Mutant(
        "bot/features/reviews/rules.py::next_to_review",
        "(counts.get(a.answer_id, 0), a.created_at, a.answer_id)",
        "(a.created_at, a.answer_id)",
        "everybody reviews the first answer, the last one gets no review",
    ),
    Mutant(
        f"{SCORING}::keeps_pay",
        "<= pays.REVIEW_MAY_DIFFER",
        "< pays.REVIEW_MAY_DIFFER",
        "a review that ticks one point more than the others loses its pay",
    ),
    Mutant(
        f"{SCORING}::paid_reviews",
        "left -= keeps",
        "left -= 1",
        "a review that is not paid uses up one of the day's five",
    ),
    Mutant(
        f"{SCORING}::vote_points",
        "min(votes, pays.PAID_UPVOTES)",
        "votes",
        "upvotes bring points without end",
    ),
    Mutant(
        f"{SCORING}::best",
        "scored = [answer for answer in answers if answer.scored]",
        "scored = list(answers)",
        "an answer that was written again after reading the others is the best one",
    ),
    Mutant(
        f"{SCORING}::best",
        "first.judged.confirmed or first.judged.votes",
        "True",
        "the earliest answer is paid as the best of those nobody has looked at",
    ),
    Mutant(
        f"{AWARDS}::_judge",
        "of == answer_id and text_at == written_at",
        "of == answer_id",
        "upvotes for a withdrawn text count for the new one",
    ),
    Mutant(
        f"{AWARDS}::_is_about",
        'and kept.state == "live"',
        "",
        "a review that was taken back still confirms points",
    ),
    Mutant(
        f"{AWARDS}::_by_text",
        'if kept.state == "live":',
        "if True:",
        "reviews that were taken back are held against the others and cost their pay",
    ),
    Mutant(
        f"{STORE}::list_of_days",
        "            reviews.c.guild_id == guild_id,\n",
        "",
        "reviews in one server use up the five paid ones of another",
    ),
    Mutant(
        f"{STORE}::find_review",
        ", reviews.c.reviewer_id == reviewer_id",
        "",
        "the second reviewer changes the first one's review",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService.review",
        "unnamed = written.unnamed or await",
        "unnamed = await",
        "a reviewer whose form promised no name is named after organisers changed the setting",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService.review",
        "anonymous=unnamed or _is_promised(earlier)",
        "anonymous=unnamed",
        "changing an anonymous review names its author",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._ticks",
        "if tick in points",
        "",
        "a forged form ticks points that the rubric does not have",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._put",
        "            await store.change_review(tx, earlier.id, said)\n            return\n",
        "            await store.change_review(tx, earlier.id, said)\n"
        "            await store.set_review(tx, earlier.id, created_at=self._clock.now())\n"
        "            return\n",
        "changing a review makes it the day's last one, which is not paid",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._reviewable",
        "        if seen.answer.user_id == user_id:\n            return Own(seen.drop)\n",
        "",
        "one reviews one's own answer",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._see",
        "return Seen(drop, answer) if answer.stands else NotThere()",
        "return Seen(drop, answer)",
        "hidden and withdrawn answers are reviewed and voted on",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._see",
        "not (reader.reads_rubric if rubric else reader.reads_answers)",
        "not reader.reads_answers",
        "the reviews of an open answer show the rubric to who has not answered",
    ),
    Mutant(
        f"{SERVICE}::ReviewsService._changed",
        "        await answer_lifecycle.show_state(tx, answer)\n",
        "",
        "the counts below an answer never change in the room",
    ),
)

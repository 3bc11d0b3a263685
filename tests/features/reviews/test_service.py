"""What is refused, what is paid, and what is read of reviews and votes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.features.answers.store import Answer
from bot.features.drops import queries as drops
from bot.features.drops.store import Drop
from bot.features.reviews import replies
from bot.features.reviews.outcomes import (
    AllReviews,
    Closed,
    NoReview,
    NothingLeft,
    NotThere,
    Own,
    Reviewer,
    ReviewForm,
    Rewritten,
    Saved,
    Stays,
    TakenBack,
    ToDo,
    TooMuch,
    Unseen,
    Voted,
    Written,
)
from bot.features.scores.service import ScoresService
from tests.features.drops.house import GUILD
from tests.features.reviews.desk import TEXT, Desk, ask

ADA, BEN, CEM, DIA = 1, 2, 3, 4
NOTHING = Written(frozenset(), "", "", None)


async def room(desk: Desk, mode: str = "open", reviewers: Sequence[int] = ()) -> tuple[Drop, Answer, Answer]:
    """Ask a question that Ada and Ben answer, and those who are to review: nobody else may."""
    drop = await ask(desk, mode)
    ada, ben, *_ = [await desk.write(drop.id, user_id) for user_id in (ADA, BEN, *reviewers)]
    return await desk.drop(drop.id), ada, ben


async def every_act(desk: Desk, user_id: int, answer_id: int, guild_id: int = GUILD) -> list[object]:
    """Try to do everything with an answer."""
    reviews = desk.reviews
    return [
        await reviews.form(guild_id, answer_id, user_id),
        await reviews.review(guild_id, answer_id, Reviewer(user_id, "x"), NOTHING),
        await reviews.vote(guild_id, answer_id, user_id),
        await reviews.read(guild_id, answer_id, user_id),
    ]


async def test_own_answers_are_left_to_others(desk: Desk) -> None:
    drop, ada, _ = await room(desk)
    form, review, vote, read = await every_act(desk, ADA, ada.id)
    assert form == review == vote == Own(drop)
    assert isinstance(read, AllReviews)
    assert read.own
    assert await desk.reviews.withdraw(GUILD, ada.id, ADA) == NoReview()


async def test_what_is_withdrawn_hidden_forged_or_elsewhere_is_not_there(desk: Desk) -> None:
    _, ada, ben = await room(desk, reviewers=[CEM])
    assert set(await every_act(desk, CEM, 999)) == {NotThere()}
    assert set(await every_act(desk, CEM, ada.id, guild_id=GUILD + 1)) == {NotThere()}
    assert await desk.reviews.withdraw(GUILD + 1, ada.id, CEM) == NotThere()
    assert await desk.reviews.another(GUILD + 1, ada.drop_id, CEM) == NotThere()
    assert await desk.reviews.another(GUILD, 999, CEM) == NotThere()
    await desk.withdraw_answer(ADA, ada.id)
    assert set(await every_act(desk, CEM, ada.id)) == {NotThere()}
    await desk.hide(ben.id, hidden=True)
    assert set(await every_act(desk, CEM, ben.id)) == {NotThere()}
    assert isinstance(await desk.reviews.another(GUILD, ada.drop_id, CEM), NothingLeft)
    assert not await desk.rows("SELECT * FROM reviews")
    assert not await desk.rows("SELECT * FROM votes")


async def test_in_the_open_answers_are_read_and_voted_for_by_all_and_reviewed_by_those_who_answered(
    desk: Desk,
) -> None:
    drop, ada, _ = await room(desk)
    form, review, vote, read = await every_act(desk, CEM, ada.id)
    assert form == review == read == Unseen(drop), "they show the points of a good answer"
    assert isinstance(vote, Voted)
    assert await desk.reviews.another(GUILD, drop.id, CEM) == Unseen(drop)
    assert not await desk.rows("SELECT * FROM reviews")
    mine = await desk.write(drop.id, CEM)
    assert isinstance(await desk.review(CEM, ada.id, 0), Saved)
    await desk.withdraw_answer(CEM, mine.id)
    assert await desk.review(CEM, ada.id, 1) == Unseen(await desk.drop(drop.id))
    assert isinstance(await desk.withdraw_review(CEM, ada.id), TakenBack), "one's own can be taken back"
    await desk.reveal_now(drop.id)
    assert isinstance(await desk.review(DIA, ada.id, 0), Saved)


async def test_hidden_answers_are_for_those_who_have_answered(desk: Desk) -> None:
    drop, ada, ben = await room(desk, "blind")
    assert set(await every_act(desk, CEM, ada.id)) == {Unseen(drop)}
    assert await desk.reviews.another(GUILD, drop.id, CEM) == Unseen(drop)
    assert await desk.reviews.to_do(GUILD, CEM) == []
    assert await desk.reviews.to_do(GUILD, BEN) != []
    assert isinstance(await desk.review(BEN, ada.id), Saved)
    await desk.withdraw_answer(BEN, ben.id)
    drop = await desk.drop(drop.id)
    assert set(await every_act(desk, BEN, ada.id)) == {Unseen(drop)}
    assert isinstance(await desk.withdraw_review(BEN, ada.id), TakenBack), "one's own can be taken back"
    await desk.reveal_now(drop.id)
    assert isinstance(await desk.review(CEM, ada.id), Saved)


async def test_reviews_end_a_day_after_the_reveal_and_votes_do_not(desk: Desk) -> None:
    drop, ada, ben = await room(desk, reviewers=[CEM])
    await desk.review(CEM, ada.id, 0)
    await desk.reveal_now(drop.id)
    desk.clock.shift(timedelta(hours=23, minutes=57))
    assert isinstance(await desk.review(DIA, ada.id, 0), Saved)
    assert isinstance(await desk.withdraw_review(DIA, ada.id), TakenBack)
    drop = await desk.drop(drop.id)
    assert await desk.review(DIA, ben.id) == Closed(drop)
    assert await desk.reviews.form(GUILD, ada.id, CEM) == Closed(drop)
    assert await desk.reviews.another(GUILD, drop.id, CEM) == Closed(drop)
    assert await desk.reviews.to_do(GUILD, CEM) == []
    voted = await desk.vote(CEM, ben.id)
    assert isinstance(voted, Voted)
    before = await desk.all_points()
    drop = await desk.drop(drop.id)
    assert await desk.withdraw_review(CEM, ada.id) == Stays(drop)
    assert await desk.all_points() == before
    assert await desk.withdraw_review(DIA, ada.id) == NoReview()


async def test_a_form_for_a_text_that_was_replaced_is_refused(desk: Desk) -> None:
    drop, ada, _ = await room(desk, reviewers=[CEM, DIA])
    await desk.review(CEM, ada.id, 0, 1)
    form = await desk.reviews.form(GUILD, ada.id, DIA)
    assert isinstance(form, ReviewForm)
    ticks = replies.reply(form).fields[0].key
    assert replies.read_form({ticks: frozenset()}, {}).text_at == ada.created_at
    await desk.vote(CEM, ada.id)
    await desk.withdraw_answer(ADA, ada.id)
    rewritten = await desk.write(drop.id, ADA, "Another text: " + TEXT)
    late = replies.read_form({ticks: frozenset({1})}, {"praise": "good"})
    outcome = await desk.reviews.review(GUILD, ada.id, Reviewer(DIA, "dia"), late)
    assert outcome == Rewritten(await desk.answer(rewritten.id))
    read = await desk.reviews.read(GUILD, ada.id, DIA)
    assert isinstance(read, AllReviews)
    assert (read.reviews, read.judged.reviews, read.judged.votes) == ((), 0, 0), "they meant another text"
    again = await desk.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(again, ReviewForm)
    assert again.mine is None
    assert (await desk.all_points())[CEM] == 10 + 3, "whoever reviewed the first text keeps the pay"


async def test_a_review_is_edited_withdrawn_and_written_again_in_one_row(desk: Desk) -> None:
    _, ada, _ = await room(desk, reviewers=[CEM])
    first = await desk.review(CEM, ada.id, 0, 1, 77, praise=" Numbers\nfirst ", advice="")
    assert isinstance(first, Saved)
    assert (first.review.ticks, first.review.praise, first.review.advice) == ({0, 1}, "Numbers first", None)
    assert (first.change, first.paid, first.edited, first.left) == (3, True, False, 1)
    second = await desk.review(CEM, ada.id, 2)
    assert isinstance(second, Saved)
    assert (second.change, second.paid, second.edited) == (0, True, True)
    assert second.review.created_at == first.review.created_at
    assert await desk.all_points() == {ADA: 12, BEN: 10, CEM: 13}
    await desk.withdraw_review(CEM, ada.id)
    assert await desk.all_points() == {ADA: 10, BEN: 10, CEM: 10}
    assert await desk.withdraw_review(CEM, ada.id) == NoReview()
    third = await desk.review(CEM, ada.id)
    assert isinstance(third, Saved)
    assert (third.change, third.edited) == (3, False)
    assert len(await desk.rows("SELECT id FROM reviews")) == 1
    too_much = await desk.review(CEM, ada.id, praise="x" * 301)
    assert isinstance(too_much, TooMuch)


async def test_each_reason_can_be_read(desk: Desk) -> None:
    drop, ada, ben = await room(desk, reviewers=[CEM, DIA])
    rubric = (await _rubric(desk, drop))[0]
    await desk.review(DIA, ada.id, 0)
    await desk.vote(DIA, ada.id)
    await desk.reveal_now(drop.id)
    await desk.withdraw_review(DIA, ada.id)
    await desk.vote(DIA, ada.id)
    await desk.withdraw_answer(BEN, ben.id)
    title = (await _title(desk, drop)).replace("'", "''")
    name = f"question 1, {title}"
    entries = await desk.rows("SELECT user_id, points, reason FROM ledger WHERE act != 'answer' ORDER BY id")
    assert entries == [
        (ADA, 2, f"reviewers confirmed '{rubric}'"),
        (DIA, 3, f"reviewed an answer to {name}"),
        (ADA, 1, f"upvotes for the answer to {name}: 1 now"),
        (ADA, 10, f"the best answer to {name}"),
        (ADA, -2, f"no longer confirmed: '{rubric}'"),
        (DIA, -3, f"withdrew the review of an answer to {name}"),
        (ADA, -1, f"upvotes for the answer to {name}: 0 now"),
        (ADA, -10, f"no longer the best answer to {name}"),
    ]
    answers = await desk.rows("SELECT user_id, points, reason FROM ledger WHERE act = 'answer' ORDER BY id")
    assert answers[-1] == (BEN, -10, f"no longer an answer to {name}")


async def _rubric(desk: Desk, drop: Drop) -> tuple[str, ...]:
    async with desk.db.reading() as tx:
        return (await drops.question_of(tx, desk.bank, drop)).content.rubric


async def _title(desk: Desk, drop: Drop) -> str:
    async with desk.db.reading() as tx:
        return await drops.title_of(tx, desk.bank, drop)


async def test_ten_votes_are_paid_and_all_are_counted(desk: Desk) -> None:
    _, ada, _ = await room(desk)
    for user_id in range(10, 22):
        outcome = await desk.vote(user_id, ada.id)
    assert isinstance(outcome, Voted)
    assert outcome.votes == 12
    assert (await desk.all_points())[ADA] == 20
    await desk.vote(10, ada.id)
    assert (await desk.all_points())[ADA] == 20
    await desk.vote(11, ada.id)
    await desk.vote(12, ada.id)
    assert (await desk.all_points())[ADA] == 19


async def test_five_reviews_of_a_local_day_are_paid(desk: Desk) -> None:
    drop = await ask(desk)
    await desk.write(drop.id, CEM)
    answers = [await desk.write(drop.id, user_id) for user_id in range(10, 17)]
    saved = [await desk.review(CEM, answer.id, 0) for answer in answers]
    assert [isinstance(one, Saved) and one.paid for one in saved] == [True] * 5 + [False] * 2
    assert (await desk.all_points())[CEM] == 10 + 15
    await desk.withdraw_review(CEM, answers[0].id)
    assert (await desk.all_points())[CEM] == 10 + 15, "the sixth takes its place"
    desk.clock.shift(timedelta(hours=16))  # past midnight in the server's zone
    await desk.review(CEM, answers[0].id, 0)
    assert (await desk.all_points())[CEM] == 10 + 15, "a review keeps its day"


async def test_two_reviews_at_the_same_moment_both_stand(desk: Desk) -> None:
    _, ada, _ = await room(desk, reviewers=[CEM, DIA])

    async def review(user_id: int) -> object:
        written = Written(frozenset({0}), "", "", None)
        return await desk.reviews.review(GUILD, ada.id, Reviewer(user_id, "x"), written)

    outcomes = await asyncio.gather(
        review(CEM), review(DIA), review(CEM), desk.reviews.vote(GUILD, ada.id, 9)
    )
    assert all(isinstance(one, Saved | Voted) for one in outcomes)
    assert len(await desk.rows("SELECT * FROM reviews")) == 2
    assert await desk.all_points() == {ADA: 13, BEN: 10, CEM: 13, DIA: 13}


@pytest.mark.parametrize("first", ["yes", "no"])
async def test_a_promise_not_to_be_named_is_kept(desk: Desk, first: str) -> None:
    _, ada, _ = await room(desk, reviewers=[CEM])
    await desk.reviews.set_anonymous(GUILD, anonymous=first == "yes")
    await desk.review(CEM, ada.id, 0)
    await desk.reviews.set_anonymous(GUILD, anonymous=first == "no")
    await desk.review(CEM, ada.id, 1)
    read = await desk.reviews.read(GUILD, ada.id, ADA)
    assert isinstance(read, AllReviews)
    shown = str([embed.to_dict() for embed in replies.reply(read).embeds])
    assert "A reviewer ticked 2." in shown
    assert f"p{CEM}" not in shown


@pytest.mark.parametrize("before", [False, True], ids=["first", "changed"])
async def test_a_form_that_promised_not_to_name_keeps_it_when_names_are_shown_meanwhile(
    desk: Desk, *, before: bool
) -> None:
    _, ada, _ = await room(desk, reviewers=[CEM, DIA])
    if before:
        await desk.review(CEM, ada.id, 1)
    await desk.reviews.set_anonymous(GUILD, anonymous=True)
    opened = await desk.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(opened, ReviewForm)
    form = replies.reply(opened)
    await desk.reviews.set_anonymous(GUILD, anonymous=False)
    sent = replies.read_form({form.fields[0].key: frozenset({0})}, {})
    assert sent.text_at == ada.created_at, "it still remembers which text it shows"
    saved = await desk.reviews.review(GUILD, ada.id, Reviewer(CEM, f"p{CEM}"), sent)
    assert isinstance(saved, Saved)
    assert saved.review.anonymous
    named = await desk.review(DIA, ada.id, 0)
    assert isinstance(named, Saved)
    assert not named.review.anonymous, "who was promised nothing is named"


async def test_no_forged_form_names_somebody_who_is_not_to_be_named(desk: Desk) -> None:
    _, ada, _ = await room(desk, reviewers=[CEM])
    opened = await desk.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(opened, ReviewForm)
    key = replies.reply(opened).fields[0].key
    await desk.reviews.set_anonymous(GUILD, anonymous=True)
    for forged in (key, f"{key}-named", "ticks-", ""):
        sent = replies.read_form({forged: frozenset({0})}, {})
        saved = await desk.reviews.review(GUILD, ada.id, Reviewer(CEM, "x"), sent)
        assert isinstance(saved, Saved)
        assert saved.review.anonymous


async def test_a_review_says_what_it_brought_itself_and_what_else_it_moved(desk: Desk) -> None:
    drop, ada, ben = await room(desk, reviewers=[CEM])
    await desk.vote(BEN, ada.id)
    await desk.reveal_now(drop.id)
    assert (await desk.all_points())[ADA] == 10 + 1 + 10
    moved = await desk.review(ADA, ben.id, 0)
    assert isinstance(moved, Saved)
    assert (moved.change, moved.besides) == (3, -10), "Ben's answer is the best now"
    said = replies.reply(moved).content
    assert "**3 points** for you. Your own answer and your other reviews now bring 10 points less." in said
    edited = await desk.review(ADA, ben.id)
    assert isinstance(edited, Saved)
    assert (edited.change, edited.besides, edited.paid) == (0, 10, True)
    assert "You keep the 3 points for it. Your own answer" in replies.reply(edited).content
    await desk.review(ADA, ben.id, 0)
    taken = await desk.withdraw_review(ADA, ben.id)
    assert isinstance(taken, TakenBack)
    assert (taken.change, taken.besides) == (-3, 10)
    said = replies.reply(taken).content
    assert "3 points taken back. Your own answer and your other reviews now bring 10 points more." in said


async def test_the_sixth_review_that_is_paid_in_its_place_is_told_apart(desk: Desk) -> None:
    drop = await ask(desk)
    await desk.write(drop.id, CEM)
    answers = [await desk.write(drop.id, user_id) for user_id in range(10, 16)]
    for answer in answers:
        await desk.review(CEM, answer.id, 0)
    taken = await desk.withdraw_review(CEM, answers[0].id)
    assert isinstance(taken, TakenBack)
    assert (taken.change, taken.besides) == (-3, 3)


async def test_to_do_counts_what_is_left_until_all_is_done(desk: Desk) -> None:
    drop, ada, ben = await room(desk)
    assert await desk.reviews.to_do(GUILD, CEM) == [], "who has not answered cannot review yet"
    await desk.write(drop.id, CEM)
    assert await desk.reviews.to_do(GUILD, CEM) == [ToDo(await desk.drop(drop.id), 2)]
    assert [one.left for one in await desk.reviews.to_do(GUILD, ADA)] == [2]
    await desk.review(CEM, ada.id)
    await desk.review(CEM, ben.id)
    assert await desk.reviews.to_do(GUILD, CEM) == []
    await desk.reveal_now(drop.id)
    assert [one.left for one in await desk.reviews.to_do(GUILD, DIA)] == [3]


async def test_totals_can_be_rebuilt(desk: Desk) -> None:
    drop, ada, _ = await room(desk, reviewers=[CEM])
    await desk.review(CEM, ada.id, 0, 1)
    await desk.reveal_now(drop.id)
    before = await desk.all_points()
    await ScoresService(desk.db).rebuild()
    assert await desk.all_points() == before


async def test_with_three_reviews_the_far_one_is_unpaid_until_one_goes(desk: Desk) -> None:
    _, ada, _ = await room(desk, reviewers=[5, 6, 7])
    far = await desk.review(5, ada.id)
    assert isinstance(far, Saved)
    await desk.review(6, ada.id, 0, 1, 2)
    assert (await desk.all_points())[5] == 10 + 3
    await desk.review(7, ada.id, 0, 1)
    assert await desk.all_points() == {ADA: 14, BEN: 10, 5: 10, 6: 13, 7: 13}
    reasons = await desk.rows("SELECT reason FROM ledger WHERE user_id = 5 ORDER BY id DESC LIMIT 1")
    assert "far from what the other reviewers ticked" in reasons[0][0]
    await desk.withdraw_review(6, ada.id)
    assert await desk.all_points() == {ADA: 10, BEN: 10, 5: 13, 6: 10, 7: 13}
    await desk.review(5, ada.id, 1)
    await desk.review(6, ada.id, 0, 1)
    assert await desk.all_points() == {ADA: 14, BEN: 10, 5: 13, 6: 13, 7: 13}


async def test_late_answers_are_reviewed_without_points(desk: Desk) -> None:
    drop, _, _ = await room(desk)
    await desk.reveal_now(drop.id)
    late = await desk.write(drop.id, CEM)
    saved = await desk.review(DIA, late.id, 0, 1)
    assert isinstance(saved, Saved)
    assert saved.judged.confirmed == {0, 1}
    await desk.vote(DIA, late.id)
    assert await desk.all_points() == {ADA: 10, BEN: 10, DIA: 3}

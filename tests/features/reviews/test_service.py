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
from tests.features.reviews.services import TEXT, ReviewServices, ask
from tests.features.services import GUILD

ADA, BEN, CEM, DIA = 1, 2, 3, 4
NOTHING = Written(frozenset(), "", "", None)


async def room(
    services: ReviewServices, mode: str = "open", reviewers: Sequence[int] = ()
) -> tuple[Drop, Answer, Answer]:
    """Ask a question that Ada and Ben answer, and those who are to review: nobody else may."""
    drop = await ask(services, mode)
    ada, ben, *_ = [await services.write(drop.id, user_id) for user_id in (ADA, BEN, *reviewers)]
    return await services.drop(drop.id), ada, ben


async def every_act(
    services: ReviewServices, user_id: int, answer_id: int, guild_id: int = GUILD
) -> list[object]:
    """Try to do everything with an answer."""
    reviews = services.reviews
    return [
        await reviews.form(guild_id, answer_id, user_id),
        await reviews.review(guild_id, answer_id, Reviewer(user_id, "x"), NOTHING),
        await reviews.vote(guild_id, answer_id, user_id),
        await reviews.read(guild_id, answer_id, user_id),
    ]


async def test_own_answers_are_left_to_others(services: ReviewServices) -> None:
    drop, ada, _ = await room(services)
    form, review, vote, read = await every_act(services, ADA, ada.id)
    assert form == review == vote == Own(drop)
    assert isinstance(read, AllReviews)
    assert read.own
    assert await services.reviews.withdraw(GUILD, ada.id, ADA) == NoReview()


async def test_with_its_channel_deleted_answers_are_those_of_who_answered(services: ReviewServices) -> None:
    """An old button, or a forged one, shows nobody more than their past questions do."""
    drop, ada, _ = await room(services)

    def gone(_: int) -> bool | None:
        return None

    reviews = services.reviews
    for act in (
        await reviews.form(GUILD, ada.id, CEM, gone),
        await reviews.review(GUILD, ada.id, Reviewer(CEM, "x"), NOTHING, gone),
        await reviews.vote(GUILD, ada.id, CEM, gone),
        await reviews.read(GUILD, ada.id, CEM, gone),
        await reviews.another(GUILD, drop.id, CEM, gone),
    ):
        assert act == NotThere()
    await services.reveal_now(drop.id)
    assert await reviews.to_do(GUILD, CEM, gone) == []
    assert isinstance(await reviews.form(GUILD, ada.id, BEN, gone), ReviewForm)
    assert [one.drop.id for one in await reviews.to_do(GUILD, BEN, gone)] == [drop.id]


async def test_what_is_withdrawn_hidden_forged_or_elsewhere_is_not_there(services: ReviewServices) -> None:
    _, ada, ben = await room(services, reviewers=[CEM])
    assert set(await every_act(services, CEM, 999)) == {NotThere()}
    assert set(await every_act(services, CEM, ada.id, guild_id=GUILD + 1)) == {NotThere()}
    assert await services.reviews.withdraw(GUILD + 1, ada.id, CEM) == NotThere()
    assert await services.reviews.another(GUILD + 1, ada.drop_id, CEM) == NotThere()
    assert await services.reviews.another(GUILD, 999, CEM) == NotThere()
    await services.withdraw_answer(ADA, ada.id)
    assert set(await every_act(services, CEM, ada.id)) == {NotThere()}
    await services.hide(ben.id, hidden=True)
    assert set(await every_act(services, CEM, ben.id)) == {NotThere()}
    assert isinstance(await services.reviews.another(GUILD, ada.drop_id, CEM), NothingLeft)
    assert not await services.rows("SELECT * FROM reviews")
    assert not await services.rows("SELECT * FROM votes")


async def test_in_the_open_answers_are_read_and_voted_for_by_all_and_reviewed_by_those_who_answered(
    services: ReviewServices,
) -> None:
    drop, ada, _ = await room(services)
    form, review, vote, read = await every_act(services, CEM, ada.id)
    assert form == review == read == Unseen(drop), "they show the points of a good answer"
    assert isinstance(vote, Voted)
    assert await services.reviews.another(GUILD, drop.id, CEM) == Unseen(drop)
    assert not await services.rows("SELECT * FROM reviews")
    mine = await services.write(drop.id, CEM)
    assert isinstance(await services.review(CEM, ada.id, 0), Saved)
    await services.withdraw_answer(CEM, mine.id)
    assert await services.review(CEM, ada.id, 1) == Unseen(await services.drop(drop.id))
    assert isinstance(await services.withdraw_review(CEM, ada.id), TakenBack), "one's own can be taken back"
    await services.reveal_now(drop.id)
    assert isinstance(await services.review(DIA, ada.id, 0), Saved)


async def test_hidden_answers_are_for_those_who_have_answered(services: ReviewServices) -> None:
    drop, ada, ben = await room(services, "blind")
    assert set(await every_act(services, CEM, ada.id)) == {Unseen(drop)}
    assert await services.reviews.another(GUILD, drop.id, CEM) == Unseen(drop)
    assert await services.reviews.to_do(GUILD, CEM) == []
    assert await services.reviews.to_do(GUILD, BEN) != []
    assert isinstance(await services.review(BEN, ada.id), Saved)
    await services.withdraw_answer(BEN, ben.id)
    drop = await services.drop(drop.id)
    assert set(await every_act(services, BEN, ada.id)) == {Unseen(drop)}
    assert isinstance(await services.withdraw_review(BEN, ada.id), TakenBack), "one's own can be taken back"
    await services.reveal_now(drop.id)
    assert isinstance(await services.review(CEM, ada.id), Saved)


async def test_reviews_end_a_day_after_the_reveal_and_votes_do_not(services: ReviewServices) -> None:
    drop, ada, ben = await room(services, reviewers=[CEM])
    await services.review(CEM, ada.id, 0)
    await services.reveal_now(drop.id)
    services.clock.shift(timedelta(hours=23, minutes=57))
    assert isinstance(await services.review(DIA, ada.id, 0), Saved)
    assert isinstance(await services.withdraw_review(DIA, ada.id), TakenBack)
    drop = await services.drop(drop.id)
    assert await services.review(DIA, ben.id) == Closed(drop)
    assert await services.reviews.form(GUILD, ada.id, CEM) == Closed(drop)
    assert await services.reviews.another(GUILD, drop.id, CEM) == Closed(drop)
    assert await services.reviews.to_do(GUILD, CEM) == []
    voted = await services.vote(CEM, ben.id)
    assert isinstance(voted, Voted)
    before = await services.all_points()
    drop = await services.drop(drop.id)
    assert await services.withdraw_review(CEM, ada.id) == Stays(drop)
    assert await services.all_points() == before
    assert await services.withdraw_review(DIA, ada.id) == NoReview()


async def test_a_form_for_a_text_that_was_replaced_is_refused(services: ReviewServices) -> None:
    drop, ada, _ = await room(services, reviewers=[CEM, DIA])
    await services.review(CEM, ada.id, 0, 1)
    form = await services.reviews.form(GUILD, ada.id, DIA)
    assert isinstance(form, ReviewForm)
    ticks = replies.reply(form).fields[0].key
    assert replies.read_form({ticks: frozenset()}, {}).text_at == ada.created_at
    await services.vote(CEM, ada.id)
    await services.withdraw_answer(ADA, ada.id)
    rewritten = await services.write(drop.id, ADA, "Another text: " + TEXT)
    late = replies.read_form({ticks: frozenset({1})}, {"praise": "good"})
    outcome = await services.reviews.review(GUILD, ada.id, Reviewer(DIA, "dia"), late)
    assert outcome == Rewritten(await services.answer(rewritten.id))
    read = await services.reviews.read(GUILD, ada.id, DIA)
    assert isinstance(read, AllReviews)
    assert (read.reviews, read.judged.reviews, read.judged.votes) == ((), 0, 0), "they meant another text"
    again = await services.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(again, ReviewForm)
    assert again.mine is None
    assert (await services.all_points())[CEM] == 10 + 3, "whoever reviewed the first text keeps the pay"


async def test_a_review_is_edited_withdrawn_and_written_again_in_one_row(services: ReviewServices) -> None:
    _, ada, _ = await room(services, reviewers=[CEM])
    first = await services.review(CEM, ada.id, 0, 1, 77, praise=" Numbers\nfirst ", advice="")
    assert isinstance(first, Saved)
    assert (first.review.ticks, first.review.praise, first.review.advice) == ({0, 1}, "Numbers first", None)
    assert (first.change, first.paid, first.edited, first.left) == (3, True, False, 1)
    second = await services.review(CEM, ada.id, 2)
    assert isinstance(second, Saved)
    assert (second.change, second.paid, second.edited) == (0, True, True)
    assert second.review.created_at == first.review.created_at
    assert await services.all_points() == {ADA: 12, BEN: 10, CEM: 13}
    await services.withdraw_review(CEM, ada.id)
    assert await services.all_points() == {ADA: 10, BEN: 10, CEM: 10}
    assert await services.withdraw_review(CEM, ada.id) == NoReview()
    third = await services.review(CEM, ada.id)
    assert isinstance(third, Saved)
    assert (third.change, third.edited) == (3, False)
    assert len(await services.rows("SELECT id FROM reviews")) == 1
    too_much = await services.review(CEM, ada.id, praise="x" * 301)
    assert isinstance(too_much, TooMuch)


async def test_each_reason_can_be_read(services: ReviewServices) -> None:
    drop, ada, ben = await room(services, reviewers=[CEM, DIA])
    rubric = (await _rubric(services, drop))[0]
    await services.review(DIA, ada.id, 0)
    await services.vote(DIA, ada.id)
    await services.reveal_now(drop.id)
    await services.withdraw_review(DIA, ada.id)
    await services.vote(DIA, ada.id)
    await services.withdraw_answer(BEN, ben.id)
    title = (await _title(services, drop)).replace("'", "''")
    name = f"question 1, {title}"
    entries = await services.rows(
        "SELECT user_id, points, reason FROM ledger WHERE act != 'answer' ORDER BY id"
    )
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
    answers = await services.rows(
        "SELECT user_id, points, reason FROM ledger WHERE act = 'answer' ORDER BY id"
    )
    assert answers[-1] == (BEN, -10, f"no longer an answer to {name}")


async def _rubric(services: ReviewServices, drop: Drop) -> tuple[str, ...]:
    async with services.db.reading() as tx:
        return (await drops.question_of(tx, services.bank, drop)).content.rubric


async def _title(services: ReviewServices, drop: Drop) -> str:
    async with services.db.reading() as tx:
        return await drops.title_of(tx, services.bank, drop)


async def test_ten_votes_are_paid_and_all_are_counted(services: ReviewServices) -> None:
    _, ada, _ = await room(services)
    for user_id in range(10, 22):
        outcome = await services.vote(user_id, ada.id)
    assert isinstance(outcome, Voted)
    assert outcome.votes == 12
    assert (await services.all_points())[ADA] == 20
    await services.vote(10, ada.id)
    assert (await services.all_points())[ADA] == 20
    await services.vote(11, ada.id)
    await services.vote(12, ada.id)
    assert (await services.all_points())[ADA] == 19


async def test_five_reviews_of_a_local_day_are_paid(services: ReviewServices) -> None:
    drop = await ask(services)
    await services.write(drop.id, CEM)
    answers = [await services.write(drop.id, user_id) for user_id in range(10, 17)]
    saved = [await services.review(CEM, answer.id, 0) for answer in answers]
    assert [isinstance(one, Saved) and one.paid for one in saved] == [True] * 5 + [False] * 2
    assert (await services.all_points())[CEM] == 10 + 15
    await services.withdraw_review(CEM, answers[0].id)
    assert (await services.all_points())[CEM] == 10 + 15, "the sixth takes its place"
    services.clock.shift(timedelta(hours=16))  # past midnight in the server's zone
    await services.review(CEM, answers[0].id, 0)
    assert (await services.all_points())[CEM] == 10 + 15, "a review keeps its day"


async def test_two_reviews_at_the_same_moment_both_stand(services: ReviewServices) -> None:
    _, ada, _ = await room(services, reviewers=[CEM, DIA])

    async def review(user_id: int) -> object:
        written = Written(frozenset({0}), "", "", None)
        return await services.reviews.review(GUILD, ada.id, Reviewer(user_id, "x"), written)

    outcomes = await asyncio.gather(
        review(CEM), review(DIA), review(CEM), services.reviews.vote(GUILD, ada.id, 9)
    )
    assert all(isinstance(one, Saved | Voted) for one in outcomes)
    assert len(await services.rows("SELECT * FROM reviews")) == 2
    assert await services.all_points() == {ADA: 13, BEN: 10, CEM: 13, DIA: 13}


@pytest.mark.parametrize("first", ["yes", "no"])
async def test_a_promise_not_to_be_named_is_kept(services: ReviewServices, first: str) -> None:
    _, ada, _ = await room(services, reviewers=[CEM])
    await services.reviews.set_anonymous(GUILD, anonymous=first == "yes")
    await services.review(CEM, ada.id, 0)
    await services.reviews.set_anonymous(GUILD, anonymous=first == "no")
    await services.review(CEM, ada.id, 1)
    read = await services.reviews.read(GUILD, ada.id, ADA)
    assert isinstance(read, AllReviews)
    shown = str([embed.to_dict() for embed in replies.reply(read).embeds])
    assert "A reviewer ticked 2." in shown
    assert f"p{CEM}" not in shown


@pytest.mark.parametrize("before", [False, True], ids=["first", "changed"])
async def test_a_form_that_promised_not_to_name_keeps_it_when_names_are_shown_meanwhile(
    services: ReviewServices, *, before: bool
) -> None:
    _, ada, _ = await room(services, reviewers=[CEM, DIA])
    if before:
        await services.review(CEM, ada.id, 1)
    await services.reviews.set_anonymous(GUILD, anonymous=True)
    opened = await services.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(opened, ReviewForm)
    form = replies.reply(opened)
    await services.reviews.set_anonymous(GUILD, anonymous=False)
    sent = replies.read_form({form.fields[0].key: frozenset({0})}, {})
    assert sent.text_at == ada.created_at, "it still remembers which text it shows"
    saved = await services.reviews.review(GUILD, ada.id, Reviewer(CEM, f"p{CEM}"), sent)
    assert isinstance(saved, Saved)
    assert saved.review.anonymous
    named = await services.review(DIA, ada.id, 0)
    assert isinstance(named, Saved)
    assert not named.review.anonymous, "who was promised nothing is named"


async def test_no_forged_form_names_somebody_who_is_not_to_be_named(services: ReviewServices) -> None:
    _, ada, _ = await room(services, reviewers=[CEM])
    opened = await services.reviews.form(GUILD, ada.id, CEM)
    assert isinstance(opened, ReviewForm)
    key = replies.reply(opened).fields[0].key
    await services.reviews.set_anonymous(GUILD, anonymous=True)
    for forged in (key, f"{key}-named", "ticks-", ""):
        sent = replies.read_form({forged: frozenset({0})}, {})
        saved = await services.reviews.review(GUILD, ada.id, Reviewer(CEM, "x"), sent)
        assert isinstance(saved, Saved)
        assert saved.review.anonymous


async def test_a_review_says_what_it_brought_itself_and_what_else_it_moved(services: ReviewServices) -> None:
    drop, ada, ben = await room(services, reviewers=[CEM])
    await services.vote(BEN, ada.id)
    await services.reveal_now(drop.id)
    assert (await services.all_points())[ADA] == 10 + 1 + 10
    moved = await services.review(ADA, ben.id, 0)
    assert isinstance(moved, Saved)
    assert (moved.change, moved.besides) == (3, -10), "Ben's answer is the best now"
    said = replies.reply(moved).content
    assert "**3 points** for you. Your own answer and your other reviews now bring 10 points less." in said
    edited = await services.review(ADA, ben.id)
    assert isinstance(edited, Saved)
    assert (edited.change, edited.besides, edited.paid) == (0, 10, True)
    assert "You keep the 3 points for it. Your own answer" in replies.reply(edited).content
    await services.review(ADA, ben.id, 0)
    taken = await services.withdraw_review(ADA, ben.id)
    assert isinstance(taken, TakenBack)
    assert (taken.change, taken.besides) == (-3, 10)
    said = replies.reply(taken).content
    assert "3 points taken back. Your own answer and your other reviews now bring 10 points more." in said


async def test_the_sixth_review_that_is_paid_in_its_place_is_told_apart(services: ReviewServices) -> None:
    drop = await ask(services)
    await services.write(drop.id, CEM)
    answers = [await services.write(drop.id, user_id) for user_id in range(10, 16)]
    for answer in answers:
        await services.review(CEM, answer.id, 0)
    taken = await services.withdraw_review(CEM, answers[0].id)
    assert isinstance(taken, TakenBack)
    assert (taken.change, taken.besides) == (-3, 3)


async def test_to_do_counts_what_is_left_until_all_is_done(services: ReviewServices) -> None:
    drop, ada, ben = await room(services)
    assert await services.reviews.to_do(GUILD, CEM) == [], "who has not answered cannot review yet"
    await services.write(drop.id, CEM)
    assert await services.reviews.to_do(GUILD, CEM) == [ToDo(await services.drop(drop.id), 2)]
    assert [one.left for one in await services.reviews.to_do(GUILD, ADA)] == [2]
    await services.review(CEM, ada.id)
    await services.review(CEM, ben.id)
    assert await services.reviews.to_do(GUILD, CEM) == []
    await services.reveal_now(drop.id)
    assert [one.left for one in await services.reviews.to_do(GUILD, DIA)] == [3]


async def test_totals_can_be_rebuilt(services: ReviewServices) -> None:
    drop, ada, _ = await room(services, reviewers=[CEM])
    await services.review(CEM, ada.id, 0, 1)
    await services.reveal_now(drop.id)
    before = await services.all_points()
    await ScoresService(services.db).rebuild()
    assert await services.all_points() == before


async def test_with_three_reviews_the_far_one_is_unpaid_until_one_goes(services: ReviewServices) -> None:
    _, ada, _ = await room(services, reviewers=[5, 6, 7])
    far = await services.review(5, ada.id)
    assert isinstance(far, Saved)
    await services.review(6, ada.id, 0, 1, 2)
    assert (await services.all_points())[5] == 10 + 3
    await services.review(7, ada.id, 0, 1)
    assert await services.all_points() == {ADA: 14, BEN: 10, 5: 10, 6: 13, 7: 13}
    reasons = await services.rows("SELECT reason FROM ledger WHERE user_id = 5 ORDER BY id DESC LIMIT 1")
    assert "far from what the other reviewers ticked" in reasons[0][0]
    await services.withdraw_review(6, ada.id)
    assert await services.all_points() == {ADA: 10, BEN: 10, 5: 13, 6: 10, 7: 13}
    await services.review(5, ada.id, 1)
    await services.review(6, ada.id, 0, 1)
    assert await services.all_points() == {ADA: 14, BEN: 10, 5: 13, 6: 13, 7: 13}


async def test_late_answers_are_reviewed_without_points(services: ReviewServices) -> None:
    drop, _, _ = await room(services)
    await services.reveal_now(drop.id)
    late = await services.write(drop.id, CEM)
    saved = await services.review(DIA, late.id, 0, 1)
    assert isinstance(saved, Saved)
    assert saved.judged.confirmed == {0, 1}
    await services.vote(DIA, late.id)
    assert await services.all_points() == {ADA: 10, BEN: 10, DIA: 3}

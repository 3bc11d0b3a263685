"""What is read about reviews: within Discord's limits and in plain words, whatever people write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.features.answers.rules import Judged
from bot.features.bank.service import BankQuestion
from bot.features.reviews import replies
from bot.features.reviews.outcomes import (
    AllReviews,
    Closed,
    Naming,
    NoReview,
    NothingLeft,
    NotThere,
    Own,
    ReviewForm,
    Rewritten,
    Saved,
    Stays,
    TakenBack,
    TooMuch,
    Unseen,
    Voted,
    Written,
)
from bot.features.reviews.store import StoredReview
from bot.ui.forms import Checks, TextField
from bot.ui.message import Message
from tests.features.answers.samples import NASTY_NAMES, answer, every_answer
from tests.features.drops.samples import NOW, SNOWFLAKE, asked, assert_fits, drop, longest, words_of
from tests.features.drops.test_messages import JARGON

LONG = "*" * 300
NOTHING = Judged(frozenset(), 1, 0)


def kept(number: int = 1, **changes: Any) -> StoredReview:
    usual: dict[str, Any] = {
        "id": number,
        "guild_id": SNOWFLAKE,
        "answer_id": SNOWFLAKE,
        "reviewer_id": SNOWFLAKE + number,
        "reviewer_name": "ben",
        "ticks": frozenset({0, 2}),
        "praise": None,
        "advice": None,
        "anonymous": False,
        "state": "live",
        "text_at": NOW,
        "local_date": "2026-01-05",
        "created_at": NOW + timedelta(minutes=number),
        "changed_at": NOW,
    }
    return StoredReview(**(usual | changes))


def saved(**changes: Any) -> Saved:
    usual: dict[str, Any] = {
        "drop": drop(),
        "question": longest(),
        "answer": answer(),
        "review": kept(),
        "judged": NOTHING,
        "change": 3,
        "besides": 0,
        "paid": True,
        "edited": False,
        "left": 2,
    }
    return Saved(**(usual | changes))


def all_reviews(*reviews: StoredReview, **changes: Any) -> AllReviews:
    usual: dict[str, Any] = {
        "judged": Judged(frozenset({0}), len(reviews), 0),
        "anonymous": False,
        "own": False,
    }
    return AllReviews(drop(), longest(), answer(), reviews=reviews, **(usual | changes))


REFUSALS = (
    NotThere(),
    Own(drop()),
    Unseen(drop()),
    Closed(drop()),
    Rewritten(answer()),
    TooMuch(answer(), 300),
    NoReview(),
    Stays(drop()),
    NothingLeft(drop(), any_answers=True),
    NothingLeft(drop(), any_answers=False),
)


def every_reply() -> list[Message | str]:
    crowd = [kept(n, praise=LONG, advice=LONG, reviewer_name="*" * 32) for n in range(40)]
    typed = Written(frozenset(), LONG, LONG, None)
    return [
        *(replies.reply(refusal) for refusal in REFUSALS),
        *(replies.reply(refusal, typed) for refusal in REFUSALS),
        replies.reply(saved()),
        replies.reply(saved(left=0, edited=True, change=0)),
        replies.reply(saved(judged=Judged(frozenset({1}), 4, 2), paid=False, change=-3)),
        replies.reply(saved(paid=False, change=0, besides=-10)),
        replies.reply(TakenBack(drop(), answer(), -3, 0)),
        replies.reply(TakenBack(drop(), answer(), 0, 10)),
        replies.reply(Voted(answer(), given=True, votes=1)),
        replies.reply(Voted(answer(), given=False, votes=0)),
        replies.reply(all_reviews()),
        replies.reply(all_reviews(own=True)),
        replies.reply(all_reviews(kept(ticks=frozenset()))),
        replies.reply(all_reviews(*crowd)),
        replies.reply(Naming(anonymous=True)),
        replies.reply(Naming(anonymous=False)),
    ]


@pytest.mark.parametrize("message", every_reply(), ids=range(len(every_reply())))
def test_every_reply_fits_and_speaks_plainly(message: Message | str) -> None:
    assert_fits(message)
    assert JARGON.search(words_of(message)) is None


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_names_the_next_step(refusal: Any) -> None:
    said = words_of(replies.reply(refusal))
    assert "**" in said or "`/today`" in said


@pytest.mark.parametrize("question", asked(), ids=lambda q: q.content.slug)
def test_every_question_makes_a_form_that_fits(question: BankQuestion) -> None:
    for shown in every_answer()[::3]:
        mine = kept(ticks=frozenset(range(len(question.content.rubric))), praise="x" * 300, advice="y" * 300)
        for said in (None, mine):
            form = replies.reply(ReviewForm(drop(number=12345), question, shown, said, anonymous=True))
            assert 1 <= len(form.title) <= 45
            assert len(form.fields) == 3
            assert len(form.intro) <= 4000
            points, *lines = form.fields
            assert isinstance(points, Checks)
            assert len(points.options) <= 10
            assert all(1 <= len(option) <= 100 for option in points.options)
            for field in (points, *lines):
                assert 1 <= len(field.label) <= 45
                assert len(field.description) <= 100
                assert len(field.key) <= 100
            assert all(isinstance(line, TextField) and len(line.value) <= 300 for line in lines)
            form.modal()


def test_a_reviewer_reads_what_was_added_marked_and_the_way_to_what_has_no_room() -> None:
    def intro(text: str, addition: str | None) -> str:
        shown = answer(text=text, addition=addition)
        return replies.reply(ReviewForm(drop(), longest(), shown, None, anonymous=False)).intro

    assert intro("First the load.", "Then the cache.").endswith(
        ">>> First the load.\n\n**Added later:** Then the cache."
    )
    assert "Added later" not in intro("First the load.", None)
    assert "longer than a form shows" not in intro("x" * 3500, None)
    long = intro("x" * 3500, "y" * 1500)
    assert "**Added later:** yyy" in long
    assert f"[all of it in the room](https://discord.com/channels/{SNOWFLAKE}/" in long
    assert long.count("y") > 1000
    assert long.count("x") > 2000


def test_the_form_opens_filled_in_and_says_whether_a_name_is_shown() -> None:
    mine = kept(ticks=frozenset({1}), praise="clear", advice="numbers")
    points, praise, advice = replies.reply(
        ReviewForm(drop(), longest(), answer(), mine, anonymous=False)
    ).fields
    assert isinstance(points, Checks)
    assert isinstance(praise, TextField)
    assert isinstance(advice, TextField)
    assert (points.ticked, praise.value, advice.value) == ({1}, "clear", "numbers")
    assert "with your name" in praise.description
    hidden = replies.reply(ReviewForm(drop(), longest(), answer(), None, anonymous=True))
    assert "without your name" in hidden.fields[1].description


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_nothing_that_was_written_can_format_or_ping(name: str) -> None:
    review = kept(reviewer_name=name, praise=name, advice=name)
    shown = words_of(replies.reply(all_reviews(review)))
    typed = words_of(replies.reply(NotThere(), Written(frozenset(), name, name, None)))
    for text in (shown, typed, replies.reply(Voted(answer(user_name=name), given=True, votes=1)).content):
        assert name not in text.replace(f"\\{name}", "")


def test_a_form_that_tells_nothing_is_an_empty_review() -> None:
    assert replies.read_form({}, {}) == Written(frozenset(), "", "", None)
    assert replies.read_form({"ticks-x": frozenset({1})}, {}) == Written(frozenset({1}), "", "", None)


@pytest.mark.parametrize("moment", ["9" * 90, "٣٤٥", "-5", "1e9", "-unnamed", ""])
def test_a_forged_moment_is_no_moment(moment: str) -> None:
    assert replies.read_form({f"ticks-{moment}": frozenset({1})}, {}).text_at is None


def test_a_review_that_can_no_longer_be_withdrawn_says_so() -> None:
    said = replies.reply(Stays(drop())).content
    assert said.startswith("Your review stays: it could be changed or withdrawn until 24 hours after the")

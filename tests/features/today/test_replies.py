from typing import Any

from bot.features.answers.store import Answer
from bot.features.choices.outcomes import Waiting
from bot.features.drops.outcomes import Question
from bot.features.reviews.outcomes import ToDo
from bot.features.today import replies
from bot.ui.message import PRIMARY, Message
from tests.features.answers.samples import answer
from tests.features.choices.samples import longest_item
from tests.features.choices.test_messages import choice_drop
from tests.features.drops.samples import assert_fits, bundled, drop
from tests.features.today.samples import today_of

ASKED, LONGEST = bundled()[0], longest_item()


def written(number: int, **changes: Any) -> Question:
    return Question(drop(id=number, number=number, **changes), ASKED)


def mine(drop_id: int, **changes: Any) -> dict[int, Answer]:
    return {drop_id: answer(id=drop_id, drop_id=drop_id, **changes)}


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.rows]


def test_it_has_a_row_for_each_question_and_says_which() -> None:
    chosen = choice_drop(id=1, number=7)
    found = today_of(
        Question(chosen, LONGEST),
        written(8, mode="open"),
        choices={1: Waiting(chosen, LONGEST, 2)},
    )
    message = replies.reply(found)
    assert labels(message) == [["7 · A", "7 · B", "7 · C", "7 · D"], ["Answer 8", "Hint"]]
    assert [b.label for b in message.rows[0] if b.style is PRIMARY] == ["7 · A"]
    assert {b.custom_id for b in message.rows[0]} == {f"today:{action}:v1:1" for action in "abcd"}


def test_a_reveal_is_offered_where_one_may_have_it() -> None:
    two = (written(1, mode="open"), written(2, mode="open"))
    assert labels(replies.reply(today_of(*two))) == [["Answer 1", "Hint"], ["Answer 2", "Hint"]]
    answered = replies.reply(today_of(*two, answers=mine(2)))
    assert [row[2:] for row in labels(answered)] == [[], ["Reveal question 2 now"]]
    for unfit in ({"state": "withdrawn"}, {"hidden": True}):
        assert [row[2:] for row in labels(replies.reply(today_of(*two, answers=mine(2, **unfit))))] == [
            [],
            [],
        ]
    organiser = replies.reply(today_of(*two, organiser=True))
    assert [row[2:] for row in labels(organiser)] == [["Reveal question 1 now"], ["Reveal question 2 now"]]
    assert labels(replies.reply(today_of(two[0], answers=mine(1)))) == [["Answer", "Hint", "Reveal now"]]


def test_whose_answer_is_hidden_is_not_offered_to_answer() -> None:
    two = (written(1, mode="open"), written(2, mode="open"))
    for state in ("live", "withdrawn"):
        several = replies.reply(today_of(*two, answers=mine(1, hidden=True, state=state)))
        assert labels(several) == [["Hint 1"], ["Answer 2", "Hint"]]
        alone = replies.reply(today_of(two[0], answers=mine(1, hidden=True, state=state)))
        assert labels(alone) == [["Hint"]]
        assert "ask one of them to show it again" in (alone.embeds[0].description or "")


def test_a_row_has_no_sixth_button() -> None:
    chosen = choice_drop(id=1, number=7)
    to_do = (ToDo(chosen, 1),)
    found = today_of(Question(chosen, LONGEST), organiser=True, reviews=to_do)
    assert labels(replies.reply(found)) == [["A", "B", "C", "D", "Reveal now"], ["Review question 7"]]


def test_who_has_answered_gets_into_the_hidden_room_again() -> None:
    found = today_of(written(1, mode="blind", room_id=5), answers=mine(1))
    assert labels(replies.reply(found)) == [["Answer", "Hint", "Let me in again", "Reveal now"]]
    gone = today_of(written(1, mode="blind", room_id=5), answers=mine(1, state="withdrawn"))
    assert "Let me in again" not in labels(replies.reply(gone))[0]


def test_it_lists_what_waits_for_a_review_without_losing_a_button() -> None:
    to_do = tuple(ToDo(drop(id=n, number=n), n) for n in (1, 2, 9, 10, 11, 12, 13))
    shown = replies.reply(today_of(*(written(n, mode="open") for n in range(1, 6)), reviews=to_do))
    assert_fits(shown)
    assert "1 answer to question 1 waits for a review.\n2 answers to question 2 wait" in shown.content
    assert "So do answers to 2 more questions." in shown.content
    assert [len(row) for row in shown.rows] == [3, 3, 2, 2, 2]
    nothing_open = replies.reply(today_of(reviews=to_do))
    assert nothing_open.content.startswith("No question is open, and none is scheduled")
    assert [row[0].label for row in nothing_open.rows][:2] == ["Review question 1", "Review question 2"]
    assert replies.reply(today_of()).rows == ()


def test_more_questions_than_a_message_has_rows_are_counted() -> None:
    shown = replies.reply(today_of(*(written(n) for n in range(1, 8))))
    assert shown.content == "These are open, and 2 more."
    assert len(shown.rows) == len(shown.embeds) == 5

from itertools import permutations, product
from typing import Any

import pytest

from bot.features.bank.service import BankItem
from bot.features.choices import messages, replies
from bot.features.choices.outcomes import Chosen, Result, TimeUp, Waiting, Written
from bot.features.drops import messages as drop_messages
from bot.features.drops import replies as drop_replies
from bot.features.drops.outcomes import Question, QuestionGone
from bot.features.drops.store import Drop
from bot.features.today import replies as today_replies
from bot.ui.message import PRIMARY, Message
from questions.letters import right_option
from tests.features.choices.samples import items, longest_item
from tests.features.drops.samples import NOW, assert_fits, drop, every_drop, words_of
from tests.features.drops.test_messages import JARGON
from tests.features.today.samples import today_of

ITEMS = items()
LONGEST = longest_item()
ORDERS = ["".join(order) for order in permutations("0123")]


def choice_drop(**changes: Any) -> Drop:
    return drop(**({"kind": "choice", "mode": "open", "shuffle": "2031", "number": 12} | changes))


def choice_drops() -> list[Drop]:
    """Return choice questions in all their states and kinds of channel."""
    found = [d for d in every_drop() if d.mode == "open"]
    closed = [choice_drop(state="revealed", reveal_message_id=None, revealed_at=NOW)]
    return closed + [
        choice_drop(state=d.state, channel_kind=d.channel_kind, room_id=d.room_id, revealed_at=NOW)
        for d in found
    ]


def every_reply(item: BankItem) -> list[Message]:
    asked, over = choice_drop(), choice_drop(state="revealed", revealed_at=NOW)
    outcomes = [
        *(Chosen(asked, item, option) for option in range(4)),
        *(Waiting(asked, item, mine) for mine in (None, 0, 1)),
        *(TimeUp(asked, item, mine) for mine in (None, 0, 1)),
        *(Result(over, item, mine, points) for mine, points in ((None, 0), (0, 12), (1, 1), (2, 1))),
        Written(drop()),
        QuestionGone(),
    ]
    return [replies.reply(outcome) for outcome in outcomes]


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.content.slug)
def test_every_item_s_messages_fit(item: BankItem) -> None:
    for message in every_message(item):
        assert_fits(message)
    assert len(drop_messages.thread_name(12_345, drop_messages.title(item))) <= 100


def test_our_own_words_know_no_jargon() -> None:
    for message in every_message(LONGEST):
        assert not JARGON.search(words_of(message)), words_of(message)


def every_message(item: BankItem) -> list[Message]:
    counts = ({}, {0: 1}, {0: 200, 1: 7, 2: 1, 3: 500})
    return [
        *(
            drop_messages.question(d, item, usual, ping)
            for d, usual, ping in product(choice_drops(), (None, 6), (None, 1))
        ),
        *(messages.reveal(d, item, c) for d in choice_drops() for c in counts),
        *every_reply(item),
        today_replies.reply(today_of(Question(choice_drop(), item))),
    ]


def test_the_question_is_a_notification_first() -> None:
    message = drop_messages.question(choice_drop(), LONGEST, 6, ping=5)
    assert message.content.startswith("<@&5> Question 12 · word word")
    assert len(message.content) < 130
    assert message.role_id == 5
    assert [[b.label for b in row] for row in message.rows] == [["A", "B", "C", "D"], ["How this works"]]
    assert "12 answered, usually 6" in words_of(message)
    assert message.embeds[0].colour is not None
    assert message.embeds[0].colour.value == LONGEST.category.colour


@pytest.mark.parametrize("order", ORDERS)
def test_options_stand_in_the_drop_s_own_order_everywhere(order: str) -> None:
    asked = choice_drop(shuffle=order)
    for message in (drop_messages.question(asked, LONGEST, None), messages.reveal(asked, LONGEST, {0: 3})):
        text = words_of(message)
        places = [text.index(LONGEST.content.options[int(digit)].text) for digit in order]
        assert places == sorted(places)
    right = "ABCD"[order.index(str(right_option(LONGEST.content)))]
    assert f"✅ **{right}**" in words_of(messages.reveal(asked, LONGEST, {}))
    assert f"**{right} is right.**" in words_of(messages.reveal(asked, LONGEST, {}))


def test_the_reveal_counts_without_names_and_explains_every_option() -> None:
    text = words_of(messages.reveal(choice_drop(), LONGEST, {1: 3, 2: 1}))
    assert "3 of 4 chose the right option. Right: 8 points; wrong: 1 point." in text
    assert text.count("░" * 10 + "` 0") == 2
    assert "████████░░` 3" in text
    assert all(option.explanation in text for option in LONGEST.content.options)
    assert "Nobody chose this time" in words_of(messages.reveal(choice_drop(), LONGEST, {}))


def test_before_the_reveal_nothing_tells_what_is_right() -> None:
    item = LONGEST
    shown = [words_of(drop_messages.question(choice_drop(), item, None))]
    shown += [words_of(m) for m in every_reply(item)[:10]]
    for text in shown:
        assert not [sign for sign in ("✅", "right", "Reason", "░") if sign in text]


def test_the_panel_shows_one_s_own_choice() -> None:
    panel = replies.reply(Chosen(choice_drop(shuffle="3120"), LONGEST, 0))
    assert panel.content.startswith(f"You chose **D**: {LONGEST.content.options[0].text}.")
    assert [b.label for row in panel.rows for b in row if b.style is PRIMARY] == ["D"]
    assert [b.custom_id for row in panel.rows for b in row] == [
        f"choices:{action}:v1:{choice_drop().id}" for action in "abcd"
    ]


def test_after_the_reveal_the_message_leads_to_result_answer_and_talk() -> None:
    revealed = choice_drop(state="revealed", revealed_at=NOW)
    labels = [b.label for row in drop_messages.question(revealed, LONGEST, None).rows for b in row]
    assert labels == ["My result", "The answer", "Talk about it"]
    late = choice_drop(state="revealed", reveal_message_id=None, room_id=None)
    message = drop_messages.question(late, LONGEST, None)
    assert [b.label for row in message.rows for b in row] == ["My result"]
    assert "Closed without a reveal" in words_of(message)


def test_how_this_works_tells_the_rules_of_tapping() -> None:
    text = drop_replies.reply(Question(choice_drop(), LONGEST)).content
    assert "one tap is your answer" in text
    assert "5, 8 or 12 points" in text
    assert "in a thread on the question" in text
    assert "Hint" not in text
    assert "here" in drop_replies.reply(Question(choice_drop(channel_kind="forum"), LONGEST)).content
    assert "My result" in drop_replies.reply(Question(choice_drop(state="revealed"), LONGEST)).content

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.answers import messages as answer_messages
from bot.features.answers import replies
from bot.features.answers.outcomes import (
    Accepted,
    Added,
    AddForm,
    AlreadyAnswered,
    AskWithdraw,
    HiddenMode,
    Hints,
    Joined,
    KeptOut,
    NoAnswer,
    NoQuestionHere,
    NoReminder,
    NotYet,
    NotYours,
    ReminderSet,
    TooLateToRemind,
    Unfit,
    Withdrawn,
    WriteForm,
)
from bot.features.answers.rules import LONGEST_ADDITION, TooLong, TooShort
from bot.features.bank.service import BankQuestion
from bot.features.drops.outcomes import QuestionGone
from bot.features.drops.rules import LONGEST_ANSWER
from bot.features.today import replies as today_replies
from bot.gateway.rooms import Entry
from bot.ui.forms import Form
from bot.ui.message import Message
from tests.features.answers.samples import answer, every_answer
from tests.features.drops.samples import (
    NOW,
    SNOWFLAKE,
    asked,
    assert_fits,
    assert_form_fits,
    drop,
    every_drop,
    longest,
    words_of,
)
from tests.features.drops.test_messages import JARGON

MAXIMAL = longest()
REFUSALS = (
    AlreadyAnswered(drop(), answer()),
    AlreadyAnswered(drop(room_id=None), answer()),
    Unfit(TooShort(3, 80), SNOWFLAKE),
    Unfit(TooLong(4000, 3500), SNOWFLAKE),
    QuestionGone(),
    NotYours(),
    NoAnswer(drop()),
    NoAnswer(None),
    HiddenMode(drop()),
    NoQuestionHere(),
)


def of_a_question(asked_: BankQuestion) -> list[Message | str]:
    hints = asked_.content.hints
    messages: list[Message | str] = []
    for d in every_drop():
        messages += [answer_messages.room_intro(d, asked_), answer_messages.reminder(d, asked_, "s" * 100)]
        shown = [Hints(d, hints[:n], len(hints), new=True) for n in range(1, len(hints) + 1)]
        messages += [replies.reply(outcome) for outcome in shown]
    messages += [answer_messages.answer(shown, asked_) for shown in every_answer()]
    return messages


def every_reply() -> list[Message | str]:
    messages: list[Message | str] = [replies.reply(refusal) for refusal in REFUSALS]
    for d, mine in product(every_drop(), every_answer()[::5]):
        messages += [replies.reply(Accepted(d, mine, points)) for points in (0, 10)] + [
            replies.reply(Added(d, mine)),
            replies.reply(AskWithdraw(d, mine)),
            replies.reply(Withdrawn(d, -10)),
            replies.reply(Withdrawn(d, 0)),
            replies.reply(Withdrawn(d, 0, hidden=True)),
            *(replies.reply(KeptOut(Accepted(d, mine, 10), entry)) for entry in (Entry.FULL, Entry.SHUT)),
            today_replies.standing(d, mine),
        ]
    for d in every_drop():
        messages += [
            replies.reply(ReminderSet(d, NOW)),
            replies.reply(TooLateToRemind(d)),
            replies.reply(NotYet(d)),
            replies.reply(NoReminder(answer())),
            *(replies.reply(Joined(d, SNOWFLAKE, entry)) for entry in Entry),
            today_replies.standing(d, None),
        ]
    return messages


def forms(asked_: BankQuestion) -> list[Form]:
    drafts = ("", "a draft", "d" * 4000)
    write = [WriteForm(d, asked_, draft) for d, draft in product(every_drop(), drafts)]
    add = [AddForm(d, mine, draft) for d, mine, draft in product(every_drop(), every_answer()[:2], drafts)]
    return [*map(replies.reply, write), *map(replies.reply, add)]


@pytest.mark.parametrize("asked_", asked(), ids=lambda a: a.content.slug)
def test_every_questions_messages_and_forms_fit(asked_: BankQuestion) -> None:
    for message in of_a_question(asked_):
        assert_fits(message)
    for form in forms(asked_):
        assert_form_fits(form)


def test_every_reply_fits() -> None:
    for message in every_reply():
        assert_fits(message)


def test_nothing_that_is_read_speaks_of_the_insides() -> None:
    for message in (*of_a_question(MAXIMAL), *every_reply()):
        found = JARGON.search(words_of(message))
        assert found is None, f"{found and found[0]!r} in {words_of(message)}"
    for form in forms(MAXIMAL):
        shown = [form.title, form.intro]
        shown += [part for f in form.fields for part in (f.label, f.description, f.placeholder)]
        assert JARGON.search("\n".join(shown)) is None


def test_every_refusal_names_the_next_step() -> None:
    for refusal in REFUSALS:
        message = replies.reply(refusal)
        assert "**" in message.content or "/today" in message.content or message.rows, message.content


# An answer in its room


def test_an_answer_stands_there_as_it_was_written() -> None:
    text = "**Bold** <@1> @everyone\n```python\nwhile True: pass"
    card = answer_messages.answer(answer(text=text), MAXIMAL).embeds[0]
    # In an embed nothing rings, and an open code block ends with the description.
    assert card.description == text
    assert card.author.name == "ada"
    assert answer_messages.answer(answer(), MAXIMAL).mentions().to_dict() == {"parse": []}


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, None),
        ({"late": True, "scored": False}, "written after the reveal"),
        ({"scored": False, "round": 2}, "written again after a withdrawal, without points"),
        (
            {"source": "message", "source_url": "https://discord.com/channels/1/2/3"},
            "a snapshot of a message: later changes to the message do not count",
        ),
    ],
)
def test_an_answer_says_what_is_special_about_it(changes: dict[str, object], note: str | None) -> None:
    card = answer_messages.answer(answer(**changes), MAXIMAL).embeds[0]
    assert card.footer.text == note
    assert card.url == changes.get("source_url")


@pytest.mark.parametrize("of", [1, 3])
def test_hints_ask_nobody_to_answer_whose_answer_is_hidden(of: int) -> None:
    shown = Hints(drop(), ("Think of the load.",), of, new=True)
    assert [b.label for row in replies.reply(shown).rows for b in row][-1] == "Answer"
    hidden = replies.reply(replace(shown, taken_down=True))
    assert [b.label for row in hidden.rows for b in row] == (["Next hint"] if of > 1 else [])
    assert "Answer" not in hidden.content


def test_an_addition_stands_below_with_its_time() -> None:
    later = NOW + timedelta(hours=2)
    first, second = answer_messages.answer(answer(addition="One more thing", added_at=later), MAXIMAL).embeds
    assert first.description == answer().text
    assert (second.title, second.description, second.timestamp) == ("Added later", "One more thing", later)


# Replies


def test_the_form_shows_the_question_and_the_draft() -> None:
    form = replies.reply(WriteForm(drop(), MAXIMAL, "my draft"))
    assert MAXIMAL.content.title in form.intro
    assert MAXIMAL.content.prompt in form.intro
    assert (form.fields[0].value, form.fields[0].longest) == ("my draft", LONGEST_ANSWER)
    late = replies.reply(WriteForm(drop(state="revealed"), MAXIMAL, ""))
    assert late.fields[0].label == "Your answer (late, without points)"


def test_the_form_for_an_addition_may_be_sent_empty() -> None:
    form = replies.reply(AddForm(drop(), answer(), "earlier"))
    assert (form.fields[0].shortest, form.fields[0].longest) == (0, LONGEST_ADDITION)
    assert form.fields[0].value == "earlier"


@pytest.mark.parametrize(
    ("points", "mine", "line"),
    [
        (10, answer(), "**10 points**"),
        (0, answer(late=True, scored=False), "It came after the reveal, so without points."),
        (0, answer(scored=False, round=2), "A second answer brings no points."),
    ],
)
def test_a_confirmation_says_what_it_brought(points: int, mine: object, line: str) -> None:
    assert line in replies.reply(Accepted(drop(), mine, points)).content


def test_a_confirmation_leads_to_the_room_or_says_that_it_opens() -> None:
    assert f"<#{SNOWFLAKE}>" in replies.reply(Accepted(drop(), answer(), 10)).content
    first = replies.reply(Accepted(drop(room_id=None, answered=0), answer(), 10))
    assert "You are the first: your answer opens the room, in a moment." in first.content
    assert first.rows[0][0].label == "Go to the room"
    second = replies.reply(Accepted(drop(room_id=None, answered=1), answer(), 10))
    assert "Its room opens in a moment." in second.content
    public = replies.reply(Accepted(drop(room_id=None, answered=0, mode="open"), answer(), 10))
    assert "Its room opens in a moment." in public.content
    assert "Go to the room" not in [button.label for button in public.rows[0]]
    after = replace(drop(), state="revealed")
    assert "model answer comes" not in replies.reply(Accepted(after, answer(late=True), 0)).content


def test_withdrawing_says_what_it_costs() -> None:
    assert "All its points go" in replies.reply(AskWithdraw(drop(), answer())).content
    assert "points" not in replies.reply(AskWithdraw(drop(), answer(scored=False))).content
    assert "10 points taken back" in replies.reply(Withdrawn(drop(), -10)).content
    assert "points" not in replies.reply(Withdrawn(drop(), 0)).content


def test_who_withdraws_what_is_hidden_is_offered_no_new_answer() -> None:
    for hidden in (False, True):
        said = replies.reply(Withdrawn(drop(), 0, hidden=hidden)).content
        assert ("lets you write a new one" in said) != hidden
        assert ("you cannot write another one" in said) == hidden


def test_a_standing_names_no_sum_that_reviews_and_votes_add_to() -> None:
    assert "**You have answered** (scored)." in today_replies.standing(drop(), answer())
    assert "**You have answered** (without points)." in today_replies.standing(drop(), answer(scored=False))


def test_the_last_hint_has_no_next() -> None:
    first = replies.reply(Hints(drop(), ("one",), 2, new=True))
    last = replies.reply(Hints(drop(), ("one", "two"), 2, new=True))
    assert [b.label for row in first.rows for b in row] == ["Next hint", "Answer"]
    assert [b.label for row in last.rows for b in row] == ["Answer"]
    assert "**Hint 2 of 2**\ntwo" in last.content


@given(st.text(max_size=3600), st.text(min_size=1, max_size=1600), st.integers(100, 3600))
def test_a_quotation_has_its_room_and_both_texts_begin_in_it(words: str, added: str, most: int) -> None:
    for addition in (None, added):
        shown = answer_messages.quoted(answer(text=words, addition=addition), most)
        assert len(shown) <= most
        assert shown.startswith(">>> ")
        assert ("**Added later:**" in shown) is (addition is not None) or "**Added later:**" in words
        if len(words) + len(addition or "") + 50 <= most and "```" not in words + added:
            assert words in shown
            assert (addition or "") in shown


@pytest.mark.parametrize(
    ("words", "most", "shown"),
    [
        ("short", 10, "short"),
        ("twelve chars", 8, "twelve…"),
        ("```py\nx = 1", 40, "```py\nx = 1\n```"),
        ("```py\nx = 1\n```", 40, "```py\nx = 1\n```"),
        ("```py\n" + "x" * 40, 20, "```py\nxxxxxxxxx…\n```"),
    ],
)
def test_what_is_cut_leaves_no_code_block_open(words: str, most: int, shown: str) -> None:
    assert answer_messages.cut(words, most) == shown
    assert len(shown) <= most

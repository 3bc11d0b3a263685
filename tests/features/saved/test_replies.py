import re
from dataclasses import replace
from datetime import date

import pytest

from bot.features.answers.access import Reader, Sight
from bot.features.history import replies
from bot.features.history.dates import Month
from bot.features.history.outcomes import EmptyMonth, Exported, NothingThen, Several, UnknownMonth
from bot.features.saved import replies as saved_replies
from bot.features.saved.outcomes import (
    Entry,
    Full,
    Kept,
    Listed,
    NothingHere,
    NotToRead,
    Opened,
    Result,
    TakenOut,
)
from bot.ui.message import Message
from tests.features.answers.samples import NASTY_NAMES, answer
from tests.features.drops.samples import SNOWFLAKE, assert_fits, drop, words_of
from tests.features.drops.test_messages import JARGON
from tests.features.saved.samples import (
    CHOICE,
    COUNTS,
    ITEM,
    MAXIMAL,
    REVEALED,
    entries,
    every_thing,
    past,
    thing,
)

THINGS = every_thing()
SECRET = "SECRET " + "s" * 80
OPEN = Reader(sees=True, inside=False, was_inside=False, revealed=False, blind=True)


def every_message() -> list[Message | str]:
    """Return all that this feature says."""
    page = entries(THINGS[:10])
    listed = [
        Listed(page, 19, 500, 500, ""),
        Listed(page, 1, 40, 500, "s" * 100),
        Listed(page[:1], 0, 1, 1, "", removed=THINGS[0]),
        Listed((), 0, 0, 3, "nothing such", removed=THINGS[1]),
        Listed((), 0, 0, 0, ""),
    ]
    pressed = [outcome for one in THINGS for outcome in (Kept(one, 12), TakenOut(one))]
    pressed += [NotToRead(one) for one in THINGS if one.sight not in {Sight.READABLE, Sight.AWAY}]
    opened = [
        Opened(Entry(SNOWFLAKE, one), search, COUNTS if one.drop.kind == "choice" else Result())
        for one in THINGS
        for search in ("", "x" * 100)
    ]
    pasts = [
        past(drop=where, answers=answers, closed=closed, reader=reader)
        for where in (REVEALED, drop(), drop(state="skipped"), drop(channel_kind="forum", mode="open"))
        for answers in ((), tuple(replace(answer(), id=SNOWFLAKE + n) for n in range(30)))
        for closed in (0, 1, 7)
        for reader in (OPEN, replace(OPEN, inside=True), replace(OPEN, sees=None))
    ]
    pasts += [past(drop=CHOICE, asked=ITEM, answers=(), result=COUNTS)]
    pasts += [past(drop=replace(CHOICE, state="open"), asked=ITEM, answers=())]
    several = Several("x", tuple((drop(id=n, number=n), MAXIMAL) for n in range(10)), 400)
    nothing = [
        NothingThen("@everyone" * 90, None, 3),
        NothingThen("x", date(2026, 1, 5), 3),
        NothingThen("x", None, 0),
    ]
    months = tuple(Month(2026, n) for n in range(1, 13))
    exported = [
        Exported(months[0], (), 31, 400, 2, tuple(f"question {n}" for n in range(31))),
        EmptyMonth(months[0], months * 9),
        EmptyMonth(months[0], ()),
        UnknownMonth("@here" * 500),
    ]
    return [
        *(saved_replies.reply(one) for one in listed),
        *(saved_replies.reply(one) for one in (*pressed, Full(500), NothingHere())),
        *(saved_replies.reply(one) for one in opened),
        *(replies.reply(one, number) for one in pasts for number in (0, 1, 2, 99)),
        *(replies.reply(one) for one in (several, *nothing, NothingHere())),
        *(replies.reply(one) for one in exported),
    ]


def test_every_message_fits_and_speaks_plainly() -> None:
    for message in every_message():
        assert_fits(message)
        found = JARGON.search(words_of(message))
        assert found is None, f"{found and found[0]!r} in {words_of(message)}"


@pytest.mark.parametrize("sight", [sight for sight in Sight if sight is not Sight.READABLE])
def test_what_may_not_be_read_is_not_shown(sight: Sight) -> None:
    kept = thing(sight, answer=answer(text=SECRET, addition=SECRET, user_name="SECRET"))
    shown = [
        saved_replies.reply(Listed(entries([kept]), 0, 1, 1, "")),
        saved_replies.reply(Opened(Entry(1, kept), "", Result())),
    ]
    for message in shown:
        assert "SECRET" not in words_of(message)
        assert len(words_of(message)) > 20
    assert "Take it out" in words_of(shown[1])


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_line_of_the_list_formats_and_pings_nothing(name: str) -> None:
    kept = thing(answer=answer(user_name=name, text=f"\n```\n{name}\nsecond"))
    (card,) = saved_replies.reply(Listed(entries([kept]), 0, 1, 1, "")).embeds
    usual = thing(answer=answer(user_name="n", text="t"))
    (plain,) = saved_replies.reply(Listed(entries([usual]), 0, 1, 1, "")).embeds
    assert len(str(card.description).split("\n")) == len(str(plain.description).split("\n"))
    lines = str(card.description).split("\n")
    bare = re.sub(r"\\.", "", f"{lines[0].rpartition('** · ')[2].partition(' · [go there]')[0]}{lines[1]}")
    assert not re.search(r"[*_~|`<>\[\]#\u202e\u2066]|@(everyone|here|\d)", bare), bare


@pytest.mark.parametrize("name", [*NASTY_NAMES, "\u200b", "a\r\x1b\rb"])
def test_an_author_is_named_as_everywhere_else(name: str) -> None:
    kept = thing(answer=answer(user_name=name))
    cards = [
        saved_replies.reply(Opened(Entry(1, kept), "", Result())).embeds[0],
        replies.reply(past(answers=(kept.answer,)), 2).embeds[0],
    ]
    named = [card.author.name or "" for card in cards]
    labels = [b.label for row in replies.reply(past(answers=(kept.answer,)), 2).rows for b in row]
    named += [label.removeprefix("Save: ") for label in labels if label.startswith("Save: ")]
    assert len(named) == 3
    for shown in named:
        assert shown.strip(), "somebody without a name is somebody"
        assert not re.search(r"[\n\r\x1b\u200b\u202e\u2066]", shown), named
    assert "· ****" not in saved_replies.reply(Kept(kept, 1)).content
    assert not saved_replies.reply(TakenOut(kept)).content.split(". Press")[0].endswith("· ")


def test_the_first_line_that_says_something_is_shown() -> None:
    def first(text: str, most: int = 90) -> str:
        return saved_replies.beginning_of(thing(answer=answer(text=text)), most)

    assert first("\n\n```python\nx = 1\n```\nthen") == "x = 1"
    assert first("a  b\nc") == "a b"
    assert first("```\n```") == ""
    model = MAXIMAL.content.model_copy(update={"model_answer": "**Define** it.\nThen more."})
    assert (
        saved_replies.beginning_of(thing(answer=None, asked=replace(MAXIMAL, content=model)), 90)
        == "Define it."
    )
    assert len(first("x" * 200)) == 90


def test_a_list_of_long_names_and_lines_is_shortened_to_fit() -> None:
    page = entries([thing(answer=answer(user_name="*" * 32, text="*" * 300)) for _ in range(10)])
    message = saved_replies.reply(Listed(page, 19, 200, 200, ""))
    assert_fits(message)
    (card,) = message.embeds
    assert len(str(card.description).split("\n")) >= 10
    numbers = [b.label for row in message.rows for b in row if b.custom_id and ":open:" in b.custom_id]
    assert numbers == [str(n) for n in range(191, 201)]


@pytest.mark.parametrize("search", ["x", "search: y", "a · search: b", "100%_'\"", "👩\u200d💻", "[x](y)"])
def test_the_search_is_found_again_in_what_is_shown(search: str) -> None:
    message = saved_replies.reply(Listed(entries([thing()]), 0, 1, 2, search))
    assert saved_replies.search_in(message.embeds[-1].footer.text) == search
    opened = saved_replies.reply(Opened(Entry(1, thing()), search, Result()))
    assert saved_replies.search_in(opened.embeds[-1].footer.text) == search
    assert (
        saved_replies.search_in(
            saved_replies.reply(Listed(entries([thing()]), 0, 1, 1, "")).embeds[0].footer.text
        )
        == ""
    )
    assert saved_replies.search_in(None) == ""


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


def test_the_first_page_turns_forward_and_the_last_one_back() -> None:
    page = entries([thing()])
    assert "Next ▶" in labels(saved_replies.reply(Listed(page, 0, 11, 11, "")))
    assert "◀ Previous" not in labels(saved_replies.reply(Listed(page, 0, 11, 11, "")))
    last = labels(saved_replies.reply(Listed(page, 1, 11, 11, "")))
    assert "Next ▶" not in last
    assert "◀ Previous" in last
    assert "Show all" in labels(saved_replies.reply(Listed(page, 0, 1, 5, "x")))


def test_a_question_is_turned_from_what_was_asked_to_the_last_answer() -> None:
    answers = tuple(answer(id=n, user_name=f"person{n}", text=f"ANSWER{n} " * 30) for n in range(1, 13))
    found = past(answers=answers)
    pages: list[Message] = []
    while not pages or "Next ▶" in labels(pages[-1]):
        pages.append(replies.reply(found, len(pages)))
    assert MAXIMAL.content.prompt in words_of(pages[0])
    assert MAXIMAL.content.model_answer in words_of(pages[1])
    assert "Save" in labels(pages[1])
    text = "\n".join(words_of(page) for page in pages[2:])
    assert [n for n in range(1, 13) if f"ANSWER{n} " in text] == list(range(1, 13))
    assert "Save: person12" in labels(pages[-1])
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].content


def test_before_the_reveal_there_is_no_model_answer() -> None:
    found = past(drop=drop(), answers=(), closed=3, reader=OPEN)
    for page in range(3):
        shown = replies.reply(found, page)
        assert "Model answer" not in words_of(shown)
        assert len(shown.embeds) == 1
        assert "3 answers: open to you with one of your own" in words_of(shown)
        assert labels(shown) == ["To the question", "To the reveal", "Answer"]
    hidden = replies.reply(past(drop=replace(CHOICE, state="open"), asked=ITEM, answers=()), 0)
    assert "✅" not in words_of(hidden)
    assert "Reason" not in words_of(hidden)


def test_a_choice_question_shows_how_many_chose_which_and_ones_own() -> None:
    shown = words_of(replies.reply(past(drop=CHOICE, asked=ITEM, answers=(), result=COUNTS), 0))
    assert re.search(r"✅ \*\*D\*\* .*·\s+12\s+·\s+your choice", shown)
    assert "Reason 3" in shown


def test_a_suggestion_fits_and_fills_in_the_number() -> None:
    name, value = replies.suggestion(drop(number=12_345), date(2026, 12, 31), "x" * 200)
    assert name.startswith("31 Dec 2026 · 12345 · xxx")
    assert len(name) == 100
    assert value == "12345"
    name, value = replies.suggestion(drop(number=3, discussion=3), date(2026, 12, 31), "x")
    assert (name, value) == ("31 Dec 2026 · discussion 3 · x", "discussion 3")


def test_an_export_says_what_is_in_it() -> None:
    said = replies.reply(Exported(Month(2026, 1), (), 3, 7, 1, ("question 9", "discussion 1"))).content
    assert said.startswith("**January 2026**: 3 questions, 7 answers.")
    assert "1 question not revealed: without answers and model answer." in said
    assert "no room for all of question 9 and discussion 1: " in said

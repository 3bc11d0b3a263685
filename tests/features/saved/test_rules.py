from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.answers import access
from bot.features.answers.access import Reader, Sight
from bot.features.history import dates
from bot.features.history.dates import ByDay, ByNumber, ByWords, Month
from bot.features.saved import rules

TODAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def place(
    *, sees: bool | None = True, inside: bool = False, revealed: bool = False, blind: bool = True
) -> Reader:
    return Reader(sees, inside, inside, revealed, blind)


def sight(there: Reader, *, live: bool = True, hidden: bool = False, own: bool = False) -> Sight:
    return access.sight_of_answer(there, live=live, hidden=hidden, own=own)


def test_a_blind_room_opens_with_ones_own_answer_or_with_the_reveal() -> None:
    assert sight(place()) is Sight.CLOSED
    assert sight(place(inside=True)) is Sight.READABLE
    assert sight(place(revealed=True)) is Sight.READABLE
    assert sight(place(), own=True) is Sight.READABLE
    assert sight(place(blind=False)) is Sight.READABLE


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("revealed", [True, False])
def test_what_was_withdrawn_or_hidden_is_read_by_nobody(own: bool, revealed: bool) -> None:  # noqa: FBT001 cases
    there = place(revealed=revealed, inside=True)
    assert sight(there, live=False, own=own) is Sight.WITHDRAWN
    assert sight(there, hidden=True, own=own) is Sight.HIDDEN
    assert sight(there, hidden=True, live=False, own=own) is Sight.WITHDRAWN


def test_a_channel_that_one_cannot_see_keeps_its_answers() -> None:
    assert sight(place(sees=False, revealed=True, inside=True)) is Sight.AWAY
    assert sight(place(sees=False, blind=False)) is Sight.AWAY
    assert sight(place(sees=None, revealed=True)) is Sight.AWAY
    assert sight(place(sees=None, revealed=True, inside=True)) is Sight.READABLE


def test_the_model_answer_comes_with_the_reveal() -> None:
    assert access.sight_of_model(place(inside=True, blind=False)) is Sight.CLOSED
    assert access.sight_of_model(place(revealed=True)) is Sight.READABLE
    assert access.sight_of_model(place(revealed=True, sees=None)) is Sight.READABLE
    assert access.sight_of_model(place(revealed=True, sees=False)) is Sight.AWAY


def test_a_double_tap_is_one_press() -> None:
    assert rules.is_double_tap(NOW, NOW)
    assert rules.is_double_tap(NOW, NOW + timedelta(seconds=1.9))
    assert not rules.is_double_tap(NOW, NOW + timedelta(seconds=2))


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (None, ""),
        ("", ""),
        ("  \n\t ", ""),
        ("\u200b\u202e\u2066", ""),
        ("  rate\n limit  ", "rate limit"),
        ("turned \u202earound", "turned around"),
        ("0\r\x1b\r0", "0 0"),
        ("one \u200b word", "one word"),
        ("100%_'\"; DROP TABLE saved;--", "100%_'\"; DROP TABLE saved;--"),
        ("\ud800x", "x"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_search_is_one_line_of_at_most_a_hundred_characters(typed: str | None, cleaned: str) -> None:
    assert rules.clean_search(typed) == cleaned


@given(st.text(max_size=300))
def test_a_cleaned_search_stays_what_it_is(typed: str) -> None:
    once = rules.clean_search(typed)
    assert rules.clean_search(once) == once


def test_every_word_has_to_be_there_in_whatever_case_or_width() -> None:
    texts = ("Use a CACHE for \uff21\uff30\uff29 calls", None, "100 % of straße")
    assert rules.matches("cache api", texts)
    assert rules.matches("STRASSE 100 %", texts)
    assert rules.matches("", texts)
    assert rules.matches("resume", ["Write a Résumé"])
    assert rules.matches("résumé", ["Write a resume"])
    assert not rules.matches("cache queue", texts)
    assert not rules.matches("c_che", texts)
    assert not rules.matches("(", texts)


def test_pages_hold_ten_and_none_lies_beyond_the_list() -> None:
    assert [rules.pages(n) for n in (0, 1, 10, 11, 200)] == [1, 1, 1, 2, 20]
    assert rules.page_within(-3, 200) == 0
    assert rules.page_within(2**62, 200) == 19
    assert rules.page_within(5, 0) == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", ByNumber(12)),
        ("#12", ByNumber(12)),
        (" Question  12 ", ByNumber(12)),
        ("no. 7", ByNumber(7)),
        ("discussion 3", ByNumber(3, discussion=True)),
        ("D3", ByNumber(3, discussion=True)),
        ("2026-01-04", ByDay(date(2026, 1, 4))),
        ("today", ByDay(TODAY)),
        ("Yesterday", ByDay(date(2026, 1, 4))),
        ("5 January 2025", ByDay(date(2025, 1, 5))),
        ("Jan 5, 2025", ByDay(date(2025, 1, 5))),
        ("3 jan", ByDay(date(2026, 1, 3))),
        ("30 dec", ByDay(date(2025, 12, 30))),
        ("31 feb", ByWords("31 feb")),
        ("29 feb", ByWords("29 feb")),
        ("2026-13-40", ByWords("2026-13-40")),
        ("rag pipeline", ByWords("rag pipeline")),
        ("1234567890123", ByWords("1234567890123")),
        ("\uff11\uff12", ByWords("\uff11\uff12")),
        ("", ByWords("")),
        ("-5", ByWords("-5")),
    ],
)
def test_which_question_is_meant(typed: str, meant: object) -> None:
    assert dates.parse_when(typed, TODAY) == meant


@given(st.text(max_size=60))
def test_whatever_is_typed_means_something(typed: str) -> None:
    assert isinstance(dates.parse_when(typed, TODAY), ByNumber | ByDay | ByWords)
    month = dates.parse_month(typed, TODAY)
    assert month is None or 1 <= month.month <= 12


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (None, Month(2026, 1)),
        (" ", Month(2026, 1)),
        ("this month", Month(2026, 1)),
        ("Last month", Month(2025, 12)),
        ("2026-01", Month(2026, 1)),
        ("2026-1", Month(2026, 1)),
        ("1/2026", Month(2026, 1)),
        ("January 2026", Month(2026, 1)),
        ("jan", Month(2026, 1)),
        ("dec", Month(2025, 12)),
        ("2026-13", None),
        ("2026-00", None),
        ("0000-01", None),
        ("soon", None),
        ("ju", None),
        ("../../etc", None),
        ("jan feb", None),
        ("\uff12\uff10\uff12\uff16-01", Month(2026, 1)),
    ],
)
def test_which_month_is_meant(typed: str | None, meant: Month | None) -> None:
    assert dates.parse_month(typed, TODAY) == meant


def test_a_month_is_named_for_people_and_for_files() -> None:
    assert str(Month(2026, 1)) == "2026-01"
    assert Month(2026, 1).name == "January 2026"

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

import bot.app  # every table is known once all stores are imported
from bot.db import Flag, Moment, Words
from bot.db.types import metadata

SQLITE = dialect()
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 hypothesis wants the bounds without a zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 as above
    timezones=st.just(UTC) | st.timezones(),
)


def stored(kind: Any, value: object) -> Any:
    return kind().process_bind_param(value, SQLITE)


def loaded(kind: Any, value: object) -> Any:
    return kind().process_result_value(value, SQLITE)


@given(moments)
def test_a_moment_comes_back_to_the_microsecond_in_utc(moment: datetime) -> None:
    number = stored(Moment, moment)
    assert isinstance(number, int)
    back = loaded(Moment, number)
    assert back.tzinfo is UTC
    assert back == moment.astimezone(UTC)


@given(moments, moments)
def test_moments_sort_as_their_numbers(one: datetime, two: datetime) -> None:
    one, two = one.astimezone(UTC), two.astimezone(UTC)
    assert (one < two) == (stored(Moment, one) < stored(Moment, two))


def test_a_moments_number_is_microseconds_since_1970() -> None:
    moment = datetime(1970, 1, 1, 2, 0, 0, 1, tzinfo=timezone(timedelta(hours=1)))
    assert stored(Moment, moment) == 3_600_000_001


def test_both_hours_of_an_autumn_night_stay_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    numbers = [stored(Moment, first.replace(fold=fold).astimezone(UTC)) for fold in (0, 1)]
    assert numbers[1] - numbers[0] == 3_600_000_000


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        stored(Moment, datetime(2026, 1, 1))  # noqa: DTZ001 what is refused


@given(st.lists(st.text()).map(tuple))
def test_words_come_back(words: tuple[str, ...]) -> None:
    assert loaded(Words, stored(Words, words)) == words
    assert isinstance(json.loads(stored(Words, words)), list)


def test_flags_are_one_and_zero() -> None:
    assert [stored(Flag, value) for value in (True, False)] == [1, 0]
    assert [loaded(Flag, value) for value in (1, 0)] == [True, False]


@pytest.mark.parametrize("kind", [Flag, Moment, Words])
def test_none_stays_none(kind: type[sa.types.TypeDecorator[Any]]) -> None:
    assert stored(kind, None) is None
    assert loaded(kind, None) is None


def test_moments_are_named_as_such_and_nothing_else_is() -> None:
    assert bot.app
    columns = [column for table in metadata.tables.values() for column in table.columns]
    moments = {str(column) for column in columns if isinstance(column.type, Moment)}
    assert moments - {str(column) for column in columns if column.name.endswith("_at")} == {"posts.not_after"}
    assert {str(column) for column in columns if column.name.endswith("_at")} <= moments


@pytest.mark.parametrize("text", ["", "no list", '{"a": 1}', "5", '"easy"', "[1"])
def test_a_text_that_is_no_list_of_words_is_a_word_that_nobody_knows(text: str) -> None:
    assert loaded(Words, text) == (text,)
    assert loaded(Words, "[1, null]") == ("1", "None")

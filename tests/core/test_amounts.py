from datetime import timedelta

import pytest

from bot.core.amounts import in_words, some, span


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=30), "half an hour"),
        (timedelta(hours=1), "an hour"),
        (timedelta(hours=2), "two hours"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=2), "two days"),
        (timedelta(days=2, hours=1), "49 hours"),
        (timedelta(days=7), "a week"),
        (timedelta(days=10), "ten days"),
        (timedelta(days=14), "two weeks"),
        (timedelta(minutes=1), "a minute"),
        (timedelta(minutes=10), "ten minutes"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "a second"),
        (timedelta(seconds=90), "90 seconds"),
    ],
)
def test_a_length_of_time_is_said_as_in_a_sentence(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_numbers_are_words_up_to_twelve() -> None:
    assert [in_words(number) for number in (0, 1, 12, 13, 3500)] == ["no", "one", "twelve", "13", "3,500"]
    assert [some(number, "point") for number in (0, 1, 2, 20)] == [
        "no points",
        "one point",
        "two points",
        "20 points",
    ]

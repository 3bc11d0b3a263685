from datetime import UTC, datetime, timedelta

import pytest

from bot.features.drops.rules import open_until, tag_names, usual

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("left", [60, 61, 1440])
def test_a_question_in_good_time_keeps_its_reveal(left: int) -> None:
    assert open_until(NOON + left * MINUTE, NOON) == NOON + left * MINUTE


@pytest.mark.parametrize("left", [-600, 0, 1, 58])
def test_a_question_that_comes_late_is_open_for_an_hour(left: int) -> None:
    assert open_until(NOON + left * MINUTE, NOON) == NOON + 60 * MINUTE


def test_some_seconds_late_is_on_time() -> None:
    assert open_until(NOON + 60 * MINUTE, NOON + timedelta(seconds=59)) == NOON + 60 * MINUTE


def test_how_many_usually_answer_is_said_after_three_days() -> None:
    assert [usual(answered) for answered in ((), (5,), (5, 1), (5, 1, 9), (0, 0, 7, 8))] == [
        None,
        None,
        None,
        5,
        7,
    ]


def test_a_tag_has_room_for_twenty_characters() -> None:
    assert tag_names("a-b", "Agents and their tools", "open") == (
        "open",
        "Agents and their tools",
        "Agents and their too",
        "a-b",
        "a b",
    )

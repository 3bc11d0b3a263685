from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.outbox.rules import RETRY_LAST, is_too_late, next_try_at

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def test_the_waits_grow_to_ten_minutes_and_stay_there() -> None:
    waits = [next_try_at(attempts, NOW) - NOW for attempts in range(1, 50)]
    assert waits[0] == timedelta(seconds=5)
    assert all(shorter <= longer for shorter, longer in pairwise(waits))
    assert waits[4:] == [RETRY_LAST] * 45


def test_the_end_of_a_posts_time_is_not_slept_through() -> None:
    assert next_try_at(9, NOW, NOW + timedelta(minutes=3)) == NOW + timedelta(minutes=3, seconds=1)
    assert next_try_at(9, NOW, NOW + timedelta(hours=3)) == NOW + RETRY_LAST
    # What may stand already is looked for longer than it may go out.
    assert next_try_at(9, NOW, NOW - timedelta(minutes=3)) == NOW + RETRY_LAST


def test_the_last_moment_is_not_too_late_and_the_next_one_is() -> None:
    assert not is_too_late(NOW, NOW)
    assert is_too_late(NOW, NOW + timedelta(microseconds=1))

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.practice import rules
from bot.features.practice.rules import Card, Grade, Memory, Why

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY = Memory({}, set())


@dataclass(frozen=True)
class Item:
    question_id: int
    difficulty: str = "easy"
    category: str = "agents"


grades = st.sampled_from(Grade)
# The gap before each review, and its grade.
histories = st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=400)), grades), max_size=8)


def after(history: list[tuple[timedelta, Grade]]) -> tuple[Card | None, datetime]:
    card, now = None, NOW
    for gap, grade in history:
        now += gap
        card = rules.review(card, grade, now)
    return card, now


@pytest.mark.parametrize(
    ("right", "seconds", "grade"),
    [
        (False, 1, Grade.AGAIN),
        (False, None, Grade.AGAIN),
        (True, 1, Grade.GOOD),
        (True, 90, Grade.GOOD),
        (True, 91, Grade.HARD),
        (True, 600, Grade.HARD),
        (True, 601, Grade.GOOD),
        (True, None, Grade.GOOD),
    ],
)
def test_right_or_wrong_and_the_time_taken_make_the_grade(
    *, right: bool, seconds: int | None, grade: Grade
) -> None:
    taken = None if seconds is None else timedelta(seconds=seconds)
    assert rules.grade(right=right, taken=taken) is grade


@given(history=histories, gap=st.timedeltas(timedelta(), timedelta(days=400)))
def test_nothing_comes_back_before_it_was_answered_and_better_known_comes_later(
    history: list[tuple[timedelta, Grade]], gap: timedelta
) -> None:
    card, now = after(history)
    now += gap
    due = [rules.review(card, grade, now).due_at for grade in Grade]
    assert all(at > now for at in due)
    assert due == sorted(due)


@given(history=histories, grade=grades)
def test_a_card_kept_as_its_state_is_the_same_card(
    history: list[tuple[timedelta, Grade]], grade: Grade
) -> None:
    card, now = after([*history, (HOUR, Grade.GOOD)])
    assert card is not None
    again = rules.restored(card.state)
    assert again == card
    assert rules.review(again, grade, now + HOUR) == rules.review(card, grade, now + HOUR)


def test_the_same_answers_give_the_same_dates() -> None:
    history = [(HOUR, Grade.GOOD), (24 * HOUR, Grade.HARD), (99 * HOUR, Grade.EASY)]
    assert after(history) == after(history)


def picked(items: list[Item], memory: Memory = NOBODY, queue: tuple[int, ...] = (), user_id: int = 1) -> int:
    found = rules.pick(items, queue, memory, user_id, NOW)
    assert found is not None
    return found.item.question_id


def order(items: list[Item], user_id: int) -> list[int]:
    """Take the items one after the other; one that was asked is not due for a day."""
    due: dict[int, datetime] = {}
    while (found := rules.pick(items, (), Memory(due, set()), user_id, NOW)) is not None:
        due[found.item.question_id] = NOW + 24 * HOUR
    return list(due)


def test_due_comes_first_oldest_first_then_new_then_known_elsewhere() -> None:
    items = [Item(n) for n in range(1, 6)]
    due = {1: NOW - HOUR, 2: NOW - 2 * HOUR, 3: NOW + HOUR}
    seen = {1, 2, 3, 4}
    taken: list[int] = []
    while (found := rules.pick(items, (), Memory(due, seen), 1, NOW)) is not None:
        taken.append(found.item.question_id)
        due[found.item.question_id] = NOW + HOUR
    assert taken == [2, 1, 5, 4], "the third is not due yet"


def test_what_is_due_this_moment_is_due() -> None:
    memory = Memory({1: NOW}, {1})
    assert rules.why(1, memory, NOW) is Why.DUE
    assert rules.why(1, memory, NOW - timedelta(microseconds=1)) is Why.AGAIN
    assert rules.count_due([Item(1), Item(2)], memory, NOW) == 1


def test_new_ones_come_easiest_first_in_an_order_of_each_persons_own_that_stays() -> None:
    items = [Item(n, ("hard", "easy", "medium")[n % 3]) for n in range(30)]
    orders = {user_id: order(items, user_id) for user_id in range(1, 6)}
    levels = {item.question_id: item.difficulty for item in items}
    for found in orders.values():
        assert [levels[n] for n in found] == ["easy"] * 10 + ["medium"] * 10 + ["hard"] * 10
    assert len({tuple(found) for found in orders.values()}) == 5
    assert order(list(reversed(items)), 1) == orders[1]
    assert order(items[:-1], 1) == [n for n in orders[1] if n != 29], "one item less moves no other"


def test_the_queue_goes_first_and_leaves_out_what_may_not_be_asked() -> None:
    items = [Item(1), Item(2), Item(3)]
    memory = Memory({3: NOW - HOUR, 2: NOW + HOUR}, {2, 3})
    found = rules.pick(items, (9, 2, 8, 1), memory, 1, NOW)
    assert found == rules.Pick(items[1], (1,))
    assert rules.pick(items, (9,), memory, 1, NOW) == rules.Pick(items[2], ())


@given(
    due=st.dictionaries(st.integers(1, 6), st.integers(-5, 5)),
    seen=st.sets(st.integers(1, 6)),
    usable=st.sets(st.integers(1, 6)),
)
def test_only_usable_ones_are_asked_and_never_before_they_are_due(
    due: dict[int, int], seen: set[int], usable: set[int]
) -> None:
    memory = Memory({n: NOW + hours * HOUR for n, hours in due.items()}, seen)
    items = [Item(n) for n in sorted(usable)]
    found = rules.pick(items, (), memory, 1, NOW)
    waiting = {n for n in usable if n in due and due[n] > 0}
    assert (found is None) == (waiting == usable)
    assert found is None or found.item.question_id in usable - waiting
    back_at = rules.next_at(items, memory)
    assert back_at == min((memory.due[n] for n in usable if n in due), default=None)


def test_who_was_away_begins_to_think_again_and_who_was_not_does_not() -> None:
    assert rules.thinking_since(NOW, NOW + timedelta(minutes=10)) == NOW
    later = NOW + timedelta(minutes=10, seconds=1)
    assert rules.thinking_since(NOW, later) == later


def test_a_sitting_is_over_after_six_hours() -> None:
    assert rules.is_over(None, NOW)
    assert not rules.is_over(NOW, NOW + 6 * HOUR)
    assert rules.is_over(NOW, NOW + 6 * HOUR + timedelta(seconds=1))


def test_numbers_of_answers_rise_also_within_one_moment_and_when_the_clock_goes_back() -> None:
    first = rules.next_source_id(None, NOW)
    assert first == int(NOW.timestamp()) * 1_000_000
    assert rules.next_source_id(first, NOW) == first + 1
    assert rules.next_source_id(first, NOW - HOUR) == first + 1
    assert rules.next_source_id(first, NOW + HOUR) == first + 3_600_000_000

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.answers import rules as answer_rules
from bot.features.drops import modes, permissions
from bot.features.drops import rules as drop_rules
from bot.features.drops.messages import thread_name
from bot.features.schedules import rules
from bot.features.schedules.recurrence import EVERY_DAY, WEEKDAYS, Recurrence, next_occurrence
from bot.gateway.directory import ChannelKind

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Recurrence(9 * 60, "Europe/Berlin", EVERY_DAY)
HOUR = timedelta(hours=1)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of January 2026 in Berlin; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


# What is due


def test_on_time_it_is_posted_and_the_next_run_is_tomorrow() -> None:
    decision = rules.plan(DAILY, local(5, 9), 12, local(5, 9))
    assert decision.post is not None
    assert (decision.post.local_date, decision.missed) == (date(2026, 1, 5), ())
    assert decision.next_at == local(6, 9)


def test_before_its_time_nothing_is_posted() -> None:
    decision = rules.plan(DAILY, local(5, 9), 12, local(5, 9) - timedelta(microseconds=1))
    assert (decision.post, decision.missed, decision.next_at) == (None, (), local(5, 9))


def test_after_some_days_away_only_the_newest_is_posted() -> None:
    decision = rules.plan(DAILY, local(5, 9), 12, local(8, 10))
    assert decision.post is not None
    assert decision.post.local_date == date(2026, 1, 8)
    assert [missed.local_date.day for missed in decision.missed] == [5, 6, 7]
    assert decision.next_at == local(9, 9)


@pytest.mark.parametrize(("late", "posted"), [(timedelta(), True), (timedelta(microseconds=1), False)])
def test_it_is_posted_up_to_the_late_hours_and_not_after(late: timedelta, *, posted: bool) -> None:
    decision = rules.plan(DAILY, local(5, 9), 12, local(5, 21) + late)
    assert (decision.post is not None) is posted
    assert len(decision.missed) == (0 if posted else 1)
    assert decision.next_at == local(6, 9)


# The reveal


def test_a_question_is_revealed_half_an_hour_before_the_next() -> None:
    assert rules.reveal_at(DAILY, None, local(5, 9), local(5, 9)) == local(6, 8, 30)


def test_fridays_question_lasts_the_weekend() -> None:
    weekdays = Recurrence(9 * 60, "Europe/Berlin", WEEKDAYS)
    assert rules.reveal_at(weekdays, None, local(9, 9), local(9, 9)) == local(12, 8, 30)


@pytest.mark.parametrize(("minutes", "at"), [(20 * 60, local(5, 20)), (8 * 60, local(6, 8))])
def test_a_wall_time_is_the_next_one_after_the_question(minutes: int, at: datetime) -> None:
    assert rules.reveal_at(DAILY, minutes, local(5, 9), local(5, 9)) == at


def test_a_question_that_comes_late_keeps_its_reveal_but_is_open_for_an_hour() -> None:
    assert rules.reveal_at(DAILY, 20 * 60, local(5, 9), local(5, 18)) == local(5, 20)
    assert rules.reveal_at(DAILY, 20 * 60, local(5, 9), local(5, 19, 45)) == local(5, 20, 45)


def test_one_posted_by_hand_shortly_before_the_next_lasts_until_the_one_after() -> None:
    posted = local(5, 8)
    assert rules.reveal_at(DAILY, None, posted, posted) == local(6, 8, 30)
    early = local(5, 7, 29)
    assert rules.reveal_at(DAILY, None, early, early) == local(5, 8, 30)


@given(
    st.integers(0, 1439),
    st.integers(1, 127),
    st.none() | st.integers(0, 1439),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 hypothesis wants them so
    st.timedeltas(timedelta(), 48 * HOUR),
)
def test_there_is_always_an_hour_to_answer(
    minutes: int, days: int, reveal: int | None, dropped: datetime, late: timedelta
) -> None:
    spec = Recurrence(minutes, "Europe/Berlin", days)
    dropped_at = dropped.replace(tzinfo=UTC)
    now = dropped_at + late
    at = rules.reveal_at(spec, reveal, dropped_at, now)
    assert at >= now + HOUR
    after_next = next_occurrence(spec, next_occurrence(spec, dropped_at).at).at
    assert at <= max(after_next, now + HOUR, dropped_at + 26 * HOUR)


# Choosing


@dataclass(frozen=True)
class Candidate:
    question_id: int
    category: str


candidates = st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(
    lambda keys: [Candidate(number, key) for number, key in enumerate(keys)]
)


@given(candidates, st.integers(0, 2**32))
def test_nothing_repeats_until_all_were_asked_and_no_category_twice_in_a_row(
    pool: list[Candidate], seed: int
) -> None:
    uses: dict[int, tuple[int, int]] = {}
    last: str | None = None
    for number in range(1, 4 * len(pool)):
        least = min(uses.get(c.question_id, (0, 0))[0] for c in pool)
        left = [c for c in pool if uses.get(c.question_id, (0, 0))[0] == least]
        chosen = rules.choose(pool, uses, last, f"{seed} {number}")
        assert chosen in left
        if any(c.category != last for c in left):
            assert chosen.category != last
        uses[chosen.question_id] = (least + 1, number)
        last = chosen.category


@given(candidates, st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_choice_depends_on_its_arguments_and_on_nothing_else(
    pool: list[Candidate], seed: int, shuffle: Random
) -> None:
    uses = {c.question_id: (1, c.question_id) for c in pool[1::2]}
    chosen = rules.choose(pool, uses, "a", str(seed))
    mixed = pool.copy()
    shuffle.shuffle(mixed)
    assert rules.choose(mixed, uses, "a", str(seed)) == chosen


def test_what_was_asked_long_ago_comes_back_before_what_was_asked_last() -> None:
    pool = [Candidate(number, "ab"[number % 2]) for number in range(10)]
    uses = {c.question_id: (1, c.question_id + 1) for c in pool}
    chosen = {rules.choose(pool, uses, None, str(seed)) for seed in range(100)}
    assert chosen == set(pool[:5])


def test_a_new_question_comes_before_all_that_were_asked() -> None:
    pool = [Candidate(number, "a") for number in range(3)]
    assert rules.choose(pool, {0: (3, 9), 1: (1, 3)}, "a", "x") == pool[2]


def test_different_days_choose_differently() -> None:
    pool = [Candidate(number, "a") for number in range(50)]
    assert len({rules.choose(pool, {}, None, str(day)) for day in range(30)}) > 10


def test_without_candidates_there_is_no_choice() -> None:
    assert rules.choose([], {}, None, "x") is None


# Small decisions


@pytest.mark.parametrize(
    ("answered", "usual"), [([], None), ([5, 5], None), ([1, 9, 5], 5), ([1, 2, 3, 100], 3), ([0, 0, 0], 0)]
)
def test_usual_is_a_median_that_needs_three_days(answered: list[int], usual: int | None) -> None:
    assert drop_rules.usual(answered) == usual


@pytest.mark.parametrize(
    ("kind", "wanted", "mode"),
    [
        ("text", None, "blind"),
        ("text", "open", "open"),
        ("text", "blind", "blind"),
        ("news", None, "open"),
        ("news", "blind", None),
        ("forum", "open", "open"),
        ("forum", "blind", None),
    ],
)
def test_only_text_channels_hide_answers(
    kind: ChannelKind, wanted: modes.Mode | None, mode: modes.Mode | None
) -> None:
    assert modes.mode_for(kind, wanted) == mode


@pytest.mark.parametrize("channel", ["text", "news", "forum"])
@pytest.mark.parametrize("mode", ["open", "blind"])
@pytest.mark.parametrize("kind", ["open", "choice", "mixed"])
def test_every_permission_that_is_needed_exists_and_has_a_name(
    channel: ChannelKind, mode: modes.Mode, kind: modes.Kind
) -> None:
    needed = permissions.needed_permissions(channel, mode, kind)
    assert len(set(needed)) == len(needed)
    assert set(needed) <= set(permissions.PERMISSION_LABELS)
    assert set(permissions.PERMISSION_LABELS) <= set(discord.Permissions.VALID_FLAGS)


@pytest.mark.parametrize(
    ("channel", "mode", "kind", "threads"),
    [
        ("text", "blind", "open", {"private"}),
        ("text", "open", "open", {"public"}),
        ("text", "blind", "mixed", {"private", "public"}),
        ("text", "open", "mixed", {"public"}),
        ("text", "blind", "choice", {"public"}),
        ("news", "open", "mixed", {"public"}),
        ("forum", "open", "open", set()),
        ("forum", "open", "mixed", set()),
    ],
)
def test_threads_need_the_permission_for_their_kind(
    channel: ChannelKind, mode: modes.Mode, kind: modes.Kind, threads: set[str]
) -> None:
    needed = set(permissions.needed_permissions(channel, mode, kind))
    assert needed & {"create_private_threads", "create_public_threads"} == {
        f"create_{which}_threads" for which in threads
    }


def test_a_mixed_week_is_written_on_monday_wednesday_and_friday() -> None:
    monday = date(2026, 1, 5)
    week = [rules.kinds_on("mixed", monday + timedelta(days=n)) for n in range(7)]
    assert [kinds[0] for kinds in week] == ["open", "choice", "open", "choice", "open", "choice", "choice"]
    assert all(set(kinds) == {"open", "choice"} for kinds in week), "the other kind where none is left"
    for only in ("open", "choice"):
        assert {rules.kinds_on(only, monday + timedelta(days=n)) for n in range(7)} == {(only,)}


def test_a_choice_question_has_no_hidden_room() -> None:
    assert [modes.drop_mode("choice", mode) for mode in ("blind", "open")] == ["open", "open"]
    assert [modes.drop_mode("open", mode) for mode in ("blind", "open")] == ["blind", "open"]


@given(st.integers(1, 10**9), st.text(max_size=200))
def test_a_rooms_name_fits_and_begins_with_its_number(number: int, title: str) -> None:
    name = thread_name(number, title)
    assert 1 <= len(name) <= 100
    assert name.startswith(f"{number} · ")
    assert name == f"{number} · {title}" or name.endswith("…")


@pytest.mark.parametrize(("seen", "hints", "index"), [(0, 3, 0), (2, 3, 2), (3, 3, None), (0, 0, None)])
def test_hints_come_one_at_a_time(seen: int, hints: int, index: int | None) -> None:
    assert answer_rules.hint_to_show(seen, hints) == index


def test_a_reminder_comes_two_hours_before_the_reveal_or_not_at_all() -> None:
    reveal = local(6, 8, 30)
    assert answer_rules.remind_at(reveal, local(5, 9)) == local(6, 6, 30)
    assert answer_rules.remind_at(reveal, local(6, 6, 29)) == local(6, 6, 30)
    assert answer_rules.remind_at(reveal, local(6, 6, 30)) is None

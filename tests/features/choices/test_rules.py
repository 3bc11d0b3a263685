from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.choices import rules
from bot.features.choices.rules import Verdict
from bot.features.drops.modes import DropKind
from tests.features.drops.samples import NOW

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "state", "is_out", "left", "verdict"),
    [
        ("choice", "open", True, AN_HOUR, Verdict.COUNTS),
        ("choice", "open", True, timedelta(microseconds=1), Verdict.COUNTS),
        ("choice", "open", True, timedelta(), Verdict.TIME_UP),
        ("choice", "open", True, -AN_HOUR, Verdict.TIME_UP),
        # Sent, but the reply was lost: its reveal is set when it is found.
        ("choice", "planned", True, AN_HOUR, Verdict.COUNTS),
        ("choice", "planned", True, -AN_HOUR, Verdict.COUNTS),
        ("choice", "planned", False, AN_HOUR, Verdict.GONE),
        ("choice", "skipped", False, AN_HOUR, Verdict.GONE),
        ("choice", "revealed", True, -AN_HOUR, Verdict.REVEALED),
        ("choice", "revealed", True, AN_HOUR, Verdict.REVEALED),
        ("open", "open", True, AN_HOUR, Verdict.WRITTEN),
        ("open", "revealed", True, -AN_HOUR, Verdict.WRITTEN),
        ("open", "planned", False, AN_HOUR, Verdict.GONE),
    ],
)
def test_a_tap_counts_while_the_question_is_open(
    kind: DropKind, state: str, *, is_out: bool, left: timedelta, verdict: Verdict
) -> None:
    assert rules.judge(kind, state, is_out=is_out, reveal_at=NOW + left, now=NOW) is verdict


def test_what_a_choice_brings() -> None:
    assert [rules.points(level, right=True) for level in ("easy", "medium", "hard")] == [5, 8, 12]
    assert {rules.points(level, right=False) for level in ("easy", "medium", "hard")} == {1}


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_bar_has_one_width_and_shows_everybody(count: int, others: int) -> None:
    bar = rules.bar(count, count + others)
    assert len(bar) == 10
    assert set(bar) <= set("█░")
    assert ("█" in bar) == (count > 0)
    assert ("░" not in bar) <= (others * 19 <= count), "a full bar is everybody, or nearly"

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lines import one_line


@pytest.mark.parametrize(
    ("line", "cleaned"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("two\nlines", "two lines"),
        ("a \u200b b", "a b"),
        ("zero\u200bwidth \u202eback", "zerowidth back"),
        ("join\u200ded", "join\u200ded"),
    ],
)
def test_a_line_is_one_line_of_what_can_be_seen(line: str, cleaned: str) -> None:
    assert one_line(line) == cleaned


@given(st.text())
def test_doing_it_again_changes_nothing(typed: str) -> None:
    once = one_line(typed)
    assert one_line(once) == once

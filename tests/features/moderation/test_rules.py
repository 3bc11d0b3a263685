import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.moderation import rules


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  spam ", "spam"),
        ("two\nlines\tand more", "two lines and more"),
        ("turned \u202earound\u2066", "turned around"),
        ("x" * 300, "x" * 300),
        ("x" * 301, None),
        ("", None),
        (" \n ", None),
        ("\u200b\u200d\u200c", None),
    ],
)
def test_a_reason_is_one_line_that_says_something(typed: str, line: str | None) -> None:
    assert rules.reason(typed) == line


@given(st.text())
def test_a_reason_holds_nothing_that_misleads(typed: str) -> None:
    line = rules.reason(typed)
    assert line is None or (0 < len(line) <= rules.LONGEST and len(line.splitlines()) == 1)
    assert line is None or rules.reason(line) == line


def test_every_decision_leads_out_of_a_state_that_it_does_not_lead_into() -> None:
    assert all(before != decision for decision, before in rules.BEFORE.items())


@given(st.integers(1, 2**31 - 1), st.text(max_size=9), st.none() | st.text(max_size=9))
def test_a_button_says_which_report_and_which_text(report_id: int, text: str, addition: str | None) -> None:
    stands, reported = rules.mark(text, addition), rules.mark("reported", None)
    assert 0 < stands < 2**32
    number = rules.button(report_id, reported, stands)
    assert number < 2**63
    assert rules.of_button(number) == (report_id, 0 if stands == reported else stands)
    assert rules.of_button(rules.button(report_id, stands, stands)) == (report_id, 0)


def test_a_text_and_its_addition_are_told_apart() -> None:
    texts = [("a", None), ("ab", None), ("a", "b"), ("", "ab"), ("b", "a")]
    assert len({rules.mark(text, addition) for text, addition in texts}) == len(texts)
    assert rules.mark("a", None) == rules.mark("a", "")

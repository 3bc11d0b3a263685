import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.answers.rules import TooLong, TooShort, check, clean
from bot.features.drops.rules import LONGEST_ANSWER as LONGEST
from bot.features.drops.rules import SHORTEST_ANSWER as SHORTEST

SENTENCE = "I would first ask how many requests a second there are, and what a late one costs."


def test_a_usual_answer_is_taken_as_it_is() -> None:
    assert check(SENTENCE) == SENTENCE
    assert check(f"\n  {SENTENCE}\t\n") == SENTENCE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", TooShort(0, SHORTEST)),
        ("x" * (SHORTEST - 1), TooShort(SHORTEST - 1, SHORTEST)),
        ("x" * SHORTEST, "x" * SHORTEST),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), TooLong(LONGEST + 1, LONGEST)),
        (" " * 200, TooShort(0, SHORTEST)),
        ("\u200b" * 200, TooShort(0, SHORTEST)),
        ("\u200d" * 200, TooShort(0, SHORTEST)),
        ("x" + " " * 150 + "y", TooShort(2, SHORTEST)),
    ],
)
def test_what_is_too_short_and_too_long(text: str, found: object) -> None:
    assert check(text) == found


def test_blanks_do_not_make_an_answer_longer() -> None:
    assert check("x" + "\n" * 100 + "y") == TooShort(2, SHORTEST)
    half = "x" * (SHORTEST // 2)
    assert check(half + " " * 60 + "y") == half + " " * 60 + "y"


def test_code_keeps_its_lines_and_tabs() -> None:
    code = "```python\nwhile True:\n\tpass\n```\n" + SENTENCE
    assert check(code) == code
    assert check(code.replace("\n", "\r\n")) == code


def test_direction_marks_go_and_joined_emoji_stay() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(f"a\u202eb\u2066c\u200bd\ufeff {family} \x00\x1b[31m") == f"abcd {family} [31m"


def test_an_addition_may_be_empty() -> None:
    assert check("  ", shortest=0, longest=1500) == ""
    assert check("ok", shortest=0, longest=1500) == "ok"
    assert check("x" * 1501, shortest=0, longest=1500) == TooLong(1501, 1500)


@given(st.text(max_size=200) | st.text(alphabet="x \u200b\u202e\n", min_size=60, max_size=4000))
def test_what_is_taken_can_be_read_and_fits(text: str) -> None:
    found = check(text)
    match found:
        case TooShort(length, shortest):
            assert length < shortest
        case TooLong(length, longest):
            assert length > longest
        case _:
            assert SHORTEST <= len(found) <= LONGEST
            assert sum(not c.isspace() for c in found) >= SHORTEST // 2
            assert check(found) == found
            unseen = {c for c in found if unicodedata.category(c) in {"Cc", "Cf"}}
            assert unseen <= set("\n\t\u200c\u200d")

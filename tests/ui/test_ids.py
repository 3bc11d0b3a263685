import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.ids import LARGEST, LIMIT, Address, custom_id, parse

words = st.from_regex(r"[a-z][a-z_]{0,19}", fullmatch=True)


@given(words, words, st.integers(0, LARGEST))
def test_what_is_written_reads_back(feature: str, action: str, subject_id: int) -> None:
    text = custom_id(feature, action, subject_id)
    assert len(text) <= LIMIT
    assert parse(text) == Address(feature, action, subject_id)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ":",
        ":::",
        "answers",
        "answers:answer",
        "answers:answer:v1",
        "answers:answer:v1:",
        "answers:answer:v1:x",
        "answers:answer:v1:-1",
        "answers:answer:v1:+1",
        "answers:answer:v1:1.0",
        "answers:answer:v1: 1",
        "answers:answer:v1:1_000",
        "answers:answer:v1:١٢",
        "answers:answer:v1:²",
        "answers:answer:v1:1:2",
        "answers:answer:v0:1",
        "answers:answer:V1:1",
        f"answers:answer:v1:{LARGEST + 1}",
        "answers:answer:v1:" + "9" * 5000,
        "x" * 101 + ":y:v1:1",
    ],
)
def test_what_is_not_ours_is_nothing(forged: str) -> None:
    assert parse(forged) is None


@given(st.text() | st.lists(st.text(), max_size=6).map(":".join))
def test_no_text_is_too_strange(text: str) -> None:
    address = parse(text)
    assert address is None or 0 <= address.subject_id <= LARGEST


def test_the_largest_id_is_the_databases_largest() -> None:
    assert parse(f"a:b:v1:{LARGEST}") == Address("a", "b", 2**63 - 1)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lines import encodable, folded, one_line


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zürich", "zurich"),
        ("SÃO PAULO", "são paulo"),
        ("Łódź", "lodz"),
        ("e\N{COMBINING ACUTE ACCENT}tude", "Étude"),
        ("Straße", "STRASSE"),
        ("Øresund", "oresund"),
        ("ISTANBUL", "İstanbul"),
        ("ёлка", "ЕЛКА"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}b", "AB"),
        ("œuvre", "OEUVRE"),
    ],
)
def test_case_width_and_accents_are_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("o", "a"), ("कु", "क"), ("ソ", "ン")])
def test_signs_that_make_another_letter_stay(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_again_changes_nothing(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)


@given(st.text(st.characters()))
def test_every_text_becomes_one_that_can_be_written(text: str) -> None:
    written = encodable(text)
    assert written.encode().decode() == written
    assert encodable(written) == written


def test_a_whole_text_stays_and_half_a_character_becomes_a_mark() -> None:
    assert encodable("Zürich 東京 👩‍💻") == "Zürich 東京 👩‍💻"
    assert encodable("a\ud83db\udc00") == "a\ufffdb\ufffd"

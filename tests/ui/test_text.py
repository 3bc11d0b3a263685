import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui import text
from tests.features.answers.samples import NASTY_NAMES

SPECIAL = "*_~|`<>[]#\\@"


def literal(escaped: str) -> str:
    """Return what Discord shows of a text whose formatting is all escaped."""
    assert re.search(r"(?<!\\)(\\\\)*[*_~|`<>\[\]#]", escaped) is None, escaped
    assert re.search(r"@(everyone|here|[!&]?\d{17,20})", escaped) is None, escaped
    return re.sub(r"\\(.)", r"\1", escaped).replace("@\u200b", "@")


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_names_can_neither_ping_nor_format(name: str) -> None:
    shown = literal(text.name(name))
    kept = "".join(c for c in name if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf"})
    assert shown == " ".join(kept.split())


@given(st.text() | st.text(alphabet=SPECIAL + "everyone here&!1\n\u202e", max_size=40))
def test_every_name_is_one_line_of_its_own_characters(name: str) -> None:
    shown = literal(text.name(name))
    assert len(shown.splitlines()) <= 1
    assert not any(c in shown for c in "\u202a\u202e\u2066\u2069\u200f\x00\x1b")


def test_usual_names_stay_as_they_are() -> None:
    family = "\U0001f468\u200d\U0001f469"
    for name in ("Ada Lovelace", "Jürgen", "渡辺", "O'Neill-Smith (she)", f"cem {family}", "a.b:c"):
        assert text.name(name) == name


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    at = datetime(2026, 1, 5, 8, 0, 0, 999_999, tzinfo=UTC)
    assert text.when(at) == f"<t:{int(at.timestamp())}:f>"
    assert text.when(at + timedelta(hours=1), "R") == f"<t:{int(at.timestamp()) + 3600}:R>"


def test_links_lead_to_channels_and_messages() -> None:
    assert text.link(1, 2) == "https://discord.com/channels/1/2"
    assert text.link(1, 2, 3) == "https://discord.com/channels/1/2/3"


@pytest.mark.parametrize(("number", "shown"), [(0, "0 tries"), (1, "1 try"), (2, "2 tries")])
def test_counts_have_their_plural(number: int, shown: str) -> None:
    assert text.count(number, "try", "tries") == shown
    assert text.count(number, "point") == f"{number} point{'' if number == 1 else 's'}"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (list("abcdef"), "a, b, c and 3 more"),
    ],
)
def test_long_lists_end_with_a_count(words: list[str], shown: str) -> None:
    assert text.listing(words, most=3) == shown


@pytest.mark.parametrize(
    ("typed", "fit"), [("eleve", 0), ("ÉLÈVE", 0), ("resume", 1), ("sume", 2), ("x", None)]
)
def test_accents_do_not_matter_while_one_types(typed: str, fit: int | None) -> None:
    assert text.matches(typed, "Élève: Résumé") == fit

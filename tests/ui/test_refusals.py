import re

import pytest

from bot.ui import refusals
from bot.ui.refusals import TABLE, Kind, Refusal

# What can reach the bot, and has to be known.
KNOWN = (
    *(10003, 10004, 10008, 20009, 20016, 20022, 20028, 20029, 30003, 30007, 30010, 30013, 30033, 30046),
    *(40004, 40058, 40066, 40067, 50001, 50005, 50007, 50008, 50009, 50013, 50021, 50024, 50083, 50278),
    *(60003, 160002, 160004, 160005, 160006, 160007, 200000, 200001, 240000),
)


@pytest.mark.parametrize("code", KNOWN)
def test_what_can_reach_the_bot_is_known(code: int) -> None:
    assert code in TABLE


@pytest.mark.parametrize("refusal", list(TABLE.values()), ids=[str(code) for code in TABLE])
def test_each_says_what_is_so_and_the_next_step(refusal: Refusal) -> None:
    assert re.fullmatch(r"(?:[a-z]|I |AutoMod|Discord).*[^.]", refusal.why), "half a sentence"
    assert re.fullmatch(r"[A-Z`].*\.", refusal.step), "a whole one"
    assert refusal.sentence == f"Discord refuses it: {refusal.why}. {refusal.step}"
    assert len(refusal.sentence) < 300


def test_what_is_written_down_is_read_again() -> None:
    assert refusals.read(refusals.kept(200000, "Message was blocked")) is TABLE[200000]
    assert refusals.kept(12345, "Some words") == "Some words"
    for detail in ("Some words", "", "12345", "²", "-200000"):
        assert refusals.read(detail) is None


def test_kinds_and_codes_are_the_same_table() -> None:
    assert {code for kind in Kind for code in refusals.codes(kind)} == set(TABLE)
    assert refusals.codes(Kind.SHUT) == {50083, 160005}
    assert refusals.kind_of(12345) is None
    assert all(refusals.codes(kind) for kind in Kind)

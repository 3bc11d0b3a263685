from typing import Any

import pytest
from discord import AppCommandOptionType as Kind
from discord.app_commands import Choice
from hypothesis import given
from hypothesis import strategies as st

from bot.ui import payload
from bot.ui.payload import Given

BOX = {"type": 4, "custom_id": "text", "value": "hello"}


@pytest.mark.parametrize(
    ("components", "values"),
    [
        ([{"type": 18, "component": BOX}], {"text": "hello"}),
        ([{"type": 18, "id": 1, "component": BOX | {"id": 2}}], {"text": "hello"}),
        ([{"type": 1, "components": [BOX]}], {"text": "hello"}),
        ([{"type": 10, "content": "read me"}, {"type": 18, "component": BOX}], {"text": "hello"}),
        ([{"type": 10}, {"type": 1, "components": [BOX, BOX | {"custom_id": "b"}]}], None),
        ([{"type": 18, "component": BOX | {"value": None}}], {"text": ""}),
        ([{"type": 18, "component": {"type": 4, "custom_id": "text"}}], {"text": ""}),
        ([{"type": 18, "component": BOX | {"value": " \n"}}], {"text": " \n"}),
        ([], {}),
        ([{"type": 1, "components": []}], {}),
    ],
)
def test_what_was_written_is_read_from_every_shape(
    components: list[object], values: dict[str, str] | None
) -> None:
    expected = {"text": "hello", "b": "hello"} if values is None else values
    assert payload.texts({"custom_id": "x", "components": components}) == expected


def test_a_form_without_components_is_empty() -> None:
    assert payload.texts({}) == {}


@pytest.mark.parametrize(
    ("chosen", "ticked"),
    [([], set()), (["0", "2"], {0, 2}), (None, set()), (["x", "-1", "7"], {7})],
)
def test_ticks_and_texts_are_read_apart(chosen: list[str] | None, ticked: set[int]) -> None:
    boxes = {"type": 22, "custom_id": "ticks", "values": chosen}
    data = {"components": [{"type": 18, "component": boxes}, {"type": 18, "component": BOX}]}
    assert payload.ticks(data) == {"ticks": ticked}
    assert payload.texts(data) == {"text": "hello"}


KEYS = ("name", "type", "options", "components", "component", "custom_id", "value", "values", "resolved")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()) | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
)


@given(ANYTHING)
def test_whatever_comes_is_read_and_can_be_stored(data: Any) -> None:
    safe = payload.cleaned(data)
    assert payload.cleaned(safe) == safe or safe != safe  # noqa: PLR0124 not a number is unlike itself
    for text in payload.texts(safe).values():
        assert len(text.encode()) <= 4 * payload.LONGEST_TEXT
    payload.ticks(safe)
    payload.given(safe)
    payload.has_target(safe)


def test_half_a_character_becomes_a_mark_wherever_it_stands() -> None:
    data = {"\ud800": ["a\udfff", {"value": "\ud83d\ude00 \ud83d"}], "n": 1}
    assert payload.cleaned(data) == {"\ufffd": ["a\ufffd", {"value": "\U0001f600 \ufffd"}], "n": 1}


def test_a_text_longer_than_any_box_is_cut() -> None:
    components = [{"type": 18, "component": BOX | {"value": "x" * 5000}}]
    assert payload.texts({"components": components}) == {"text": "x" * 4000}


def test_the_options_of_a_subcommand_are_those_below_it() -> None:
    option = {"name": "day", "type": 3, "value": "x", "focused": True}
    deep = [{"name": "a", "type": 2, "options": [{"name": "b", "type": 1, "options": [option]}]}]
    assert payload.given({"name": "c", "options": deep}) == [Given("day", 3, "x", focused=True)]
    assert payload.given({"name": "c"}) == []
    assert payload.given({"name": "c", "options": [{"name": "b", "type": 1}]}) == []
    for wrong in (5, [5], [{"name": "b"}], [{"name": "b", "type": 1, "options": 5}]):
        assert payload.given({"name": "c", "options": wrong}) is None


class Takes:
    """What is asked of a parameter."""

    def __init__(
        self, kind: Kind, least: float | None = None, most: float | None = None, *words: str
    ) -> None:
        self.type, self.min_value, self.max_value = kind, least, most
        self.choices = [Choice(name=word, value=word) for word in words]


@pytest.mark.parametrize(
    ("takes", "fitting", "unfit"),
    [
        (Takes(Kind.string), ["", "x" * 6000], ["x" * 6001, 5, None, True, ["x"]]),
        (Takes(Kind.string, 2, 3), ["ab", "abc"], ["a", "abcd"]),
        (Takes(Kind.string, None, None, "yes", "no"), ["yes"], ["maybe", "", 1]),
        (Takes(Kind.integer, 3, 25), [3, 25], [2, 26, 3.5, True, "3", None]),
        (Takes(Kind.integer), [-(2**53), 0], ["0", 0.0]),
        (Takes(Kind.number, 0, 1), [0, 0.5], [1.5, "0.5", False]),
        (Takes(Kind.boolean), [True, False], [0, 1, "true", None]),
        (Takes(Kind.channel), ["1", "9" * 20], ["", "-1", "x", 1, "9" * 21, "\u00b2"]),
        (Takes(Kind.role), ["1"], [1]),
    ],
)
def test_a_parameter_takes_its_own_type_within_its_bounds(
    takes: Any, fitting: list[Any], unfit: list[Any]
) -> None:
    assert [value for value in fitting if not payload.fits(value, takes)] == []
    assert [value for value in unfit if payload.fits(value, takes)] == []

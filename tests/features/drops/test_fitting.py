"""How a question fits a channel that has become one of another kind."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.features.drops import modes, permissions, rules
from bot.features.drops.modes import ChannelKind, Kind, Mode
from tests.features.drops.samples import drop


@pytest.mark.parametrize("kind", get_args(ChannelKind))
@pytest.mark.parametrize("wanted", get_args(Mode))
def test_answers_are_hidden_where_they_are_wanted_hidden_and_can_be(kind: ChannelKind, wanted: Mode) -> None:
    assert modes.fitting(kind, wanted) == ("blind" if (kind, wanted) == ("text", "blind") else "open")


@pytest.mark.parametrize("kind", get_args(ChannelKind))
@pytest.mark.parametrize("message_id", [None, 1])
def test_what_fits_stays_as_it_is(kind: ChannelKind, message_id: int | None) -> None:
    for mode in ("blind", "open") if kind == "text" else ("open",):
        one = drop(channel_kind=kind, mode=mode, message_id=message_id, room_id=None)
        assert rules.fitted(one, kind) == one


def test_a_hidden_question_without_answers_goes_on_in_the_open() -> None:
    for message_id in (None, 1):
        one = drop(mode="blind", message_id=message_id, room_id=None, answered=0)
        fitted = rules.fitted(one, "news")
        assert (fitted.channel_kind, fitted.mode) == ("news", "open")


@pytest.mark.parametrize(("state", "mode"), [("planned", "blind"), ("open", "blind"), ("revealed", "open")])
def test_what_was_written_hidden_stays_hidden_until_the_reveal(state: str, mode: str) -> None:
    one = drop(mode="blind", room_id=None, answered=1, state=state)
    assert rules.fitted(one, "news").mode == mode


def test_what_waits_for_its_reveal() -> None:
    waiting = drop(mode="blind", channel_kind="news", room_id=None, answered=1)
    assert rules.is_held_back(waiting)
    for change in ({"channel_kind": "text"}, {"mode": "open"}, {"room_id": 5}, {"state": "revealed"}):
        assert not rules.is_held_back(replace(waiting, **change))


def test_a_hidden_room_that_is_there_stays_hidden() -> None:
    fitted = rules.fitted(drop(mode="blind", room_id=5), "news")
    assert (fitted.channel_kind, fitted.mode) == ("news", "blind")


def test_what_was_opened_is_not_hidden_later() -> None:
    assert rules.fitted(drop(channel_kind="news", mode="open", room_id=None), "text").mode == "open"


def test_a_message_that_stands_in_a_forum_or_outside_stays_where_it_is() -> None:
    for here, there in (("forum", "text"), ("text", "forum"), ("news", "forum")):
        one = drop(channel_kind=here, mode="open", room_id=5)
        assert rules.fitted(one, there) == one
        waiting = drop(channel_kind=here, mode="open", message_id=None, room_id=None)
        assert rules.fitted(waiting, there).channel_kind == there


@pytest.mark.parametrize("kind", get_args(Kind))
def test_no_private_threads_are_asked_for_where_there_are_none(kind: Kind) -> None:
    for channel in ("news", "forum"):
        needed = permissions.needed_permissions(channel, "blind", kind)
        assert needed == permissions.needed_permissions(channel, "open", kind)
        assert "create_private_threads" not in needed

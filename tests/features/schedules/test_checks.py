"""What a look at a schedule's channel and role finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.features.schedules import checks
from bot.gateway.directory import ChannelKind
from bot.outbox.message import Trouble
from tests.features.drops.samples import schedule


@dataclass
class OneServer:
    """A directory of one channel and one role."""

    channel: ChannelKind | None = "text"
    lacking: tuple[str, ...] = ()
    role: bool | None = True
    demands_tag: bool = False

    def kind(self, *_: int) -> ChannelKind | None:
        return self.channel

    def missing(self, _guild: int, _channel: int, names: Iterable[str]) -> tuple[str, ...] | None:
        return None if self.channel is None else tuple(name for name in names if name in self.lacking)

    def lacks_tag(self, *_: int) -> bool:
        return self.demands_tag

    def has_role(self, *_: int) -> bool | None:
        return self.role


def found(server: OneServer, **changes: Any) -> dict[Trouble, str]:
    directory: Any = server
    looked = checks.look(directory, schedule(**({"zone": "UTC"} | changes)))
    return {trouble: detail for trouble, detail in looked.items() if detail is not None}


def test_all_is_right() -> None:
    assert found(OneServer(), role_id=5) == {}


def test_a_channel_that_is_gone_or_takes_no_questions() -> None:
    assert found(OneServer(None)) == {Trouble.CHANNEL_GONE: ""}


@pytest.mark.parametrize("kind", ["open", "mixed"])
def test_hidden_answers_in_a_channel_that_cannot_hide(kind: str) -> None:
    for channel in ("news", "forum"):
        assert found(OneServer(channel), mode="blind", kind=kind) == {Trouble.NOT_HIDDEN: channel}
        assert found(OneServer(channel), mode="open", kind=kind) == {}
    assert found(OneServer("text"), mode="blind", kind=kind) == {}


def test_choices_have_nothing_to_hide() -> None:
    assert found(OneServer("news"), mode="blind", kind="choice") == {}


def test_permissions_are_asked_for_the_channel_as_it_is_now() -> None:
    server = OneServer("news", lacking=("create_private_threads",))
    assert Trouble.NO_PERMISSION not in found(server, mode="blind", kind="open")
    server = OneServer("news", lacking=("create_public_threads",))
    assert found(server, mode="blind", kind="open")[Trouble.NO_PERMISSION] == "Create Public Threads"


def test_a_forum_that_demands_a_tag() -> None:
    assert found(OneServer("forum", demands_tag=True), mode="open") == {Trouble.TAG_NEEDED: ""}


def test_a_setting_that_nothing_here_knows() -> None:
    assert found(OneServer(), zone="Mars/Phobos") == {Trouble.UNREADABLE: "zone=Mars/Phobos"}


def test_a_role_that_is_gone_and_one_that_nobody_knows_of() -> None:
    assert found(OneServer(role=False), role_id=5) == {Trouble.ROLE_GONE: "5"}
    assert found(OneServer(role=None), role_id=5) == {}


def test_what_is_known_is_not_told_again_and_what_is_mended_is_closed() -> None:
    one = schedule()
    looked = {Trouble.CHANNEL_GONE: "", Trouble.ROLE_GONE: None, Trouble.NOT_HIDDEN: None}
    known = {(one.id, "role_gone"), (one.id + 1, "not_hidden")}
    assert checks.compare(one, looked, known) == ({Trouble.CHANNEL_GONE: ""}, [Trouble.ROLE_GONE])
    assert checks.compare(one, looked, {(one.id, "channel_gone")}) == ({}, [])

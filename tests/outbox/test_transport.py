"""The real transport: how refusals are named, and which tags a forum post gets and keeps."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.outbox.message import Blocked, Direct, ForumPost, InChannel, Trouble
from bot.outbox.transport import DiscordTransport, _blocked, _open_post, _tags_named
from bot.ui.message import Message


def forum(*names: str, moderated: tuple[str, ...] = (), required: bool = False, power: bool = False) -> Any:
    """Return a forum with tags; `power` says whether the bot may set the moderators' ones."""
    tags = [discord.ForumTag(name=name, moderated=name in moderated) for name in names]
    for number, tag in enumerate(tags, start=1):
        tag.id = number
    opened: dict[str, Any] = {}

    async def create_thread(**options: Any) -> Any:
        opened.update(options)
        return SimpleNamespace(thread=None)

    return SimpleNamespace(
        available_tags=tags,
        flags=SimpleNamespace(require_tag=required),
        guild=SimpleNamespace(me=None),
        permissions_for=lambda _: discord.Permissions(manage_threads=power),
        create_thread=create_thread,
        opened=opened,
    )


def named(channel: Any, *names: str) -> list[str]:
    return [tag.name for tag in _tags_named(channel, names)]


def test_names_are_compared_without_case_and_at_most_five_are_taken() -> None:
    assert named(forum("RAG", "Open", "other"), "open", "rag") == ["Open", "RAG"]
    assert named(forum("a", "b", "c", "d", "e", "f"), "f", "e", "d", "c", "b", "a") == [
        "f",
        "e",
        "d",
        "c",
        "b",
    ]
    assert named(forum(), "open") == []
    assert named(forum("open"), "open", "OPEN") == ["open"]


def test_the_moderators_tags_are_set_by_those_who_may() -> None:
    assert named(forum("open", moderated=("open",)), "open") == []
    assert named(forum("open", moderated=("open",), power=True), "open") == ["open"]


@pytest.mark.parametrize(
    ("required", "tags", "expected"),
    [
        (False, ("open",), ["open"]),
        (False, ("nothing",), []),
        (True, ("nothing",), ["free"]),
        (True, ("open",), ["open"]),
    ],
)
async def test_a_forum_that_wants_a_tag_gets_one(
    *, required: bool, tags: tuple[str, ...], expected: list[str]
) -> None:
    channel = forum("staff", "free", "open", moderated=("staff",), required=required)
    creation = ForumPost(1, "name", Message("text"), tags)
    await _open_post(cast("discord.ForumChannel", channel), creation, 7)
    assert [tag.name for tag in channel.opened["applied_tags"]] == expected


@pytest.mark.parametrize(("status", "again"), [(403, False), (404, False), (429, True), (503, True)])
async def test_a_refusal_is_final_and_a_failure_is_not(status: int, *, again: bool) -> None:
    response = SimpleNamespace(status=status, reason="because")

    async def fetch_channel(_: int) -> Any:
        raise discord.HTTPException(cast("Any", response), "said Discord")

    bot = SimpleNamespace(get_channel=lambda _: None, fetch_channel=fetch_channel)
    transport = DiscordTransport(cast("Any", bot))
    assert await transport.retag(1, ("revealed",), ("open",)) is not again


async def test_a_broken_connection_is_tried_again_and_what_is_no_forum_is_left() -> None:
    async def fetch_channel(_: int) -> Any:
        raise ConnectionResetError

    bot = SimpleNamespace(get_channel=lambda _: None, fetch_channel=fetch_channel)
    assert not await DiscordTransport(cast("Any", bot)).retag(1, ("revealed",), ("open",))
    bot.get_channel = lambda _: SimpleNamespace()
    assert await DiscordTransport(cast("Any", bot)).retag(1, ("revealed",), ("open",))


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (10003, Trouble.CHANNEL_GONE),
        (50001, Trouble.NO_ACCESS),
        (50013, Trouble.NO_PERMISSION),
        (160002, Trouble.NO_PERMISSION),
        (160006, Trouble.THREAD_LIMIT),
        (160007, Trouble.THREAD_LIMIT),
        (40066, Trouble.TAG_NEEDED),
        (40067, Trouble.TAG_NEEDED),
        (200000, Trouble.REFUSED),
        (60003, Trouble.REFUSED),
        (40004, Trouble.UNAVAILABLE),
        (12345, Trouble.REFUSED),
    ],
)
def test_a_refusal_is_named_by_its_code(code: int, trouble: Trouble) -> None:
    response: Any = SimpleNamespace(status=403, reason="no")
    error = discord.HTTPException(response, {"code": code, "message": "no"})
    assert _blocked(InChannel(1, Message("x")), error) == Blocked(trouble, "no", code=code)
    direct = _blocked(Direct(1, Message("x")), error)
    assert direct.trouble is (Trouble.REFUSED if code == 200000 else Trouble.UNREACHABLE)

"""What is taken for a message or a thread of an earlier attempt; tests/wire has the real search."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord.components import ActionRow

from bot.outbox import search
from bot.outbox.message import PrivateThread

ME, SOMEBODY = 1, 2
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
POST: Any = SimpleNamespace(id=4711, claimed_at=NOW, due_at=NOW)
NAME = "1 · Design a cache"


def ago(minutes: int) -> int:
    """Return the id of what was made so many minutes before."""
    return discord.utils.time_snowflake(NOW - timedelta(minutes=minutes))


def message(author: int, marker: int, at: datetime = NOW) -> Any:
    button = {"type": 2, "style": 1, "label": "Answer", "custom_id": "x", "id": marker}
    return SimpleNamespace(
        id=ago(0),
        channel=SimpleNamespace(id=10),
        author=SimpleNamespace(id=author),
        components=[ActionRow({"type": 1, "id": 0, "components": [button]})],
        created_at=at,
    )


class Channel:
    """A channel with a history; `active` are its server's open threads, `closed` the archived ones."""

    def __init__(self, *messages: Any) -> None:
        self._messages = messages
        self.asked: dict[str, Any] = {}

    async def history(self, **asked: Any) -> AsyncIterator[Any]:
        self.asked = asked
        for one in self._messages:
            if one.created_at >= asked["after"].created_at:
                yield one


class Http:
    """Deletes threads."""

    def __init__(self) -> None:
        self.deleted: list[int] = []

    async def delete_channel(self, thread_id: int, *, reason: str) -> None:
        assert reason
        self.deleted.append(thread_id)

    async def edit_channel(self, thread_id: int, **_: Any) -> None:
        raise AssertionError(f"{thread_id} is deleted, not closed")


def bot(channel: Any = None) -> Any:
    return SimpleNamespace(
        user=SimpleNamespace(id=ME), http=Http(), get_partial_messageable=lambda *_, **__: channel
    )


@pytest.mark.parametrize(
    ("author", "marker", "found"),
    [(ME, 4711, True), (SOMEBODY, 4711, False), (ME, 4712, False)],
    ids=["mine", "another bot's", "another post's"],
)
async def test_a_message_is_known_by_its_author_and_its_number(
    author: int, marker: int, *, found: bool
) -> None:
    channel: Any = Channel(message(author, marker))
    receipt = await search._find_message(bot(), channel, POST)
    assert (receipt is not None) is found


async def test_it_is_looked_for_from_before_the_claim_on() -> None:
    """Discord's clock may be behind."""
    channel: Any = Channel(message(ME, 4711, NOW - timedelta(minutes=5)))
    assert await search._find_message(bot(), channel, POST) is not None


@pytest.mark.parametrize(
    ("thread", "like"),
    [
        ({}, True),
        ({"owner_id": SOMEBODY}, False),
        ({"name": "2 · Design a queue"}, False),
        ({"id": ago(60 * 24 * 7)}, False),
    ],
    ids=["mine", "somebody's", "another question's", "last week's"],
)
def test_a_thread_is_known_by_its_owner_its_name_and_its_age(thread: dict[str, Any], *, like: bool) -> None:
    found: Any = SimpleNamespace(**({"owner_id": ME, "name": NAME, "id": ago(1)} | thread))
    assert search._is_like(bot(), found, NAME, ago(10)) is like


async def test_of_twins_the_first_stays() -> None:
    """People may have gone in already."""
    discord_bot = bot()
    assert await search._keep_first(discord_bot, {ago(1), ago(2), ago(3)}) == ago(3)
    assert sorted(discord_bot.http.deleted) == [ago(2), ago(1)]


async def test_where_discord_fails_at_the_look_it_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    response: Any = SimpleNamespace(status=503, reason="no")

    async def failing(*_: Any) -> AsyncIterator[Any]:
        raise discord.HTTPException(response, "no")
        yield

    monkeypatch.setattr(search, "_threads_like", failing)
    made: Any = SimpleNamespace(id=ago(0))
    with pytest.raises(discord.HTTPException):
        await search.keep_one(bot(), made, PrivateThread(10, NAME))
    response.status = 403
    assert await search.keep_one(bot(), made, PrivateThread(10, NAME)) == made.id

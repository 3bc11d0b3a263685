"""A message with a picture, as the outbox sends it, over real sockets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import discord
import pytest
from discord.ext import commands

from bot.outbox.message import InChannel, Receipt
from bot.outbox.store import Post
from bot.outbox.transport import DiscordTransport
from bot.ui.ids import custom_id
from bot.ui.message import Button, Message, Picture
from tests.loopcord import Channel, Guild, Server, contract
from tests.loopcord.inprocess import connected

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PICTURE = Picture("standings.png", b"\x89PNG not really", "1. Ada: 12 points\n2. بن: 1 point 🚀")
SHOWN = Message("Quiz over", rows=((Button("Rematch", custom_id("quiz", "again", 1)),),), pictures=(PICTURE,))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as running:
        yield running


@pytest.fixture
def guild(server: Server) -> Guild:
    return server.add_guild()


@pytest.fixture
def channel(server: Server, guild: Guild) -> Channel:
    return server.add_channel(guild)


@pytest.fixture
async def client(server: Server, channel: Channel) -> AsyncIterator[commands.AutoShardedBot]:
    assert server.messages(channel) == []
    client = commands.AutoShardedBot(
        "!", intents=discord.Intents.default(), guild_ready_timeout=0.02, help_command=None
    )
    async with connected(client, server):
        yield client


def post(guild: Guild, channel: Channel) -> Post:
    return Post(77, guild.id, "quiz_end", 1, 0, channel.id, NOW, NOW, NOW, "sending", NOW, None, 1, None)


async def test_a_picture_arrives_with_its_words_buttons_and_nonce(
    server: Server, client: commands.AutoShardedBot, guild: Guild, channel: Channel
) -> None:
    receipt = await DiscordTransport(client).create(post(guild, channel), InChannel(channel.id, SHOWN))
    (message,) = server.messages(channel)
    assert isinstance(receipt, Receipt)
    assert receipt.message_id == message.id
    (attachment,) = message.attachments
    assert attachment["filename"] == PICTURE.name
    assert attachment["description"] == PICTURE.alt
    assert attachment["content_type"] == "image/png"
    assert server.world.files[int(attachment["id"])] == (PICTURE.name, PICTURE.data)
    assert (message.content, message.nonce, message.flags) == ("Quiz over", "77", 0)
    assert message.components[0]["components"][0]["id"] == 77
    seen = await client.get_partial_messageable(channel.id).fetch_message(message.id)
    assert await seen.attachments[0].read() == PICTURE.data
    described = contract.load()
    if described is not None:
        assert described.check_all(server.requests) == []
        assert described.check_answer(server.requests[-2]) == []


async def test_sent_twice_it_stands_once(
    server: Server, client: commands.AutoShardedBot, guild: Guild, channel: Channel
) -> None:
    transport, creation = DiscordTransport(client), InChannel(channel.id, SHOWN)
    first = await transport.create(post(guild, channel), creation)
    assert await transport.create(post(guild, channel), creation) == first
    assert len(server.messages(channel)) == 1
    assert len(server.world.files) == 1

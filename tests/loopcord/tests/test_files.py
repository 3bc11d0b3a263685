import io

import discord
import pytest

from tests.loopcord import Channel, Server
from tests.loopcord.tests.conftest import BareBot

ALT = "1. Ada: 12 points"


async def test_an_edit_of_the_text_keeps_the_picture(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    sent = await room.send(file=discord.File(io.BytesIO(b"picture"), "standings.png", description=ALT))
    await sent.edit(content="later")
    assert server.messages(channel)[0].attachments[0]["description"] == ALT
    await sent.edit(attachments=[])
    assert server.messages(channel)[0].attachments == []


async def test_what_discord_refuses(bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    with pytest.raises(discord.HTTPException) as long:
        await room.send(file=discord.File(io.BytesIO(b"x"), "a.png", description="x" * 1025))
    assert long.value.code == 50035
    with pytest.raises(discord.HTTPException) as large:
        await room.send(file=discord.File(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "a.png"))
    assert (large.value.status, large.value.code) == (413, 40005)

"""A picture that the outbox posts, as the page of a try-out shows it."""

from datetime import UTC, datetime

import aiohttp

from bot.features.quiz.picture import Line, standings
from bot.outbox.message import InChannel, Receipt
from bot.outbox.store import Post
from bot.outbox.transport import DiscordTransport
from bot.ui.message import Message
from tests.tryout.conftest import Visit

NOW = datetime(2026, 1, 5, tzinfo=UTC)


async def test_the_standings_are_shown_with_their_alt_text(visit: Visit) -> None:
    lines = [Line(n + 1, f"Player {n + 1}", 20 - n, 10 - n, 10, 0) for n in range(6)]
    picture = standings("Quiz standings", "10 questions", lines, 0x5865F2)
    async with visit() as visitor:
        bot = visitor.tryout.bot
        channel = bot.get_channel(int((await visitor.places("Ada"))["general"]["id"]))
        creation = InChannel(channel.id, Message("Quiz over", pictures=(picture,)))
        row = Post(
            7, channel.guild.id, "quiz_end", 1, 0, channel.id, NOW, NOW, NOW, "sending", NOW, None, 1, None
        )
        assert isinstance(await DiscordTransport(bot).create(row, creation), Receipt)
        page = await visitor.open("Ada", "general")
        await page.until("Quiz over")
        (shown,) = page.state["messages"][page.message_id("Quiz over")]["attachments"]
        assert (shown["filename"], shown["description"]) == (picture.name, picture.alt)
        assert shown["inline"]
        assert shown["available"]
        address = f"{visitor.base}/api/assets/{shown['asset_id']}"
        async with (
            aiohttp.ClientSession() as session,
            session.get(address, headers=visitor.headers(page.id)) as got,
        ):
            assert got.status == 200
            assert got.content_type == "image/png"
            assert await got.read()

import discord
import pytest

from tests.loopcord import Channel, DriverError, Guild, Member, Server
from tests.loopcord.tests.conftest import BareBot


def text_channel(bot: BareBot, channel: Channel) -> discord.TextChannel:
    found = bot.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_thread_on_a_message_once(server: Server, bot: BareBot, channel: Channel) -> None:
    message = await text_channel(bot, channel).send("question")
    thread = await message.create_thread(name="Discussion")
    assert thread.id == message.id
    with pytest.raises(discord.HTTPException) as second:
        await message.create_thread(name="Discussion")
    assert second.value.code == 160004
    await thread.send("first")
    assert [m.content for m in server.messages(thread.id)] == ["first"]
    assert [t.name for t in server.threads(channel)] == ["Discussion"]
    fetched = await text_channel(bot, channel).fetch_message(message.id)
    assert fetched.flags.has_thread
    assert fetched.thread is not None


async def test_private_thread_members_and_listings(
    server: Server, bot: BareBot, guild: Guild, channel: Channel, ada: Member
) -> None:
    room = text_channel(bot, channel)
    one = await room.create_thread(name="room", type=discord.ChannelType.private_thread, invitable=False)
    two = await room.create_thread(name="room", type=discord.ChannelType.private_thread)
    assert one.id != two.id
    await one.add_user(discord.Object(ada.id))
    assert {m.id for m in await one.fetch_members()} == {ada.id, server.world.bot.id}
    # "added Ada to the thread" is a message too.
    assert [m.type async for m in one.history()] == [discord.MessageType.recipient_add]
    home = bot.get_guild(guild.id)
    assert home is not None
    assert {t.id for t in await home.active_threads()} == {one.id, two.id}
    await two.edit(archived=True)
    assert {t.id for t in await home.active_threads()} == {one.id}
    for joined in (False, True):
        found = [t.id async for t in room.archived_threads(private=True, joined=joined)]
        assert found == [two.id]
    assert [t.id async for t in room.archived_threads()] == []


async def test_archived_thread_refuses_edits_and_opens_by_a_message(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    message = await text_channel(bot, channel).send("question")
    thread = await message.create_thread(name="Discussion")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="b", custom_id="b"))
    view.stop()
    inside = await thread.send("answer", view=view)
    server.archive(thread.id)
    with pytest.raises(discord.HTTPException) as refused:
        await inside.edit(content="changed")
    assert refused.value.code == 50083
    with pytest.raises(discord.HTTPException) as renamed:
        await thread.edit(name="new")
    assert renamed.value.code == 50083
    with pytest.raises(DriverError, match="dead"):
        await server.click(ada, server.messages(thread.id)[0], "b")
    await thread.send("wakes it")
    assert not server.world.thread(thread.id)[1].archived
    await inside.edit(content="changed")
    await thread.edit(name="new", archived=False)
    assert server.threads(channel)[0].name == "new"


async def test_forum_posts_know_no_nonce(server: Server, bot: BareBot, guild: Guild) -> None:
    forum = server.add_channel(guild, "forum", "forum", tags=["RAG"], require_tag=True)
    await server.until(lambda: bot.get_channel(forum.id))
    room = bot.get_channel(forum.id)
    assert isinstance(room, discord.ForumChannel)
    tag = room.available_tags[0]
    first = await room.create_thread(name="Question 1", content="text", applied_tags=[tag])
    second = await room.create_thread(name="Question 1", content="text", applied_tags=[tag])
    assert first.thread.id == first.message.id != second.thread.id
    assert [m.content for m in server.messages(first.thread.id)] == ["text"]
    assert [t.name for t in first.thread.applied_tags] == ["RAG"]
    with pytest.raises(discord.HTTPException) as untagged:
        await room.create_thread(name="Question 2", content="text")
    assert untagged.value.code == 40067
    with pytest.raises(discord.HTTPException) as root:
        await bot.get_partial_messageable(forum.id).send("into the forum itself")
    assert root.value.code == 50008


async def test_announcement_channels_have_no_private_threads(
    server: Server, bot: BareBot, guild: Guild
) -> None:
    news = server.add_channel(guild, "news", "news")
    await server.until(lambda: bot.get_channel(news.id))
    room = text_channel(bot, news)
    with pytest.raises(discord.HTTPException) as refused:
        await room.create_thread(name="room", type=discord.ChannelType.private_thread)
    assert refused.value.code == 50024
    thread = await (await room.send("question")).create_thread(name="Discussion")
    assert thread.type is discord.ChannelType.news_thread

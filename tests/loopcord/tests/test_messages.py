import io

import discord
import pytest

from tests.loopcord import Channel, Guild, Member, Server
from tests.loopcord.state import MessageFlag
from tests.loopcord.tests.conftest import BareBot


async def test_login_ready_and_command_sync(
    server: Server, bot: BareBot, guild: Guild, channel: Channel
) -> None:
    assert bot.user is not None
    assert bot.user.id == server.world.bot.id
    home = bot.get_guild(guild.id)
    assert home is not None
    assert [c.id for c in home.text_channels] == [channel.id]
    assert home.me.guild_permissions.administrator
    assert len(server.gateway.identifies) == 1
    assert server.gateway.start_limit["remaining"] == 999
    assert {c["name"] for c in server.commands()} == {"echo", "form", "slow", "manage", "Count as my answer"}
    assert server.unknown_requests == []


async def test_same_nonce_makes_one_message(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    first = await room.send("one", nonce=7)
    again = await room.send("two", nonce=7)
    assert again.id == first.id
    assert again.content == "one"
    assert str(again.nonce) == "7"
    assert [m.content for m in server.messages(channel)] == ["one"]
    history = [m async for m in room.history()]
    assert history[0].nonce is None


async def test_nonce_is_forgotten_after_its_window(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    await room.send("one", nonce=7)
    server.clock_offset = 299
    await room.send("two", nonce=7)
    server.clock_offset = 301
    await room.send("three", nonce=7)
    assert [m.content for m in server.messages(channel)] == ["one", "three"]


async def test_component_ids_come_back_numbered(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    view = discord.ui.LayoutView()
    box = discord.ui.Container(discord.ui.TextDisplay("hello", id=2), discord.ui.TextDisplay("you"), id=99)
    view.add_item(box)
    view.stop()
    sent = await room.send(view=view)
    message = await room.fetch_message(sent.id)
    container = message.components[0]
    assert isinstance(container, discord.Container)
    assert container.id == 99
    assert [child.id for child in container.children] == [2, 1]
    assert server.messages(channel)[0].flags & MessageFlag.COMPONENTS_V2


async def test_history_before_after_around_and_limit(bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    sent = [await room.send(str(n)) for n in range(6)]
    assert [m.content async for m in room.history(limit=2)] == ["5", "4"]
    assert [m.content async for m in room.history(limit=2, before=sent[3])] == ["2", "1"]
    assert [m.content async for m in room.history(limit=2, after=sent[3])] == ["4", "5"]
    around = [m.content async for m in room.history(limit=3, around=sent[2])]
    assert sorted(around) == ["1", "2", "3"]


async def test_edit_delete_reaction_and_unknown(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    message = await room.send("draft")
    await message.edit(content="final")
    await message.add_reaction("👍")
    stored = server.messages(channel)[0]
    assert (stored.content, stored.edits) == ("final", 1)
    assert stored.reactions == {"👍": {server.world.bot.id}}
    await message.delete()
    with pytest.raises(discord.NotFound) as gone:
        await room.fetch_message(message.id)
    assert gone.value.code == 10008
    server.delete_channel(channel)
    with pytest.raises(discord.NotFound) as lost:
        await room.send("nobody hears it")
    assert lost.value.code == 10003
    await server.until(lambda: bot.get_channel(channel.id) is None)


async def test_refusals_that_only_discord_knows(bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    with pytest.raises(discord.HTTPException) as empty:
        await room.send("   ")
    assert empty.value.code == 50006
    with pytest.raises(discord.HTTPException) as long:
        await room.send("x" * 2001)
    assert long.value.code == 50035
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay("x" * 4001))
    view.stop()
    with pytest.raises(discord.HTTPException) as sum_of_texts:
        await room.send(view=view)
    assert sum_of_texts.value.code == 50035
    with pytest.raises(discord.HTTPException) as nonce:
        await room.send("x", nonce="1" * 26)
    assert nonce.value.code == 50035
    row = discord.ui.View()
    row.add_item(discord.ui.Button(label="b", custom_id="b", id=1 << 31))
    row.stop()
    with pytest.raises(discord.HTTPException) as big:
        await room.send("x", view=row)
    assert big.value.code == 50035


async def test_reply_to_a_message_that_is_gone(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    gone = room.get_partial_message(1)
    with pytest.raises(discord.HTTPException) as refused:
        await room.send("to it", reference=gone.to_reference())
    assert refused.value.code == 50035
    sent = await room.send("alone", reference=gone.to_reference(fail_if_not_exists=False))
    answered = await room.send("to it", reference=sent)
    assert sent.reference is None
    assert answered.reference.message_id == sent.id
    assert [m.content for m in server.messages(channel)] == ["alone", "to it"]


async def test_pings_follow_allowed_mentions(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    room = bot.get_partial_messageable(channel.id)
    role = server.add_role(channel.guild_id or 0, "study", mentionable=True)
    text = f"@everyone <@&{role.id}> <@{ada.id}>"
    await room.send(text)
    await room.send(text, allowed_mentions=discord.AllowedMentions(everyone=False, users=False, roles=[role]))
    await room.send(text, allowed_mentions=discord.AllowedMentions.all())
    pings = [m.pings for m in server.messages(channel)]
    assert pings == [set(), {role.id}, {"everyone", role.id, ada.id}]


async def test_files_go_up_and_come_down(server: Server, bot: BareBot, channel: Channel) -> None:
    room = bot.get_partial_messageable(channel.id)
    embed = discord.Embed(title="t").set_image(url="attachment://a.txt")
    sent = await room.send(embed=embed, file=discord.File(io.BytesIO(b"abc"), "a.txt"))
    assert await sent.attachments[0].read() == b"abc"
    assert sent.embeds[0].image.url == sent.attachments[0].url
    assert server.requests[-1].files == {"files[0]": ("a.txt", b"abc")}


async def test_peoples_text_is_hidden_without_the_intent(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    room = bot.get_partial_messageable(channel.id)
    own = await room.send("question")
    server.say(ada, channel, "secret")
    server.say(ada, channel, "for the bot", reply_to=server.messages(channel)[0])
    assert own.content == "question"
    assert [m.content async for m in room.history(oldest_first=True)] == ["question", "", "for the bot"]


async def test_direct_messages(server: Server, bot: BareBot, ada: Member) -> None:
    user = await bot.fetch_user(ada.id)
    await user.send("remember")
    assert [m.content for m in server.direct_messages(ada)] == ["remember"]
    deaf = server.add_user("Deaf", accepts_dms=False)
    with pytest.raises(discord.Forbidden) as refused:
        await (await bot.fetch_user(deaf.id)).send("hello?")
    assert refused.value.code == 50007


async def test_unknown_routes_are_recorded(server: Server, bot: BareBot, guild: Guild) -> None:
    home = bot.get_guild(guild.id)
    assert home is not None
    with pytest.raises(discord.NotFound):
        await home.invites()
    assert [c.path for c in server.unknown_requests] == [f"/guilds/{guild.id}/invites"]

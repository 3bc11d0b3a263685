import io
import time
from typing import Any

import discord
import pytest

from tests.loopcord import Call, Channel, Guild, Member, Server, contract
from tests.loopcord.tests.conftest import BareBot

found = contract.load()
pytestmark = pytest.mark.skipif(found is None, reason="Discord's OpenAPI description is not here")


@pytest.fixture
def description() -> contract.Contract:
    assert found is not None
    return found


def call(method: str, path: str, body: Any = None) -> Call:
    return Call(method, path, {}, body, time.monotonic())


async def test_what_discord_py_sends_and_we_answer_is_as_described(
    server: Server, bot: BareBot, guild: Guild, channel: Channel, ada: Member, description: contract.Contract
) -> None:
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    forum = server.add_channel(guild, "forum", "forum", tags=["x"])
    await server.until(lambda: bot.get_channel(forum.id))
    await write_messages(server, room, ada)
    await open_threads(bot, room, forum, ada)
    await read_the_guild(bot, guild, ada)
    await server.slash(ada, channel, "slow")
    form = await server.slash(ada, channel, "form")
    await server.submit_form(ada, form, {"answer": "because"})
    await server.autocomplete(ada, channel, "echo", "text", text="a")
    await (await bot.fetch_user(ada.id)).send("hello")
    assert description.check_all(server.requests) == []
    assert [text for done in server.requests for text in description.check_answer(done)] == []


async def write_messages(server: Server, room: discord.TextChannel, ada: Member) -> None:
    view = discord.ui.LayoutView()
    button = discord.ui.Button(label="b", custom_id="plain", id=77)
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("text"), discord.ui.ActionRow(button)))
    view.stop()
    mentions = discord.AllowedMentions(users=[discord.Object(ada.id)])
    message = await room.send(view=view, allowed_mentions=mentions)
    await message.edit(view=view)
    await server.click(ada, server.messages(room.id)[0], "plain")
    await message.add_reaction("👍")
    await message.remove_reaction("👍", room.guild.me)
    await message.pin()
    await message.unpin()
    embed = discord.Embed(title="t", description="d", colour=1).set_footer(text="f")
    await message.reply("to it", embed=embed)
    assert len([m async for m in room.history()]) == 2
    picture = discord.File(io.BytesIO(b"abc"), "a.png", description="what it shows")
    shown = await room.send(embed=embed, file=picture, nonce=5)
    await shown.edit(attachments=[*shown.attachments, discord.File(io.BytesIO(b"d"), "b.png")])
    await room.edit(topic="topic")
    await room.typing()
    await message.delete()


async def open_threads(bot: BareBot, room: discord.TextChannel, forum: Channel, ada: Member) -> None:
    thread = await (await room.send("question")).create_thread(name="thread")
    await thread.add_user(discord.Object(ada.id))
    await thread.edit(archived=True)
    assert [t.id async for t in room.archived_threads()] == [thread.id]
    await thread.edit(archived=False)
    await thread.remove_user(discord.Object(ada.id))
    private = await room.create_thread(name="p", type=discord.ChannelType.private_thread, invitable=False)
    await private.delete()
    posts = bot.get_channel(forum.id)
    assert isinstance(posts, discord.ForumChannel)
    await posts.create_thread(name="post", content="text", applied_tags=posts.available_tags)


async def read_the_guild(bot: BareBot, guild: Guild, ada: Member) -> None:
    home = bot.get_guild(guild.id)
    assert home is not None
    await home.active_threads()
    await home.fetch_channels()
    await home.fetch_member(ada.id)
    await home.fetch_roles()
    await bot.fetch_guild(home.id)
    await bot.fetch_channel(home.text_channels[0].id)
    await bot.tree.fetch_commands()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"contents": "misspelt"}, "contents"),
        ({"content": 3}, "content"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81}]}]},
            "0/label",
        ),
        ({"components": [{"type": 10, "content": "t", "id": 1 << 31}]}, "components/0/id"),
        ({"components": [{"type": 17, "components": [{"type": 10}]}]}, "'content' is a required property"),
        ({"nonce": "x" * 26}, "nonce"),
        ({"attachments": [{"id": 0, "description": "x" * 1025}]}, "attachments/0/description"),
    ],
)
def test_wrong_messages_are_named(description: contract.Contract, body: Any, place: str) -> None:
    problems = description.check(call("POST", "/channels/1/messages", body))
    assert len(problems) == 1
    assert place in problems[0]


def test_unknown_paths_missing_and_unexpected_bodies(description: contract.Contract) -> None:
    assert "not in Discord's description" in description.check(call("GET", "/nothing"))[0]
    assert "not in Discord's description" in description.check(call("PUT", "/channels/1/messages"))[0]
    assert "missing" in description.check(call("POST", "/channels/1/messages"))[0]
    assert "takes no body" in description.check(call("PUT", "/channels/1/thread-members/2", {"a": 1}))[0]
    assert description.check(call("PATCH", "/webhooks/1/token/messages/@original", {"content": "x"})) == []


def test_parts_of_a_multipart_body_have_their_names(description: contract.Contract) -> None:
    sent = call("POST", "/channels/1/messages", {"attachments": [{"id": 0, "filename": "a.png"}]})
    sent.files = {"files[0]": ("a.png", b"abc")}
    assert description.check(sent) == []
    sent.files = {"file": ("a.png", b"abc")}
    assert description.check(sent) == ["POST /channels/{channel_id}/messages: takes no part named file"]


def test_callback_problems_are_found_inside_the_right_kind(description: contract.Contract) -> None:
    modal = {"custom_id": "f", "title": "t" * 46, "components": [{"type": 10, "content": "x"}]}
    problems = description.check(call("POST", "/interactions/1/token/callback", {"type": 9, "data": modal}))
    assert problems
    assert "data/title" in problems[0]


def test_without_a_file_there_is_no_contract(tmp_path: Any) -> None:
    assert contract.load(tmp_path / "none.json") is None

import discord
import pytest

from tests.loopcord import Channel, DriverError, Member, Server
from tests.loopcord.calls import Call
from tests.loopcord.tests.conftest import BareBot, panel


async def post_buttons(server: Server, bot: BareBot, channel: Channel) -> None:
    view = discord.ui.View()
    for name in ("ask", "update", "plain", "panel"):
        view.add_item(discord.ui.Button(label=name, custom_id=name))
    view.add_item(discord.ui.Button(label="dead", custom_id="dead", disabled=True))
    view.stop()
    await bot.get_partial_messageable(channel.id).send("pick", view=view)
    assert server.messages(channel)[0].custom_ids == ["ask", "update", "plain", "panel", "dead"]


async def test_slash_with_options(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    assert bot.is_ready()
    record = await server.slash(ada, channel, "echo", text="hi", member=ada, amount=2)
    assert record.response == "reply"
    assert record.content == "hi Ada 2"
    assert not record.ephemeral
    assert [m.content for m in server.messages(channel)] == ["hi Ada 2"]
    for wrong in ({}, {"text": "x", "amount": 9}, {"text": 3}, {"text": "x", "other": 1}):
        with pytest.raises(DriverError):
            await server.slash(ada, channel, "echo", **wrong)


async def test_nested_command_file_and_permission(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    assert bot.is_ready()
    organiser = server.add_member(channel.guild_id or 0, "Olga", organiser=True)
    file = ("pack.yaml", b"data")
    record = await server.slash(organiser, channel, "manage queue add", channel=channel, file=file)
    assert record.content == "study data"
    assert record.ephemeral
    assert server.messages(channel) == []
    with pytest.raises(DriverError, match="hidden"):
        await server.slash(ada, channel, "manage queue add", channel=channel, file=file)


async def test_autocomplete(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    assert bot.is_ready()
    choices = await server.autocomplete(ada, channel, "echo", "text", text="ab")
    assert [choice["value"] for choice in choices] == ["ab0", "ab1"]


async def test_context_menu_shows_the_text(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    assert bot.is_ready()
    said = server.say(ada, channel, "my answer")
    record = await server.context_menu(ada, said, "Count as my answer")
    assert record.content == "counted: my answer"


async def test_clicks(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    await post_buttons(server, bot, channel)
    message = server.messages(channel)[0]
    plain = await server.click(ada, message, "plain")
    assert (plain.content, plain.ephemeral, plain.response) == ("clicked plain", True, "reply")
    forged = await server.click(ada, message, "not-there", forged=True)
    assert forged.content == "clicked not-there"
    with pytest.raises(DriverError):
        await server.click(ada, message, "dead")
    with pytest.raises(KeyError):
        await server.click(ada, message, "not-there")
    update = await server.click(ada, message, "update")
    assert update.response == "update"
    assert update.message is message
    assert (message.content, message.components) == ("updated", [])


async def test_a_private_panel_is_updated_in_place(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    await post_buttons(server, bot, channel)
    opened = await server.click(ada, server.messages(channel)[0], "panel")
    panel = opened.message
    assert panel is not None
    assert panel.ephemeral
    updated = await server.click(ada, panel, "update")
    assert updated.message is panel
    assert panel.content == "updated"
    assert len(server.messages(channel)) == 1


async def test_select_and_deleted_reply(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    await bot.get_partial_messageable(channel.id).send("pick", view=panel())
    message = server.messages(channel)[0]
    record = await server.click(ada, message, "pick", values=["a", "c"])
    assert record.content == "a,c"
    await server.until(lambda: record.deleted)
    assert server.messages(channel) == [message]
    for wrong in (["a", "b", "c"], [], ["z"]):
        with pytest.raises(DriverError):
            await server.click(ada, message, "pick", values=wrong)


async def test_button_in_direct_messages(server: Server, bot: BareBot, ada: Member) -> None:
    await (await bot.fetch_user(ada.id)).send("pick", view=panel())
    record = await server.click(ada, server.direct_messages(ada)[0], "update")
    assert record.guild_id is None
    assert server.direct_messages(ada)[0].content == "updated"


async def test_form_from_click_and_command(
    server: Server, bot: BareBot, channel: Channel, ada: Member
) -> None:
    await post_buttons(server, bot, channel)
    opened = await server.click(ada, server.messages(channel)[0], "ask")
    assert opened.response == "modal"
    assert "Your answer" in opened.text
    sent = await server.submit_form(ada, opened, {"answer": "because", "points": ["b"]})
    assert sent.content == "got because [b]"
    other = await server.slash(ada, channel, "form")
    again = await server.submit_form(ada, other.modal["custom_id"], {"answer": "because"})
    assert again.content == "got because []"
    for wrong in ({}, {"answer": "x"}, {"answer": "long", "points": ["z"]}, {"answer": "long", "what": "?"}):
        with pytest.raises(DriverError):
            await server.submit_form(ada, opened, wrong)


async def test_defer_edit_and_follow_up(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    assert bot.is_ready()
    record = await server.slash(ada, channel, "slow")
    assert record.response == "defer"
    assert (record.content, record.ephemeral, record.edits) == ("thought", True, 1)
    await server.until(lambda: record.followups)
    assert record.followups[0].content == "more"
    assert server.messages(channel) == []


async def test_no_reply_and_late_reply(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    await post_buttons(server, bot, channel)
    message = server.messages(channel)[0]
    with pytest.raises(TimeoutError, match="no reply"):
        await server.click(ada, message, "silent", forged=True, within=0.1)
    server.reply_seconds = 0.0
    late = await server.click(ada, message, "plain", wait=False)
    answer = await server.until(lambda: callback_of(server, late.id))
    assert (answer.status, answer.answer["code"]) == (404, 10062)
    assert not late.answered


async def test_second_reply_is_refused(server: Server, bot: BareBot, channel: Channel, ada: Member) -> None:
    record = await server.slash(ada, channel, "echo", text="hi")
    interaction = discord.Interaction(data=record.payload, state=bot._connection)
    with pytest.raises(discord.HTTPException) as twice:
        await interaction.response.send_message("again")
    assert twice.value.code == 40060
    server.clock_offset = 901
    with pytest.raises(discord.HTTPException) as old:
        await interaction.edit_original_response(content="too late")
    assert old.value.code == 50027


def callback_of(server: Server, interaction_id: int) -> Call | None:
    found = [c for c in server.requests if c.ids.get("interaction_id") == interaction_id and c.status]
    return found[0] if found else None

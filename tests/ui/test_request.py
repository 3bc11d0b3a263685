from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.ui.forms import Form, TextField
from bot.ui.ids import Address
from bot.ui.message import Message
from bot.ui.request import Click, Request
from tests.ui.fakes import FORM, PaperInteraction

CHANNELS = {5: discord.Permissions(view_channel=True), 6: discord.Permissions.none()}


def paper(**options: Any) -> Any:
    return PaperInteraction(**options)


def in_server(interaction: Any) -> Request:
    """Return a request from a member of a server that has the channels 5 and 6."""
    member = object.__new__(discord.Member)
    interaction.user = member
    channels = {
        key: SimpleNamespace(id=key, permissions_for=lambda _, found=found: found)
        for key, found in CHANNELS.items()
    }
    interaction.guild = SimpleNamespace(get_channel=channels.get, channels=channels)
    return Request(interaction)


def test_a_direct_message_is_in_no_server() -> None:
    interaction = paper()
    interaction.guild_id = interaction.guild = interaction.channel_id = None
    request = Request(interaction)
    assert (request.guild_id, request.channel_id, request.user_id) == (0, 0, 7)
    assert request.sees(5) is None


def test_a_name_can_be_stored_whatever_is_in_it() -> None:
    interaction = paper()
    interaction.user.display_name = "Ada \ud83d"
    assert Request(interaction).name == "Ada \ufffd"


def test_who_sees_a_channel() -> None:
    request = in_server(paper())
    assert [request.sees(channel) for channel in (5, 6, 7)] == [True, False, None]


@pytest.mark.parametrize(
    ("channel_id", "here", "may"), [(5, 0, False), (6, 0, False), (6, 6, True), (5, 6, False)]
)
def test_who_may_write_in_a_channel(channel_id: int, here: int, may: bool) -> None:  # noqa: FBT001 an example
    interaction = paper()
    interaction.channel_id = here
    interaction.permissions = discord.Permissions(view_channel=True, send_messages=True)
    request = in_server(interaction)
    channel: Any = interaction.guild.channels[channel_id]
    assert request.may_write(channel) is may


def test_the_servers_language_comes_before_ones_own() -> None:
    interaction = paper()
    interaction.guild_locale, interaction.locale = discord.Locale.german, discord.Locale.french
    assert Request(interaction).languages == ("de", "fr")
    interaction.guild_locale = None
    assert Request(interaction).languages == ("fr",)


async def test_an_answer_is_a_message_or_a_form() -> None:
    told, shown = paper(), paper()
    await Request(told).answer(Message("hello"))
    await Request(shown).answer(Form("a:b:v1:1", "Title", (TextField("text", "Label"),)))
    assert told.said[0][:2] == ("send", "hello")
    assert shown.said[0][0] == "form"


def test_a_click_knows_what_was_typed_and_ticked() -> None:
    interaction = paper(kind=FORM, text="mine")
    interaction.data["components"].append({"type": 18, "component": {"custom_id": "t", "values": ["0", "2"]}})
    click = Click(interaction, Address("answers", "answer", 3))
    assert (click.action, click.subject_id) == ("answer", 3)
    assert (click.texts, click.ticks) == ({"text": "mine"}, {"t": frozenset({0, 2})})


def test_a_click_knows_the_footers_of_the_message_it_stands_on() -> None:
    interaction = paper()
    embeds = [discord.Embed(title="x"), discord.Embed().set_footer(text="page 2")]
    interaction.message = SimpleNamespace(embeds=embeds)
    assert Click(interaction, Address("a", "b", 1)).footers == ("page 2",)
    interaction.message = None
    assert Click(interaction, Address("a", "b", 1)).footers == ()

from typing import Any

import discord

from bot.ui import reply
from bot.ui.forms import Form, TextField
from bot.ui.message import Button, Message
from tests.ui.fakes import PaperInteraction

MESSAGE = Message("hello", (discord.Embed(title="x"),), ((Button("Go", "a:b:v1:1"),),), role_id=5)


def paper(**options: Any) -> Any:
    return PaperInteraction(**options)


async def test_a_reply_is_private_and_pings_only_what_it_may() -> None:
    interaction = paper()
    await reply.tell(interaction, MESSAGE)
    ((how, content, fields),) = interaction.said
    assert (how, content, fields["ephemeral"]) == ("send", "hello", True)
    assert [embed.title for embed in fields["embeds"]] == ["x"]
    assert [item.label for item in fields["view"].children] == ["Go"]
    assert fields["allowed_mentions"].to_dict() == {"parse": [], "roles": [5]}


async def test_after_a_defer_it_fills_in_the_waiting_reply() -> None:
    interaction = paper()
    interaction.said.append(("defer", "", {}))
    await reply.tell(interaction, "done")
    assert interaction.said[-1][:2] == ("fill in", "done")


async def test_a_private_message_is_replaced_and_a_public_one_is_not() -> None:
    private, public = paper(), paper(on_public=True)
    for interaction in (private, public):
        await reply.replace(interaction, "new")
    assert private.said[0][:2] == ("edit", "new")
    assert public.said[0][:2] == ("send", "new")
    assert public.said[0][2]["ephemeral"] is True


async def test_a_form_is_shown_as_the_first_reply() -> None:
    interaction = paper()
    await reply.show(interaction, Form("a:b:v1:1", "Title", (TextField("text", "Label"),)))
    ((how, modal, _),) = interaction.said
    assert how == "form"
    assert modal.custom_id == "a:b:v1:1"

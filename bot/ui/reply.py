"""Answering an interaction: once, and only to the one who asked unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.ui.forms import Form
from bot.ui.message import Message

Interaction = discord.Interaction[discord.Client]


async def tell(interaction: Interaction, message: Message | str) -> None:
    """Reply privately; after a defer this fills in the waiting reply."""
    if isinstance(message, str):
        message = Message(message)
    view = message.view()
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=message.content,
            embeds=list(message.embeds),
            view=view,
            allowed_mentions=message.mentions(),
        )
        return
    await interaction.response.send_message(
        message.content,
        embeds=list(message.embeds),
        view=view,
        ephemeral=True,
        allowed_mentions=message.mentions(),
    )


async def replace(interaction: Interaction, message: Message | str) -> None:
    """Change the private message on which the button stands; a public one is never written over."""
    if isinstance(message, str):
        message = Message(message)
    if interaction.message is None or not interaction.message.flags.ephemeral:
        await tell(interaction, message)
        return
    await interaction.response.edit_message(
        content=message.content,
        embeds=list(message.embeds),
        view=message.view(),
        allowed_mentions=message.mentions(),
    )


async def announce(interaction: Interaction, message: Message) -> None:
    """Reply for everybody in the channel: what concerns all who are there."""
    await interaction.response.send_message(
        message.content,
        embeds=list(message.embeds),
        view=message.view(),
        allowed_mentions=message.mentions(),
    )


async def hand_over(interaction: Interaction, message: Message, files: Sequence[discord.File]) -> None:
    """Fill in the waiting private reply with words and the first file; each further one comes below."""
    await interaction.edit_original_response(content=message.content, attachments=list(files[:1]))
    for file in files[1:]:
        await interaction.followup.send(file=file, ephemeral=True)


async def show(interaction: Interaction, form: Form) -> None:
    """Open a form; it has to be the first reply."""
    await interaction.response.send_modal(form.modal())

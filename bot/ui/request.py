"""Who asks and where, and the ways to answer them: what a cog sees of a Discord interaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot.core.lines import encodable
from bot.ui import payload, reply
from bot.ui.forms import Form
from bot.ui.ids import Address
from bot.ui.message import Message

Interaction = discord.Interaction[discord.Client]


class Request:
    """Somebody who sent a command, pressed a button or submitted a form."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def guild_id(self) -> int:
        """Return the server's id; 0, which no server has, in a direct message."""
        return self.interaction.guild_id or 0

    @property
    def guild(self) -> discord.Guild | None:
        """Return the server."""
        return self.interaction.guild

    @property
    def channel_id(self) -> int:
        """Return the id of the channel or thread."""
        return self.interaction.channel_id or 0

    @property
    def person(self) -> discord.Member | discord.User:
        """Return who asks."""
        return self.interaction.user

    @property
    def user_id(self) -> int:
        """Return the person's id."""
        return self.person.id

    @property
    def name(self) -> str:
        """Return what the person is called here."""
        return encodable(self.person.display_name)

    @property
    def organiser(self) -> bool:
        """Return True if the person has Manage Server."""
        return self.interaction.permissions.manage_guild

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the server's language and then the person's own, such as en-US."""
        found = (self.interaction.guild_locale, self.interaction.locale)
        return tuple(locale.value for locale in found if locale is not None)

    def sees(self, channel_id: int) -> bool | None:
        """Return True if the person can see a channel of the server; None where it was deleted."""
        channel = self.guild.get_channel(channel_id) if self.guild else None
        if channel is None or not isinstance(self.person, discord.Member):
            return None
        return channel.permissions_for(self.person).view_channel

    def may_write(self, channel: discord.abc.GuildChannel) -> bool:
        """Return True if the person can see a channel of the server and write in it."""
        if channel.id == self.interaction.channel_id:
            allowed = self.interaction.permissions
        elif isinstance(self.person, discord.Member):
            allowed = channel.permissions_for(self.person)
        else:
            allowed = discord.Permissions.none()
        return allowed.view_channel and allowed.send_messages

    async def answer(self, said: Message | Form) -> None:
        """Reply privately: a message is told, a form opens."""
        if isinstance(said, Form):
            await reply.show(self.interaction, said)
        else:
            await reply.tell(self.interaction, said)

    async def replace(self, message: Message) -> None:
        """Change the private message on which the button stands; a public one is never written over."""
        await reply.replace(self.interaction, message)

    async def announce(self, message: Message) -> None:
        """Reply for everybody in the channel."""
        await reply.announce(self.interaction, message)

    async def defer(self) -> None:
        """Have Discord wait: the private reply comes after something that may take longer than it would."""
        await self.interaction.response.defer(ephemeral=True, thinking=True)

    async def hand_over(self, message: Message, files: Sequence[discord.File]) -> None:
        """Fill in the waiting private reply with words and files."""
        await reply.hand_over(self.interaction, message, files)


class Click(Request):
    """A pressed button, or a submitted form with what stands in its fields by their keys."""

    def __init__(self, interaction: Interaction, address: Address) -> None:
        super().__init__(interaction)
        self.action = address.action
        self.subject_id = address.subject_id
        data: Any = interaction.data or {}
        self.texts: dict[str, str] = payload.texts(data)
        self.ticks: dict[str, frozenset[int]] = payload.ticks(data)

    @property
    def footers(self) -> tuple[str, ...]:
        """Return what stands below the embeds of the message on which the button is."""
        embeds = self.interaction.message.embeds if self.interaction.message else []
        return tuple(embed.footer.text for embed in embeds if embed.footer.text)

"""One private message a person and subject, updated in place however often they press."""

from __future__ import annotations

from collections import OrderedDict

import discord

from bot.ui import reply
from bot.ui.message import Message

Interaction = discord.Interaction[discord.Client]
# Memory is a cache here: whoever falls out of it, or a restart, gets a new private message.
MOST = 2_000


class Panels:
    """Remembers by whose token a private message can be edited (Discord allows it for 15 minutes)."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[int, int], Interaction] = OrderedDict()

    async def show(self, interaction: Interaction, subject_id: int, message: Message) -> None:
        """Answer a click with the person's panel about a subject."""
        key = (interaction.user.id, subject_id)
        earlier = self._last.pop(key, None)
        if interaction.message is not None and interaction.message.flags.ephemeral:
            await reply.replace(interaction, message)
        elif earlier is None or earlier.is_expired():
            await reply.tell(interaction, message)
        elif await _update(interaction, earlier, message):
            interaction = earlier  # the panel still hangs on the earlier token
        else:
            return
        self._last[key] = interaction
        while len(self._last) > MOST:
            self._last.popitem(last=False)


async def _update(interaction: Interaction, earlier: Interaction, message: Message) -> bool:
    """Acknowledge the click without a word and edit the panel; where that is gone, write a new message.

    False for the new one: it cannot be found by a token alone, so the next click writes a panel again.
    """
    await interaction.response.defer()
    try:
        await earlier.edit_original_response(
            content=message.content,
            embeds=list(message.embeds),
            view=message.view(),
            allowed_mentions=message.mentions(),
        )
    except discord.NotFound:  # the person has dismissed it
        await interaction.followup.send(
            message.content,
            embeds=list(message.embeds),
            view=message.view(),
            ephemeral=True,
            allowed_mentions=message.mentions(),
        )
        return False
    return True

"""Reveals: asking for one before its time, and looking at one's own answer afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, assert_never

import discord
from discord.ext import commands

from bot.features.drops.outcomes import QuestionGone
from bot.features.reveals import replies
from bot.features.reveals.outcomes import Agreed, Early, LookedAt, LookForm, NotRevealed
from bot.gateway.names import Names
from bot.services import Host
from bot.ui import forms, reply
from bot.ui.router import Interaction, on_click


class Reveals(commands.Cog):
    """What people do about a reveal."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.reveals = host.services.reveals

    # discuss:reveal and discuss:reveal_yes stand on messages that were sent when discussions had buttons of
    # their own: whoever presses one of those gets what the buttons of today do.
    @on_click("discuss", "reveal")
    @on_click("reveals", "now")
    async def now(self, interaction: Interaction, subject_id: int) -> None:
        """Agree to a reveal now, or ask whoever may decide it alone."""
        outcome = await self._press(interaction, subject_id, ())
        if isinstance(outcome, Agreed) and interaction.guild is not None:
            # Names are kept for a day elsewhere; who left is asked now.
            here = await Names(self.host.services.clock).get(interaction.guild, outcome.missing)
            if left := outcome.missing - set(here):
                outcome = await self._press(interaction, subject_id, left)
        await reply.tell(interaction, replies.early(outcome))

    async def _press(self, interaction: Interaction, drop_id: int, left: Collection[int]) -> Early:
        organiser = interaction.permissions.manage_guild
        guild_id = interaction.guild_id or 0
        return await self.reveals.press(
            guild_id, drop_id, interaction.user.id, organiser=organiser, left=left
        )

    @on_click("discuss", "reveal_yes")
    @on_click("reveals", "now_yes")
    async def now_yes(self, interaction: Interaction, subject_id: int) -> None:
        """Reveal for everybody."""
        outcome = await self.reveals.reveal(
            interaction.guild_id or 0,
            subject_id,
            interaction.user.id,
            organiser=interaction.permissions.manage_guild,
        )
        await reply.replace(interaction, replies.early(outcome))

    @on_click("reveals", "how")
    async def how(self, interaction: Interaction, subject_id: int) -> None:
        """Open the form in which one ticks what one had named."""
        outcome = await self.reveals.look_form(interaction.guild_id or 0, subject_id, interaction.user.id)
        if isinstance(outcome, LookForm):
            await reply.show(interaction, replies.look_form(outcome))
        else:
            await reply.tell(interaction, replies.no_look(outcome))

    @on_click("reveals", "own")
    async def own(self, interaction: Interaction, subject_id: int) -> None:
        """Keep what was ticked."""
        if interaction.type is not discord.InteractionType.modal_submit:
            await self.how(interaction, subject_id)
            return
        data: Any = interaction.data or {}
        ticks = replies.read_ticks(forms.ticks(data))
        outcome = await self.reveals.look(interaction.guild_id or 0, subject_id, interaction.user.id, ticks)
        match outcome:
            case LookedAt():
                await reply.tell(interaction, replies.looked_at(outcome))
            case QuestionGone() | NotRevealed():
                await reply.tell(interaction, replies.no_look(outcome))
            case _:
                assert_never(outcome)


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Reveals(host))

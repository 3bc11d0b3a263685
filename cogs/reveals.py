"""Reveals: asking for one before its time, and looking at one's own answer afterwards."""

from __future__ import annotations

from collections.abc import Collection

from discord.ext import commands

from bot.features.reveals import replies
from bot.features.reveals.outcomes import Agreed, Early
from bot.gateway.names import Names
from bot.services import Host
from bot.ui.request import Click
from bot.ui.router import on_press, on_submit


class Reveals(commands.Cog):
    """What people do about a reveal."""

    def __init__(self, host: Host) -> None:
        self.clock = host.services.clock
        self.reveals = host.services.reveals

    # discuss:reveal and discuss:reveal_yes stand on messages that were sent when discussions had buttons of
    # their own: whoever presses one of those gets what the buttons of today do.
    @on_press("discuss", "reveal")
    @on_press("reveals", "now")
    async def now(self, click: Click) -> None:
        """Agree to a reveal now, or ask whoever may decide it alone."""
        outcome = await self._press(click, ())
        if isinstance(outcome, Agreed) and click.guild is not None:
            # Names are kept for a day elsewhere; who left is asked now.
            here = await Names(self.clock).get(click.guild, outcome.missing)
            if left := outcome.missing - set(here):
                outcome = await self._press(click, left)
        await click.answer(replies.reply(outcome))

    async def _press(self, click: Click, left: Collection[int]) -> Early:
        return await self.reveals.press(
            click.guild_id, click.subject_id, click.user_id, organiser=click.organiser, left=left
        )

    @on_press("discuss", "reveal_yes")
    @on_press("reveals", "now_yes")
    async def now_yes(self, click: Click) -> None:
        """Reveal for everybody."""
        outcome = await self.reveals.reveal(
            click.guild_id, click.subject_id, click.user_id, organiser=click.organiser
        )
        await click.replace(replies.reply(outcome))

    @on_press("reveals", "how")
    async def how(self, click: Click) -> None:
        """Open the form in which one ticks what one had named."""
        outcome = await self.reveals.look_form(click.guild_id, click.subject_id, click.user_id)
        await click.answer(replies.reply(outcome))

    @on_submit("reveals", "own")
    async def own(self, click: Click) -> None:
        """Keep what was ticked."""
        ticks = replies.read_ticks(click.ticks)
        outcome = await self.reveals.look(click.guild_id, click.subject_id, click.user_id, ticks)
        await click.answer(replies.reply(outcome))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Reveals(host))

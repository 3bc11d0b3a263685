"""/today and what stands on a question besides answering."""

from __future__ import annotations

from typing import assert_never

from discord import app_commands
from discord.ext import commands

from bot.features.answers import replies
from bot.features.answers.outcomes import Gone
from bot.features.choices import replies as choice_replies
from bot.features.choices.outcomes import Chosen, Result, TimeUp, Written
from bot.features.choices.outcomes import Gone as ChoiceGone
from bot.features.drops import messages
from bot.features.drops.service import Gone as DropGone
from bot.features.reviews import replies as review_replies
from bot.features.reviews import reveal_replies as review_panels
from bot.services import Host
from bot.ui import reply
from bot.ui.message import Message
from bot.ui.router import Interaction, on_click
from cogs.choices import tap_of
from cogs.keeping import complete_date, look_back, sight


class Daily(commands.Cog):
    """Today's question."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @app_commands.command(name="today", description="Today's question, wherever one is, and how you stand.")
    @app_commands.guild_only()
    @app_commands.describe(date="Look back: a date, a number or words of a past question")
    @app_commands.autocomplete(date=complete_date)
    async def today(self, interaction: Interaction, date: str | None = None) -> None:
        """Show the open questions, or look back at one."""
        message = self._today(interaction) if date is None else look_back(self.host, interaction, date)
        await reply.tell(interaction, await message)

    async def _today(self, interaction: Interaction) -> Message:
        services, user_id = self.host.services, interaction.user.id
        guild_id = interaction.guild_id or 0
        sees = sight(interaction)
        rows = [r for r in await services.daily.list_open(guild_id) if sees(r.drop.channel_id) is not False]
        drops = [row.drop for row in rows]
        chosen = await services.choices.mine(guild_id, drops, user_id)
        mine = await services.answers.mine(guild_id, [drop.id for drop in drops], user_id)
        lines = [
            (row, choice_replies.standing(chosen[row.drop.id]))
            if row.drop.id in chosen
            else (row, replies.standing(row.drop, mine.get(row.drop.id)))
            for row in rows
        ]
        coming = await services.daily.next_in(guild_id)
        options = {drop_id: found.mine for drop_id, found in chosen.items()}
        today = replies.with_ways_in(messages.today(lines, coming, options), drops, mine)
        to_do = await services.reviews.to_do(guild_id, user_id, sees)
        answered = {id_ for id_, answer in mine.items() if answer.state == "live" and not answer.hidden}
        organiser = interaction.permissions.manage_guild
        today = review_panels.with_reveals(today, drops, answered, organiser=organiser)
        return review_replies.with_to_do(today, drops, to_do)

    @on_click("today", "a")
    @on_click("today", "b")
    @on_click("today", "c")
    @on_click("today", "d")
    async def choose(self, interaction: Interaction, subject_id: int) -> None:
        """Take a choice and show it in place, between the other open questions."""
        outcome = await self.host.services.choices.choose(tap_of(interaction, subject_id))
        match outcome:
            case Chosen():
                await reply.replace(interaction, await self._today(interaction))
            case TimeUp() | Result() | Written() | ChoiceGone():
                await reply.tell(interaction, choice_replies.reply(outcome))
            case _:
                assert_never(outcome)

    @on_click("daily", "how")
    async def press_how(self, interaction: Interaction, subject_id: int) -> None:
        """Explain a question's rules."""
        outcome = await self.host.services.daily.load(interaction.guild_id or 0, subject_id)
        if isinstance(outcome, DropGone):
            await reply.tell(interaction, replies.refusal(Gone()))
        else:
            await reply.tell(interaction, messages.how_it_works(outcome.drop))


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Daily(host))

"""Saving, and the list of what one saved."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.features.saved import replies, rules
from bot.services import Host
from bot.ui.request import Click, Interaction, Request
from bot.ui.router import on_press


class Saved(commands.Cog):
    """What members keep."""

    me = app_commands.Group(name="me", description="What is yours.", guild_only=True)

    def __init__(self, host: Host) -> None:
        self.saved = host.services.saved

    @on_press("keeping", "save")
    async def save(self, click: Click) -> None:
        """Save an answer, or take it out."""
        outcome = await self.saved.press(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @on_press("keeping", "save_model")
    async def save_model(self, click: Click) -> None:
        """Save a model answer, or take it out."""
        outcome = await self.saved.press_model(click.guild_id, click.subject_id, click.user_id, click.sees)
        await click.answer(replies.reply(outcome))

    @me.command(name="saved", description="The answers and model answers that you saved.")
    @app_commands.describe(search="Only those that hold all of these words")
    async def show(self, interaction: Interaction, search: str | None = None) -> None:
        request, words = Request(interaction), rules.clean_search(search)
        outcome = await self.saved.list_page(request.guild_id, request.user_id, words, 0, request.sees)
        await request.answer(replies.reply(outcome))

    @on_press("keeping", "page")
    async def page(self, click: Click) -> None:
        """Turn to a page."""
        search, page = _search_of(click), click.subject_id
        outcome = await self.saved.list_page(click.guild_id, click.user_id, search, page, click.sees)
        await click.replace(replies.reply(outcome))

    @on_press("keeping", "everything")
    async def everything(self, click: Click) -> None:
        """Show the list without the search."""
        page = click.subject_id
        outcome = await self.saved.list_page(click.guild_id, click.user_id, "", page, click.sees)
        await click.replace(replies.reply(outcome))

    @on_press("keeping", "open")
    async def open(self, click: Click) -> None:
        """Show an entry whole."""
        search, saved_id = _search_of(click), click.subject_id
        outcome = await self.saved.open(click.guild_id, click.user_id, saved_id, search, click.sees)
        await click.replace(replies.reply(outcome))

    @on_press("keeping", "back")
    async def back(self, click: Click) -> None:
        """Go back to the page of the list on which an entry stands."""
        search, saved_id = _search_of(click), click.subject_id
        outcome = await self.saved.back(click.guild_id, click.user_id, saved_id, search, click.sees)
        await click.replace(replies.reply(outcome))

    @on_press("keeping", "remove")
    async def remove(self, click: Click) -> None:
        """Take an entry out."""
        search, saved_id = _search_of(click), click.subject_id
        outcome = await self.saved.remove(click.guild_id, click.user_id, saved_id, search, click.sees)
        await click.replace(replies.reply(outcome))


def _search_of(click: Click) -> str:
    """Return what the list was searched for on which a button stands."""
    return next((found for footer in click.footers if (found := replies.search_in(footer))), "")


async def setup(host: Host) -> None:
    """Add the cog."""
    await host.add_cog(Saved(host))

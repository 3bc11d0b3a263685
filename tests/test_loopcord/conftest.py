"""A bare discord.py bot in the test's own process, connected to a server over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import discord
import pytest
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.loopcord import Channel, Guild, Member, Server
from tests.loopcord.waiting import PATIENCE


class BareBot(commands.AutoShardedBot):
    """Default intents without the privileged ones, and a few commands."""

    def __init__(self) -> None:
        super().__init__(
            "!",
            intents=discord.Intents.default(),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.02,
            help_command=None,
        )
        self.events: list[str] = []

    async def setup_hook(self) -> None:
        self.tree.add_command(echo)
        self.tree.add_command(form)
        self.tree.add_command(slow)
        self.tree.add_command(manage)
        self.tree.add_command(count)
        await self.tree.sync()

    async def on_socket_event_type(self, event: str) -> None:
        self.events.append(event)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            custom_id = interaction.data["custom_id"]
            if custom_id == "ask":
                await interaction.response.send_modal(AnswerForm())
            elif custom_id == "update":
                await interaction.response.edit_message(content="updated", view=None)
            elif custom_id == "panel":
                await interaction.response.send_message("panel", view=panel(), ephemeral=True)
            elif custom_id == "pick":
                await interaction.response.send_message(",".join(interaction.data["values"]))
                await interaction.delete_original_response()
            elif custom_id != "silent":
                await interaction.response.send_message(f"clicked {custom_id}", ephemeral=True)


def panel() -> discord.ui.View:
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Update", custom_id="update"))
    options = [discord.SelectOption(label=letter) for letter in "abc"]
    view.add_item(discord.ui.Select(custom_id="pick", options=options, max_values=2))
    view.stop()
    return view


@app_commands.command(description="Say it again")
@app_commands.describe(text="What", member="Who")
async def echo(
    interaction: discord.Interaction,
    text: str,
    member: discord.Member | None = None,
    amount: app_commands.Range[int, 1, 5] = 1,
) -> None:
    name = member.display_name if member else "nobody"
    await interaction.response.send_message(f"{text} {name} {amount}")


@echo.autocomplete("text")
async def suggest(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current}{n}", value=f"{current}{n}") for n in range(2)]


@app_commands.command(description="Open a form")
async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(AnswerForm())


@app_commands.command(description="Think first")
async def slow(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content="thought")
    await interaction.followup.send("more", ephemeral=True)


manage = app_commands.Group(
    name="manage", description="For organisers", default_permissions=discord.Permissions(manage_guild=True)
)
queue = app_commands.Group(name="queue", description="What comes", parent=manage)


@queue.command(name="add", description="Add one")
async def queue_add(
    interaction: discord.Interaction, channel: discord.TextChannel, file: discord.Attachment
) -> None:
    data = await file.read()
    await interaction.response.send_message(f"{channel.name} {data.decode()}", ephemeral=True)


@app_commands.context_menu(name="Count as my answer")
async def count(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"counted: {message.content}", ephemeral=True)


class AnswerForm(discord.ui.Modal, title="Answer"):
    answer = discord.ui.Label(
        text="Your answer", component=discord.ui.TextInput(min_length=3, custom_id="answer")
    )
    points = discord.ui.Label(
        text="Points",
        component=discord.ui.CheckboxGroup(
            custom_id="points",
            required=False,
            options=[discord.CheckboxGroupOption(label=letter, value=letter) for letter in "ab"],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text = self.answer.component.value
        ticked = ",".join(self.points.component.values)
        await interaction.response.send_message(f"got {text} [{ticked}]", ephemeral=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as running:
        yield running


@pytest.fixture
def guild(server: Server) -> Guild:
    return server.add_guild()


@pytest.fixture
def channel(server: Server, guild: Guild) -> Channel:
    return server.add_channel(guild)


@pytest.fixture
def ada(server: Server, guild: Guild) -> Member:
    return server.add_member(guild, "Ada")


@pytest.fixture
async def bot(
    server: Server, guild: Guild, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[BareBot]:
    assert channel.guild_id == guild.id
    monkeypatch.setattr(Route, "BASE", server.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url))
    client = BareBot()
    task = asyncio.create_task(client.start(server.token))
    await _ready(client, task)
    yield client
    await client.close()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _ready(client: BareBot, task: asyncio.Task[None]) -> None:
    """Until it is ready; its own error when it ends before."""
    async with asyncio.timeout(PATIENCE):
        while not client.is_ready():
            if task.done():
                await task
            await asyncio.sleep(0.005)

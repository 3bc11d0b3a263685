"""A bot with one of everything that a try-out shows: a setup, a drop, a form, a room, a message command."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.core.clock import Clock
from bot.settings import Settings


class AnswerForm(ui.Modal, title="Your answer"):
    text = ui.TextInput(label="Answer", style=discord.TextStyle.paragraph)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        bot: Any = interaction.client
        bot.answers[interaction.user.id] = self.text.value
        await bot.room.add_user(interaction.user)
        await bot.room.send(f"{interaction.user.display_name}: {self.text.value}")
        await interaction.response.send_message(
            f"Saved. The others are in {bot.room.mention}.", ephemeral=True
        )


class SmallBot(commands.AutoShardedBot):
    """Asks at 09:00 in the zone of /setup and reveals half an hour before the next question."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        super().__init__(
            "!",
            intents=discord.Intents.default(),
            shard_count=1,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.settings = settings
        self.clock = clock
        self.answers: dict[int, str] = {}
        self.counted: list[str] = []
        self.asked = 0
        self.room: Any = None
        self.channel: Any = None
        self.closed_cleanly = False
        self._due: list[tuple[datetime, str]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def setup_hook(self) -> None:
        add_commands(self)
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if custom_id.startswith("daily:post_now:"):
            await interaction.response.send_message("Posted.", ephemeral=True)
            await self.ask()
        elif custom_id == "daily:answer":
            await interaction.response.send_modal(AnswerForm())

    @property
    def due_at(self) -> datetime | None:
        return min((at for at, _ in self._due), default=None)

    def wake(self) -> None:
        asyncio.get_running_loop().create_task(self._drain())

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.closed_cleanly = True
        await super().close()

    def plan_drop(self, zone: str) -> None:
        now = self.clock.now().astimezone(ZoneInfo(zone))
        drop = now.replace(hour=9, minute=0, second=0, microsecond=0)
        self._due.append((drop if drop > now else drop + timedelta(days=1), "drop"))
        self._arm()

    async def ask(self) -> None:
        self.asked += 1
        view = ui.View(timeout=None)
        view.add_item(ui.Button(label="Answer", custom_id="daily:answer", style=discord.ButtonStyle.primary))
        until = self.clock.now() + timedelta(hours=23, minutes=30)
        embed = discord.Embed(
            title="System design · hard",
            description=f"Design a RAG pipeline from scratch.\nReveal <t:{int(until.timestamp())}:R>",
            colour=0x5865F2,
        )
        await self.channel.send(
            f"Question {self.asked} · Design a RAG pipeline · 25 min", embed=embed, view=view
        )
        view.stop()
        self.room = await self.channel.create_thread(
            name=f"Room {self.asked}", type=discord.ChannelType.private_thread
        )
        self._due.append((until, "reveal"))
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        nearest = min((at for at, _ in self._due), default=None)
        if nearest is not None:
            wait = max(0.0, (nearest - self.clock.now()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(min(wait, 60), self.wake)

    async def _drain(self) -> None:
        now = self.clock.now()
        ready = [item for item in self._due if item[0] <= now]
        self._due = [item for item in self._due if item[0] > now]
        for at, kind in ready:
            if kind == "drop":
                await self.ask()
                self._due.append((at + timedelta(days=1), "drop"))
            else:
                await self.channel.send(f"Model answer. {len(self.answers)} answered.")
                for user_id in self.answers:
                    await (await self.fetch_user(user_id)).send("Your answer was the best.")
        self._arm()


def add_commands(bot: SmallBot) -> None:
    @bot.tree.command(description="Set the group up")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(
        interaction: discord.Interaction, channel: discord.TextChannel, zone: str = "UTC", kind: str = "open"
    ) -> None:
        del kind  # it asks one kind of question
        bot.channel = bot.get_channel(channel.id)
        bot.plan_drop(zone)
        view = ui.View(timeout=None)
        view.add_item(ui.Button(label="Post the first question now", custom_id="daily:post_now:v1:1"))
        await interaction.response.send_message(f"Set up in {channel.mention}.", view=view, ephemeral=True)
        view.stop()

    @bot.tree.command(description="Greet somebody")
    async def greet(interaction: discord.Interaction, who: str) -> None:
        await interaction.response.send_message(f"Hello {who}", ephemeral=True)

    @greet.autocomplete("who")
    async def names(_interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=n, value=n)
            for n in ("Ada", "Alan", "Grace")
            if current.lower() in n.lower()
        ]

    @bot.tree.context_menu(name="Count as my answer")
    async def count(interaction: discord.Interaction, message: discord.Message) -> None:
        bot.counted.append(message.content)
        await interaction.response.send_message("Counted as it stands now.", ephemeral=True)

    @bot.tree.context_menu(name="Answer in a form")
    async def form(interaction: discord.Interaction, _message: discord.Message) -> None:
        await interaction.response.send_modal(AnswerForm())


async def make_small_bot(settings: Settings, clock: Clock) -> SmallBot:
    return SmallBot(settings, clock)

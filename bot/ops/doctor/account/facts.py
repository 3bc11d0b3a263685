"""Asking Discord over HTTP: no gateway, so no start is used up, and nothing is changed there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.features.drops import permissions as daily
from bot.gateway.directory import channel_kind
from bot.ops.doctor.account import rules
from bot.ops.doctor.rules import Account, DiscordFacts, Ping, QuestionChannel, Scheduled

SECONDS = 8.0
AT_ONCE = 4
# Discord's Date is cut to whole seconds: half of one is the best guess.
HALF = 0.5
UNANSWERED = (TimeoutError, aiohttp.ClientError, OSError, discord.HTTPException)


class _Dates:
    """Remembers by how much this machine's clock is ahead of the last answer's Date."""

    def __init__(self) -> None:
        self.ahead: timedelta | None = None

    def trace(self) -> aiohttp.TraceConfig:
        """Return what aiohttp calls at the end of each request."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._ended)
        return config

    async def _ended(self, _session: object, _context: object, ended: aiohttp.TraceRequestEndParams) -> None:
        if (date := ended.response.headers.get("Date")) is not None:
            self.ahead = timedelta(seconds=time.time() - HALF - parsedate_to_datetime(date).timestamp())


async def ask(
    token: str,
    api_url: str | None,
    scheduled: Sequence[Scheduled],
    commands: Sequence[Mapping[str, Any]],
) -> DiscordFacts:
    """Log in, and look at account, commands and every schedule's channel."""
    if api_url is not None:
        Route.BASE = api_url.rstrip("/")
    dates = _Dates()
    client = discord.Client(intents=discord.Intents.none(), http_trace=dates.trace())
    try:
        async with asyncio.timeout(SECONDS):
            await client.login(token)
            gateway: dict[str, Any] = await client.http.request(Route("GET", "/gateway/bot"))
            known: list[Any] = await client.http.get_global_commands(client.application_id or 0)
        places = await _look_around(client, scheduled)
    except discord.LoginFailure:
        return DiscordFacts(None, is_refused=True)
    except UNANSWERED as error:
        return DiscordFacts(None, error=_reason(error))
    finally:
        await client.close()
    limit = gateway["session_start_limit"]
    account = Account(
        name=client.user.name if client.user else "",
        application=str(client.application_id),
        starts_left=limit["remaining"],
        starts_total=limit["total"],
        starts_again_in=timedelta(milliseconds=limit["reset_after"]),
        ahead=dates.ahead,
    )
    return DiscordFacts(account, places=places, commands=rules.compare(commands, known))


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS:g} s"
    if isinstance(error, discord.HTTPException):
        return f"it answers {error.status}"
    return type(error).__name__


async def _look_around(client: discord.Client, scheduled: Sequence[Scheduled]) -> tuple[QuestionChannel, ...]:
    """Look at every server's channels, some servers at a time."""
    by_server: dict[int, list[Scheduled]] = {}
    for one in scheduled:
        by_server.setdefault(one.guild_id, []).append(one)
    room = asyncio.Semaphore(AT_ONCE)

    async def look(guild_id: int, wanted: list[Scheduled]) -> list[QuestionChannel]:
        async with room:
            try:
                async with asyncio.timeout(SECONDS):
                    return await _look_at(client, guild_id, wanted)
            except UNANSWERED as error:
                return [QuestionChannel(wanted[0], None, None, error=_reason(error))]

    found = await asyncio.gather(*(look(guild_id, wanted) for guild_id, wanted in by_server.items()))
    return tuple(place for places in found for place in places)


async def _look_at(client: discord.Client, guild_id: int, wanted: list[Scheduled]) -> list[QuestionChannel]:
    try:
        guild = await client.fetch_guild(guild_id, with_counts=False)
    except (discord.NotFound, discord.Forbidden):
        return [QuestionChannel(wanted[0], None, None)]
    channels = {channel.id: channel for channel in await guild.fetch_channels()}
    me = await guild.fetch_member(client.user.id if client.user else 0)
    return [_judge(guild, me, channels.get(one.channel_id), one) for one in wanted]


def _judge(
    guild: discord.Guild, me: discord.Member, channel: discord.abc.GuildChannel | None, wanted: Scheduled
) -> QuestionChannel:
    if channel is None:
        return QuestionChannel(wanted, guild.name, None)
    allowed = channel.permissions_for(me)
    kind = channel_kind(channel)
    needed = daily.needed_permissions(kind or wanted.channel_kind, wanted.mode, wanted.kind)
    return QuestionChannel(
        wanted,
        guild.name,
        channel.name,
        tuple(name for name in needed if not getattr(allowed, name)),
        _ping(guild, wanted.role_id, allowed),
        cannot_hide=wanted.mode == "blind" and wanted.kind != "choice" and kind != "text",
    )


def _ping(guild: discord.Guild, role_id: int | None, allowed: discord.Permissions) -> Ping:
    if role_id is None:
        return "none"
    role = guild.get_role(role_id)
    if role is None:
        return "gone"
    return "rings" if role.mentionable or allowed.mention_everyone else "silent"

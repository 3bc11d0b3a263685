"""One examination: find the facts, judge them, return the findings in the order of reading."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.db.upgrades import HEAD, KNOWN
from bot.ops.doctor.account import rules as account_rules
from bot.ops.doctor.machine import facts, rules
from bot.ops.doctor.rules import Finding
from bot.settings import Settings

CommandsOf = Callable[[Settings], Awaitable[Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at beyond the usual, and what to leave out."""

    ledger: bool = False
    offline: bool = False


async def examine(wanted: Wanted, now: datetime, commands_of: CommandsOf) -> list[Finding]:
    """Look at everything; nothing is written, and a bot that runs is not disturbed."""
    settings, about_settings = facts.look_at_settings()
    found = rules.settings(about_settings)
    if settings is None:
        return found
    database, inside = await asyncio.to_thread(
        facts.look_at_database, settings.database_url, HEAD, now + settings.offset
    )
    found += rules.database(database, KNOWN, HEAD)
    contents = database.contents
    is_ours = contents is not None and not contents.damages and contents.version in KNOWN
    if wanted.ledger and contents is not None and is_ours:
        found += rules.ledger(contents)
    found += rules.bank(await asyncio.to_thread(facts.look_at_bank, settings))
    found += rules.zones(facts.look_at_zones(inside.zones, now))
    found += rules.daily_backups(facts.look_at_backups(settings.backup_dir, database, now + settings.offset))
    if contents is not None and contents.version == HEAD and not contents.damages:
        found += rules.posts(inside.posts, is_running=database.is_running)
    if database.is_running:
        port = settings.health_port
        found += rules.requests(await asyncio.to_thread(facts.look_at_requests, settings.health_host, port))
    if settings.discord_token is not None and not wanted.offline:
        # discord.py takes a while to load and is needed for nothing else.
        from bot.ops.doctor.account import facts as account_facts  # noqa: PLC0415 as said above

        url = None if settings.discord_api_url is None else str(settings.discord_api_url)
        expected = await commands_of(settings)
        token = settings.discord_token.get_secret_value()
        found += account_rules.judge(await account_facts.ask(token, url, inside.scheduled, expected))
    return found

"""How the running bot is: what the two questions /health/live and /health/ready and each scrape are told."""

from __future__ import annotations

import asyncio
import logging
import platform
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
from prometheus_client import generate_latest

from bot import __version__
from bot.core import batches, watch
from bot.core.clock import Clock
from bot.db import Database
from bot.db.address import path_of, real
from bot.gateway.edits import Edits
from bot.gateway.pacer import Pacer
from bot.ops.backups.rules import newest
from bot.ops.health import rules, store
from bot.ops.health.metrics import LogCounter, Meter
from bot.ops.health.rules import Condition
from bot.outbox.dispatcher import MY_ERROR
from bot.outbox.message import Trouble
from bot.services import Host
from bot.settings import Settings
from bot.ui.errors import command_of

log = logging.getLogger("studyloop.health")
DATABASE_SECONDS = 2.0
_OURS = (MY_ERROR, Trouble.UNAVAILABLE.value)


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at beside the bot's connection."""

    settings: Settings
    clock: Clock
    db: Database
    edits: Edits
    pacer: Pacer
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Files:
    """Sizes in bytes, and when the newest backup was made (seconds since 1970; 0: there is none)."""

    database: int
    wal: int
    free: int
    backup: float | None


class Health:
    """Follows one bot. Whatever it asks, it waits two seconds at most and keeps one question open at most."""

    def __init__(self, bot: Host, watched: Watched, meter: Meter) -> None:
        self._bot = bot
        self._watched = watched
        self._meter = meter
        self._up: dict[int, bool] = {}
        self._started_at: float | None = None
        self._closing = False
        self._asking: asyncio.Task[tuple[list[store.Waiting], Files]] | None = None
        self._counter = LogCounter(meter)
        self._set_up_gauges()
        meter.expect(watched.kinds)

    def _set_up_gauges(self) -> None:
        gauge = self._meter.gauge
        info = gauge("studyloop_build_info", "Always 1; what runs", ("version", "python", "discord_py"))
        info.labels(__version__, platform.python_version(), discord.__version__).set(1)
        self._ready = gauge("studyloop_ready", "1 where /health/ready says yes")
        self._shard_up = gauge("studyloop_gateway_up", "1 where a shard is connected", ("shard",))
        self._latency = gauge("studyloop_gateway_latency_seconds", "Of a shard's last heartbeat", ("shard",))
        self._guilds = gauge("studyloop_guilds", "Servers that the bot is in")
        self._tasks = gauge("studyloop_tasks", "Tasks of the event loop")
        self._posts = gauge("studyloop_posts_open", "Posts that have not gone out", ("state",))
        self._oldest = gauge(
            "studyloop_oldest_due_post_seconds", "How long the first of those that are due has waited"
        )
        self._paced = gauge(
            "studyloop_discord_requests_waiting", "Requests that wait for their turn", ("priority",)
        )
        self._invalid = gauge(
            "studyloop_discord_invalid_requests",
            "Answers of 401, 403 and 429 in the last ten minutes; Discord bans the address at 10,000",
        )
        self._edits = gauge("studyloop_edits_waiting", "Messages that do not show their newest state")
        self._clicks = gauge("studyloop_clicks_waiting", "Clicks that wait for their transaction")
        self._look = gauge("studyloop_alarm_last_look_seconds", "Seconds since the last look for what is due")
        self._files = gauge("studyloop_database_bytes", "Size of the database", ("file",))
        self._free = gauge("studyloop_disk_free_bytes", "What is free where the database is")
        self._answers = gauge("studyloop_database_up", "1 where the database answers")
        self._backup: Any = None
        if self._watched.settings.backup_dir is not None:
            self._backup = gauge(
                "studyloop_last_backup_timestamp_seconds", "When the newest backup was made; 0: there is none"
            )

    def begin(self) -> None:
        """Listen to the bot and its log."""
        for listener, event in (
            (self._on_ready, "on_ready"),
            (self._on_shard_ready, "on_shard_ready"),
            (self._on_shard_resumed, "on_shard_resumed"),
            (self._on_shard_disconnect, "on_shard_disconnect"),
            (self._on_command, "on_app_command_completion"),
        ):
            self._bot.add_listener(listener, event)
        logging.getLogger().addHandler(self._counter)

    def end(self) -> None:
        """From now on the answer is no."""
        self._closing = True
        logging.getLogger().removeHandler(self._counter)
        if self._asking is not None:
            self._asking.cancel()

    # -- what the bot tells

    async def _on_ready(self) -> None:
        if self._started_at is None:
            self._started_at = time.monotonic()

    async def _on_shard_ready(self, shard_id: int) -> None:
        self._up[shard_id] = True
        self._meter.connected(shard_id, "ready")
        log.info("shard=%s is connected", shard_id)

    async def _on_shard_resumed(self, shard_id: int) -> None:
        self._up[shard_id] = True
        self._meter.connected(shard_id, "resumed")
        log.info("shard=%s goes on where it was", shard_id)

    async def _on_shard_disconnect(self, shard_id: int) -> None:
        self._up[shard_id] = False
        code = _close_code(self._bot, shard_id)
        self._meter.disconnected(shard_id, code)
        if not self._closing:
            log.info("shard=%s has lost its connection: close code %s", shard_id, code)

    async def _on_command(self, interaction: discord.Interaction[Any], _command: object) -> None:
        self._meter.handled("command", command_of(interaction), watch.OK)

    # -- what is asked

    async def why_not_live(self) -> dict[str, str]:
        """Return what only a new start mends, by part."""
        return rules.why_not_live(self._condition(None), time.monotonic())

    async def why_not_ready(self) -> dict[str, str]:
        """Return what keeps the bot from its work, by part."""
        trouble, _ = await self._ask()
        return rules.why_not_ready(self._condition(trouble), time.monotonic())

    async def scrape(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        trouble, told = await self._ask()
        condition, now = self._condition(trouble), time.monotonic()
        self._ready.set(not rules.why_not_ready(condition, now))
        self._answers.set(trouble is None)
        for shard_id, up in condition.shards.items():
            self._shard_up.labels(str(shard_id)).set(up)
        for shard_id, latency in self._bot.latencies:
            self._latency.labels(str(shard_id)).set(latency)
        self._guilds.set(len(self._bot.guilds))
        self._tasks.set(len(asyncio.all_tasks()))
        self._edits.set(self._watched.edits.stale)
        for priority, count in self._watched.pacer.waiting().items():
            self._paced.labels(priority.name.lower()).set(count)
        self._invalid.set(self._watched.pacer.invalid)
        self._clicks.set(batches.waiting())
        begun = condition.last_look or condition.started_at
        self._look.set(0 if begun is None else now - begun)
        if told is not None:
            self._show(*told)
        self._meter.give_up()
        return generate_latest(self._meter.registry)

    def _show(self, waiting: list[store.Waiting], files: Files) -> None:
        by_state = {row.state: row for row in waiting}
        for state in ("ahead", "due", "held"):
            self._posts.labels(state).set(by_state[state].posts if state in by_state else 0)
        due = by_state.get("due")
        now = self._watched.clock.now()
        self._oldest.set(0 if due is None else max(0.0, (now - due.due_at).total_seconds()))
        self._files.labels("database").set(files.database)
        self._files.labels("wal").set(files.wal)
        self._free.set(files.free)
        if self._backup is not None:
            self._backup.set(files.backup or 0)

    def _condition(self, trouble: str | None) -> Condition:
        shards = {
            number: self._up.get(number, False) and not shard.is_closed()
            for number, shard in self._bot.shards.items()
        }
        return Condition(shards, trouble, self._started_at, self._meter.last_look, self._closing)

    async def _ask(self) -> tuple[str | None, tuple[list[store.Waiting], Files] | None]:
        """Ask the database and the disk: what is wrong, and what they told."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._look_up(), name="health")
        asking = self._asking
        await asyncio.wait([asking], timeout=DATABASE_SECONDS)
        if not asking.done() or asking.cancelled():
            return f"does not answer within {DATABASE_SECONDS:.0f} seconds", None
        if (error := asking.exception()) is not None:
            log.debug("the database cannot be asked", exc_info=error)
            return f"cannot be read ({type(error).__name__})", None
        return None, asking.result()

    async def _look_up(self) -> tuple[list[store.Waiting], Files]:
        async with self._watched.db.reading() as tx:
            waiting = await store.count_open(tx, self._watched.clock.now(), _OURS)
        settings = self._watched.settings
        return waiting, await asyncio.to_thread(
            _measure, settings.database_url, settings.backup_dir, self._watched.clock.now()
        )


def _measure(url: str, backups: Path | None, now: datetime) -> Files:
    path = path_of(url)
    file = real(path)
    return Files(
        _size(file),
        _size(file.with_name(file.name + "-wal")),
        shutil.disk_usage(file.parent).free,
        None if backups is None else _newest(backups, path.stem, now),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _newest(folder: Path, stem: str, now: datetime) -> float:
    """Return when the newest backup in a folder was made; 0 where there is none or no folder."""
    try:
        made = newest(stem, [path.name for path in folder.iterdir()], now)
    except OSError:
        made = None
    return 0.0 if made is None else made.timestamp()


def _close_code(bot: Host, shard_id: int) -> int | None:
    """Return the code with which a shard's connection ended; discord.py tells it to nobody else."""
    inside: Any = bot
    socket = inside._get_websocket(shard_id=shard_id)  # noqa: SLF001 no public way
    return socket._close_code or socket.socket.close_code  # noqa: SLF001 as above

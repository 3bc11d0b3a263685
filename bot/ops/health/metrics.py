"""The figures, in a registry of their own: what is counted as it happens. health/service.py adds the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

import aiohttp
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from bot.core import watch
from bot.core.log import PARTS
from bot.db import trouble
from bot.ops.health import rules

# A post that stands more than a minute after its time is late: somebody may have waited for it.
LATE_SECONDS = 60.0
# An interaction that nobody acknowledged for so long never will be: Discord gave up after three seconds.
LOST_SECONDS = 60.0
MOST_WAITING = 5_000
WEBSOCKET, REFUSAL, SERVER_ERROR = 101, 400, 500
REPLIES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 10.0)
REQUESTS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0)
DATABASE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
LIBRARIES = ("discord", "apscheduler", "asyncio", "aiohttp", "sqlalchemy")
_LEVELS = ("WARNING", "ERROR")


class Meter(watch.Watch):
    """Counts. No label ever holds an id of a server, a channel or a person: there are only so many series."""

    def __init__(self) -> None:
        # When each series began would double them, and nobody looks at it.
        disable_created_metrics()
        self.registry = CollectorRegistry()
        self.last_look: float | None = None
        self._waiting: dict[int, tuple[str, float]] = {}
        ProcessCollector(registry=self.registry)
        self._count_people()
        self._count_posts()
        self._count_discord()
        self._count_house()

    def _count_people(self) -> None:
        registry = self.registry
        self._interactions = Counter(
            "studyloop_interactions",
            "Commands, clicks, forms and suggestions, by how they ended",
            ("kind", "feature", "outcome"),
            registry=registry,
        )
        self._replies = Histogram(
            "studyloop_reply_seconds",
            "From an interaction's arrival until Discord has its first reply",
            ("kind",),
            buckets=REPLIES,
            registry=registry,
        )
        self._ages = Histogram(
            "studyloop_interaction_age_seconds",
            "How old an interaction is when it arrives, by Discord's clock and the machine's",
            buckets=REPLIES,
            registry=registry,
        )
        self._unanswered = Counter(
            "studyloop_interactions_unanswered",
            "Interactions that got no reply",
            ("kind",),
            registry=registry,
        )
        for kind in ("command", "click", "form", "autocomplete"):
            self._replies.labels(kind)
            self._unanswered.labels(kind)

    def _count_posts(self) -> None:
        registry = self.registry
        self._posts = Counter(
            "studyloop_posts", "Posts, by what became of them", ("kind", "outcome"), registry=registry
        )
        self._late = Counter(
            "studyloop_posts_late",
            "Posts that were sent more than a minute after they were due",
            ("kind",),
            registry=registry,
        )
        self._delays = Histogram(
            "studyloop_post_delay_seconds",
            "From when a post was due until it was sent",
            ("kind",),
            buckets=DELAYS,
            registry=registry,
        )
        self._edits = Counter(
            "studyloop_edits", "Edits of messages, by outcome", ("outcome",), registry=registry
        )
        for outcome in ("done", "failed", "refused"):
            self._edits.labels(outcome)

    def expect(self, kinds: Iterable[str]) -> None:
        """Begin these kinds of posts at 0: Prometheus sees no growth in a series' first value."""
        for kind in kinds:
            self._late.labels(kind)
            for outcome in ("sent", "found", "skipped", "given_up", "blocked", "lost", "failed"):
                self._posts.labels(kind, outcome)

    def _count_discord(self) -> None:
        registry = self.registry
        self._requests = Counter(
            "studyloop_discord_requests",
            "Requests to Discord, by answer",
            ("route", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "studyloop_discord_request_seconds",
            "From a request to Discord until its answer",
            ("route",),
            buckets=REQUESTS,
            registry=registry,
        )
        self._limited = Counter(
            "studyloop_discord_rate_limited",
            "Answers 429, by whose limit it was",
            ("scope",),
            registry=registry,
        )
        self._gateway = Counter(
            "studyloop_gateway_events",
            "Connections of a shard that were made, resumed and lost",
            ("shard", "event"),
            registry=registry,
        )
        self._closes = Counter(
            "studyloop_gateway_closes",
            "Connections that ended, by close code",
            ("code",),
            registry=registry,
        )
        for scope in ("user", "shared", "global", "other"):
            self._limited.labels(scope)

    def _count_house(self) -> None:
        registry = self.registry
        self._database = Histogram(
            "studyloop_database_seconds",
            "Duration of transactions, waiting included",
            ("kind",),
            buckets=DATABASE,
            registry=registry,
        )
        self._database_wait = Histogram(
            "studyloop_database_wait_seconds",
            "How long a transaction waited for a connection",
            ("kind",),
            buckets=DATABASE,
            registry=registry,
        )
        self._database_errors = Counter(
            "studyloop_database_errors", "Transactions that failed", ("reason",), registry=registry
        )
        self._looks = Counter(
            "studyloop_alarm_looks", "Looks for what is due", ("outcome",), registry=registry
        )
        self._backups = Counter("studyloop_backups", "Daily backups", ("outcome",), registry=registry)
        self._logged = Counter(
            "studyloop_log_lines",
            "Warnings and errors in the log, by part of the bot or library",
            ("part", "level"),
            registry=registry,
        )
        for outcome in ("ok", "failed"):
            self._looks.labels(outcome)
            self._backups.labels(outcome)
        for reason in trouble.WORDS:
            self._database_errors.labels(reason)
        for part in (*PARTS, *LIBRARIES, "bot", "other"):
            for level in _LEVELS:
                self._logged.labels(part, level)

    def gauge(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
        """Make a figure that is set at each scrape."""
        return Gauge(name, text, labels, registry=self.registry)

    # -- people

    def arrived(self, kind: str, interaction_id: int) -> None:
        """Begin to wait for its reply."""
        if len(self._waiting) >= MOST_WAITING:
            self.give_up()
        self._waiting[interaction_id] = (kind, time.monotonic())
        self._ages.observe(rules.age_of(interaction_id, time.time()))

    def handled(self, kind: str, feature: str, outcome: str) -> None:
        """Count it."""
        self._interactions.labels(kind, feature, outcome).inc()

    def _acknowledged(self, interaction_id: int, status: int) -> None:
        known = self._waiting.pop(interaction_id, None)
        if known is None:
            return
        kind, since = known
        if status < REFUSAL:
            self._replies.labels(kind).observe(time.monotonic() - since)
        else:
            self._unanswered.labels(kind).inc()

    def give_up(self) -> None:
        """Count those as unanswered that nobody acknowledged: at each scrape and when there are many."""
        old = time.monotonic() - LOST_SECONDS
        lost = [key for key, (_, since) in self._waiting.items() if since < old]
        for key in lost:
            self._unanswered.labels(self._waiting.pop(key)[0]).inc()

    # -- posts and edits

    def posted(self, kind: str, outcome: str, delay: float | None = None) -> None:
        """Count it; one that was sent has a delay."""
        self._posts.labels(kind, outcome).inc()
        if delay is not None:
            self._delays.labels(kind).observe(max(0.0, delay))
            if delay > LATE_SECONDS:
                self._late.labels(kind).inc()

    def edited(self, outcome: str) -> None:
        """Count it."""
        self._edits.labels(outcome).inc()

    # -- the house

    def transacted(self, kind: str, waited: float, seconds: float) -> None:
        """Count both."""
        self._database_wait.labels(kind).observe(waited)
        self._database.labels(kind).observe(seconds)

    def database_failed(self, error: BaseException) -> None:
        """Count it by what SQLite says."""
        self._database_errors.labels(trouble.word_of(error)).inc()

    def looked(self, *, failed: bool) -> None:
        """Remember when that was."""
        self.last_look = time.monotonic()
        self._looks.labels("failed" if failed else "ok").inc()

    def backed_up(self, *, failed: bool) -> None:
        """Count it."""
        self._backups.labels("failed" if failed else "ok").inc()

    def logged(self, name: str, level: int) -> None:
        """Count a line of the log, by who wrote it."""
        first, _, rest = name.partition(".")
        part = (rest.partition(".")[0] or "bot") if first == "studyloop" else first
        known = part if part in PARTS or part in LIBRARIES or part == "bot" else "other"
        self._logged.labels(known, _LEVELS[level >= logging.ERROR]).inc()

    def connected(self, shard_id: int, event: str) -> None:
        """Count what happened to a shard's connection: ready, resumed."""
        self._gateway.labels(str(shard_id), event).inc()

    def disconnected(self, shard_id: int, code: int | None) -> None:
        """Count a connection that ended."""
        self._gateway.labels(str(shard_id), "lost").inc()
        self._closes.labels(rules.close_code_of(code)).inc()

    # -- requests to Discord

    def trace(self) -> aiohttp.TraceConfig:
        """Return what discord.py's HTTP client calls for each request."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._request_started)
        config.on_request_end.append(self._request_ended)
        config.on_request_exception.append(self._request_failed)
        return config

    async def _request_started(self, _session: Any, context: Any, _params: Any) -> None:
        context.started = time.monotonic()

    async def _request_ended(
        self, _session: Any, context: Any, params: aiohttp.TraceRequestEndParams
    ) -> None:
        status, path = params.response.status, params.url.raw_path
        if status == WEBSOCKET:  # a gateway's connection has figures of its own
            return
        route = rules.route_of(path)
        self._requests.labels(route, rules.status_of(status)).inc()
        self._request_seconds.labels(route).observe(time.monotonic() - context.started)
        if status == rules.TOO_MANY:
            self._limited.labels(rules.scope_of(params.response.headers)).inc()
        elif status < SERVER_ERROR and (number := rules.interaction_of(path)) is not None:
            self._acknowledged(number, status)  # after a 5xx discord.py tries it again

    async def _request_failed(
        self, _session: Any, _context: Any, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        self._requests.labels(rules.route_of(params.url.raw_path), "none").inc()


class LogCounter(logging.Handler):
    """Counts warnings and errors, whoever writes them."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(logging.WARNING)
        self._meter = meter

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self._meter.logged(record.name, record.levelno)

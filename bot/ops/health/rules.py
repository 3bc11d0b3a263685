"""What is well and what is not, and the few words under which things are counted. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The alarm looks at least once a minute; a step that takes so long hangs, and a new start helps.
STUCK_SECONDS = 300.0
# What Discord and WebSocket define; anything else is "other", so that there are never many.
CLOSE_CODES = frozenset({1000, 1001, 1006, 1011, 1012, *range(4000, 4015)})
SNOWFLAKE_EPOCH = 1_420_070_400.0
_ROUTES = (
    (re.compile(r"^/gateway"), "gateway"),
    (re.compile(r"^/interactions/"), "reply"),
    (re.compile(r"^/webhooks/"), "followup"),
    (re.compile(r"^/applications/"), "commands"),
    (re.compile(r"^/channels/\d+/messages/\d+/threads"), "thread"),
    (re.compile(r"^/channels/\d+/(threads|thread-members)"), "thread"),
    (re.compile(r"^/channels/\d+/messages"), "message"),
    (re.compile(r"^/channels/"), "channel"),
    (re.compile(r"^/(users|guilds)/"), "account"),
)
_API = re.compile(r"^.*?/api(?:/v\d+)?(?=/)")
_REPLY = re.compile(r"/interactions/(\d+)/")
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of the running bot.

    `shards` maps each shard of this process to whether it is connected; it is empty before the first one is.
    `last_look` and `started_at` are seconds of the same monotonic clock; None: it has not begun.
    """

    shards: Mapping[int, bool] = field(default_factory=dict[int, bool])
    database: str | None = None
    started_at: float | None = None
    last_look: float | None = None
    closing: bool = False


def why_not_live(condition: Condition, now: float) -> dict[str, str]:
    """Return what only a new start can mend, by part; nothing where all is well.

    A bot without a connection or a database is alive: starting it again would bring neither back.
    """
    begun = condition.last_look if condition.last_look is not None else condition.started_at
    if begun is None or now - begun <= STUCK_SECONDS:
        return {}
    return {"alarm": f"has not looked for what is due for {now - begun:.0f} seconds"}


def why_not_ready(condition: Condition, now: float) -> dict[str, str]:
    """Return what keeps the bot from doing its work, by part; nothing where all is well."""
    found = why_not_live(condition, now)
    down = sorted(number for number, up in condition.shards.items() if not up)
    if condition.closing:
        found["process"] = "is ending"
    elif condition.started_at is None:
        found["gateway"] = "is not connected to Discord yet"
    if down:
        found["gateway"] = "not connected: shard " + ", ".join(map(str, down))
    if condition.database is not None:
        found["database"] = condition.database
    return found


def route_of(path: str) -> str:
    """Return the kind of a request to Discord, one of ten words, from its path."""
    below = _API.sub("", path, count=1)
    return next((word for pattern, word in _ROUTES if pattern.match(below)), "other")


def status_of(status: int) -> str:
    """Return a status as it is counted: 429 by itself, else 2xx, 4xx, 5xx."""
    return str(status) if status == TOO_MANY else f"{status // 100}xx"


def scope_of(headers: Mapping[str, str]) -> str:
    """Return whose limit a 429 was: user (the route's), shared, global, or other (not from Discord's API)."""
    if headers.get("X-RateLimit-Global", "").lower() == "true":
        return "global"
    scope = headers.get("X-RateLimit-Scope", "")
    return scope if scope in {"user", "shared", "global"} else "other"


def interaction_of(path: str) -> int | None:
    """Return the id of the interaction that a path acknowledges."""
    found = _REPLY.search(path)
    return None if found is None else int(found[1])


def close_code_of(code: int | None) -> str:
    """Return a gateway's close code as it is counted."""
    if code is None:
        return "none"
    return str(code) if code in CLOSE_CODES else "other"


def age_of(snowflake: int, now: float) -> float:
    """Return how many seconds (of Discord's clock) old a snowflake is; never below 0."""
    return max(0.0, now - SNOWFLAKE_EPOCH - (snowflake >> 22) / 1000)

"""What the doctor reads of the database: SQL on a connection that cannot write.

Other rooms' tables, and plain sqlite3 instead of their stores: these open engines, which write to the file,
and a doctor must be able to look at one that the bot cannot use. Only a database of this version's schema is
asked. What a server that the bot has left still has there is no finding: nothing of it is due.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.ops.doctor.rules import OpenProblem, PostFacts, Scheduled, Stuck

MOST = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SCHEDULES = """
SELECT guild_id, channel_id, channel_kind, mode, kind, role_id, zone
FROM schedules WHERE state = 'active' AND guild_id NOT IN (SELECT guild_id FROM departures)
ORDER BY guild_id, id
"""
ZONES = "SELECT zone FROM guilds UNION SELECT zone FROM schedules WHERE state = 'active'"
PROBLEMS = """
SELECT p.guild_id, s.channel_id, p.code, p.detail
FROM problems p LEFT JOIN schedules s ON s.id = p.schedule_id
WHERE p.resolved_at IS NULL AND p.guild_id NOT IN (SELECT guild_id FROM departures)
ORDER BY p.created_at LIMIT ?
"""
WAITING = """
SELECT guild_id, kind, due_at, attempts, reason FROM posts
WHERE state IN ('pending', 'sending') AND attempts > 0 AND due_at <= ?
AND guild_id NOT IN (SELECT guild_id FROM departures) ORDER BY due_at LIMIT ?
"""
LATE = """
SELECT count(*) FROM posts WHERE state = 'pending' AND attempts = 0 AND next_try_at < ?
AND guild_id NOT IN (SELECT guild_id FROM departures)
"""
GIVEN_UP = """
SELECT guild_id, kind, due_at, attempts, reason FROM posts
WHERE state = 'failed' AND due_at >= ? AND guild_id NOT IN (SELECT guild_id FROM departures)
ORDER BY due_at DESC LIMIT ?
"""


def list_scheduled(connection: sqlite3.Connection) -> tuple[Scheduled, ...]:
    """Return the active schedules."""
    return tuple(Scheduled(*row) for row in connection.execute(SCHEDULES))


def list_zones(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the time zones that servers and active schedules name."""
    return tuple(sorted(str(row[0]) for row in connection.execute(ZONES)))


def find_posts(
    connection: sqlite3.Connection, now: datetime, late_before: datetime, given_up_since: datetime
) -> PostFacts:
    """Return what did not go out."""
    waiting = connection.execute(WAITING, (_micros(now), MOST))
    given_up = connection.execute(GIVEN_UP, (_micros(given_up_since), MOST))
    return PostFacts(
        problems=tuple(OpenProblem(*row) for row in connection.execute(PROBLEMS, (MOST,))),
        waiting=tuple(_stuck(*row) for row in waiting),
        late=int(connection.execute(LATE, (_micros(late_before),)).fetchone()[0]),
        given_up=tuple(_stuck(*row) for row in given_up),
    )


def _stuck(guild_id: int, kind: str, due_at: int, attempts: int, reason: str | None) -> Stuck:
    return Stuck(guild_id, kind, EPOCH + due_at * MICROSECOND, attempts, reason)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
